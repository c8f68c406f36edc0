import type { Now, Sleep } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { RandomId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { type MetricDimensions, type Metrics, noMetrics } from '../platform/metrics.ts';
import { equals, type IndexRow, type Table } from '../platform/table.ts';
import { isClaimable } from './claim.ts';
import { countEnds } from './count-ends.ts';
import { isCrowded } from './crowd.ts';
import { holdLease } from './held-lease.ts';
import { createLaneAllowance } from './lane-allowance.ts';
import { createLaneCalls, LEASE_RESERVE_MS } from './lane-call.ts';
import type { LaneDriver } from './lane-driver.ts';
import { readLaneName } from './lane-name.ts';
import { createPace } from './lane-pace.ts';
import { createLaneView } from './lane-view.ts';
import { readLane, takeLease } from './lease.ts';
import { type Candidate, planCall } from './plan-call.ts';
import { isSuspect, keepSuspectsApart } from './suspects.ts';
import { chargeDeath, watchTranslations } from './translation-watch.ts';
import { laneKey, workAttributes } from './work-item.ts';

export type RunLaneDeps = {
  table: Table;
  now: Now;
  sleep: Sleep;
  random: () => number;
  randomId: RandomId;
  log: Log;
  /** @default counts nothing */
  metrics?: Metrics;
  /** Milliseconds this invocation may still run. */
  remainingMs: () => number;
};

/** Why a worker left its lane. */
export type Left = 'empty' | 'backing_off' | 'parked' | 'time_up' | 'others_wait' | 'lost';

export type RunLaneSummary =
  | { status: 'not_taken'; reason: string }
  | { status: 'served'; calls: number; items: number; left: Left };

/** The index lags behind the bell, so a worker stays at least this long. */
const STAY_MS = 4_000;
/** A worker sleeps through waits up to this long; for longer ones it leaves. */
const NAP_MS = 10_000;
const POLL_MS = 500;
/** With every place taken for so long the receiver hangs. Then a worker looks for more that seldom. */
const HANGING_AFTER_MS = 2_000;
const HANGING_POLL_MS = 5_000;
const RESERVE_MS = 5_000;
const SHARE_AFTER_MS = 60_000;
/** Looked at when a worker leaves; fewer wait for their time then, or as many would go together. */
const ROWS_AT_THE_END = 100;

/**
 * Drains one lane: takes its lease, packs what is due into calls for its receiver, and writes every outcome.
 * One worker owns a lane at a time, so calls are packed full across all forms and times, and no two calls in flight
 * carry the same value.
 */
export const runLane = async <Payload>(
  lane: string,
  driver: LaneDriver<Payload>,
  deps: RunLaneDeps,
): Promise<RunLaneSummary> => {
  const { table, now, log, metrics = noMetrics } = deps;
  const owner = deps.randomId();
  const taken = await takeLease(table, lane, owner, now);
  if (taken.status === 'refused') return { status: 'not_taken', reason: taken.reason };

  const { limits } = driver;
  const startedAtMs = now();
  const dimensions: MetricDimensions = {
    kind: readLaneName(lane)?.kind === 'zoho' ? 'submission' : 'delivery',
    ...(driver.destinationType === undefined ? {} : { destinationType: driver.destinationType }),
  };
  const pace = createPace(taken.lane, limits);
  const allowance = createLaneAllowance(taken.lane, () => driver.budget?.());
  const lease = holdLease(taken.lane, owner, deps);
  const view = createLaneView(lane, driver, {
    ...deps,
    onEnd: (change) => metrics(countEnds([change]), dimensions),
    watch: watchTranslations(taken.predecessorDied, lease),
  });
  const calls = createLaneCalls({ ...deps, lane, owner, driver, view, pace, allowance, lease, metrics, dimensions });

  /** Calls under way, with the values they carry. */
  const inFlight = new Map<Promise<void>, string[]>();
  /** Values of calls that are over and whose items have not been read since: what came back goes before what is newer. */
  let unread: string[] = [];
  /** A call that may kill this worker: nothing else may be under way then. */
  let suspects = 0;
  let finished = 0;
  let wake = new AbortController();
  let lastWorkAtMs = startedAtMs;

  const launch = (batch: Candidate[]): void => {
    const items = batch.map(({ item }) => item);
    const risk = batch.filter(isSuspect).length;
    suspects += risk;
    view.start(items);
    const values = batch.flatMap(({ keys }) => keys);
    const call = calls
      .run(items, batch[0]?.errand ?? 'send')
      .catch((error: unknown) => log('error', 'lane.call_lost', { lane, code: codeOf(error) })) // its claims run out by themselves
      .finally(() => {
        view.finish(items);
        suspects -= risk;
        inFlight.delete(call);
        unread.push(...values);
        finished += 1;
        wake.abort();
      });
    inFlight.set(call, values);
  };

  /** Sleeps until `ms` are over or a call is; one that ended since `finishedBefore` was read counts too. */
  const nap = async (ms: number, finishedBefore: number): Promise<void> => {
    if (finished !== finishedBefore) return;
    wake = new AbortController();
    await deps.sleep(Math.max(1, ms), wake.signal);
  };

  /** A lease that is about to run out, or whose clock has jumped, must be renewed before anything is claimed. */
  const isAllowed = (): boolean => lease.standing() === 'working' && lease.remainingMs() >= LEASE_RESERVE_MS;

  const candidates = (): Candidate[] => view.candidates(allowance.gatherAtLeastMs(now()));
  const nextDueAtMs = (): number | undefined => view.nextDueAtMs(allowance.gatherAtLeastMs(now()));

  const isTimeUp = (): boolean => deps.remainingMs() - RESERVE_MS < limits.callDeadlineMs;

  /** Starts what may start now. */
  const startCalls = async (): Promise<void> => {
    while (isAllowed() && now() >= pace.backoffUntilMs() && suspects === 0) {
      const isAsking = allowance.isAsking(now());
      if (inFlight.size >= (isAsking ? 1 : pace.maxCalls()) || isTimeUp()) return;
      const heldUntilMs = allowance.heldUntilMs(now());
      if (heldUntilMs !== undefined) return view.hasWork() ? calls.hold(heldUntilMs) : undefined;
      const maxItems = isAsking ? Math.min(pace.maxItems(), limits.fillTo) : pace.maxItems();
      const busy = new Set([...inFlight.values(), unread].flat());
      const batch = planCall(keepSuspectsApart(candidates(), inFlight.size === 0), busy, {
        maxItems,
        fillTo: limits.fillTo,
      });
      if (batch.length === 0) return;
      const opened = await driver.open();
      if (opened.status !== 'ready') return calls.judge(opened, now());
      launch(batch);
      lastWorkAtMs = now();
    }
  };

  const leave = async (): Promise<Left | undefined> => {
    const standing = lease.standing();
    if (standing !== 'working') return standing;
    if (isTimeUp()) return 'time_up';
    if (pace.backoffUntilMs() - now() > NAP_MS) return 'backing_off';
    const nextMs = nextDueAtMs();
    const isIdle = nextMs === undefined || nextMs - now() > NAP_MS;
    if (isIdle && now() - lastWorkAtMs >= STAY_MS) return 'empty';
    if (now() - startedAtMs >= SHARE_AFTER_MS && (await isCrowded(table, now()))) return 'others_wait';
    return undefined;
  };

  /**
   * A re-run ends the back-off on the lane's item, even while a worker naps through it. A call under way may be about to
   * write there.
   */
  const heedOperator = async (): Promise<void> => {
    if (inFlight.size > 0 || now() >= pace.backoffUntilMs()) return;
    const standing = await readLane(table, lane);
    if (standing?.backoffUntilMs === undefined) pace.resume();
    if (standing?.state === 'parked') lease.park();
  };

  /** A call is about to leave and is not full: whoever has come since the last look may fill its started ten for nothing. */
  const hasRoomForMore = (refreshedAtMs: number): boolean =>
    limits.fillTo > 1 &&
    now() > refreshedAtMs &&
    (nextDueAtMs() ?? Infinity) <= now() &&
    !view.hasCandidates(pace.maxItems());

  const work = async (): Promise<Left> => {
    let refreshedAtMs = -Infinity;
    let seenFinished = 0;
    /** When the receiver last had a place for one more call. */
    let tookOneAtMs = now();
    for (;;) {
      const finishedBefore = finished;
      // With a full call at hand there is no need to look for more; a finished one is a reason to, and so is one that was
      // the last: somebody may wait for what it carried.
      const isSpare = !view.hasCandidates(pace.maxItems()) || inFlight.size === 0;
      const isHungry = finishedBefore !== seenFinished && isSpare;
      if (finished !== seenFinished || inFlight.size < pace.maxCalls()) tookOneAtMs = now();
      const isHanging = !isSpare && now() - tookOneAtMs >= HANGING_AFTER_MS;
      const pollMs = isHanging ? HANGING_POLL_MS : POLL_MS;
      if (isHungry || hasRoomForMore(refreshedAtMs) || now() - refreshedAtMs >= pollMs) {
        seenFinished = finishedBefore;
        const over = unread.length; // those that end during the look are not in it
        await view.refresh(allowance.gatherAtLeastMs(now()));
        unread = unread.slice(over);
        refreshedAtMs = now();
      }
      await heedOperator();
      await startCalls();
      if (inFlight.size > 0) {
        lastWorkAtMs = now();
        await nap(POLL_MS, finishedBefore);
        continue;
      }
      const left = await leave();
      if (left !== undefined) return left;
      const nextMs = Math.max(nextDueAtMs() ?? Infinity, pace.backoffUntilMs()) - now();
      await nap(Math.min(POLL_MS, nextMs > 0 ? nextMs : POLL_MS), finishedBefore);
    }
  };

  let left: Left = 'lost';
  try {
    if (taken.predecessorDied) await chargeDeath(table, taken.lane, now());
    left = await work();
  } finally {
    await Promise.all(inFlight.keys());
    await lease.release(left === 'time_up' || left === 'others_wait');
  }
  if (left === 'empty' || left === 'parked')
    await ringIfWorkCame(table, lane, now(), left === 'empty' ? view.isKnown : () => false);
  const summary = { calls: calls.calls(), items: calls.items() };
  log('info', 'lane.served', { lane, ...summary, outcome: left, durationMs: now() - startedAtMs });
  return { status: 'served', ...summary, left };
};

/**
 * What came between the last look and the release was not rung for, because the dispatcher saw the lane leased; nor was
 * a connect visit that opened the lane while its worker was still leaving.
 * @param isKnown what waits for its time although it stands on the index as due: the tick comes back for it
 */
const ringIfWorkCame = async (
  table: Table,
  lane: string,
  nowMs: number,
  isKnown: (row: IndexRow) => boolean,
): Promise<void> => {
  const { rows } = await table.query({ index: 'work', partition: lane, to: nowMs + NAP_MS, limit: ROWS_AT_THE_END });
  const came = rows.filter((row) => !isKnown(row));
  if (came.length === 0) return;
  // The index is behind: only the items themselves tell whether there is anything to do.
  const items = (await table.getMany(came.map(({ pk }) => pk))).map((item) => workAttributes.safeParse(item).data);
  if (!items.some((item) => item !== undefined && item.lane === lane && isClaimable(item, nowMs))) return;
  await table.update(laneKey(lane), { set: { bell: lane } }, equals('state', 'open'));
};
