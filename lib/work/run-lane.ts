import type { Now, Sleep } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { RandomId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { type MetricDimensions, type Metrics, noMetrics } from '../platform/metrics.ts';
import { absent, allOf, anyOf, type Change, equals, type Table } from '../platform/table.ts';
import { type ClaimedItem, claimItems, isClaimable, recordOutcomes } from './claim.ts';
import { countEnds } from './count-ends.ts';
import { isCrowded } from './crowd.ts';
import type { LaneDriver } from './lane-driver.ts';
import { readLaneName } from './lane-name.ts';
import { createPace } from './lane-pace.ts';
import { createLaneView } from './lane-view.ts';
import { changeAsOwner, RENEW_EVERY_MS, readLane, releaseLease, renewLease, takeLease } from './lease.ts';
import type { CallOutcome } from './outcome.ts';
import { type Candidate, planCall } from './plan-call.ts';
import { giveBack, markFailedAlone, setApartUnclear, settle } from './settle.ts';
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

export type RunLaneSummary =
  | { status: 'not_taken'; reason: string }
  | {
      status: 'served';
      calls: number;
      items: number;
      left: 'empty' | 'backing_off' | 'parked' | 'time_up' | 'others_wait' | 'lost';
    };

/** The index lags behind the bell, so a worker stays at least this long. */
const STAY_MS = 4_000;
/** A worker sleeps through waits up to this long; for longer ones it leaves. */
const NAP_MS = 10_000;
const POLL_MS = 500;
const RESERVE_MS = 5_000;
const SHARE_AFTER_MS = 60_000;
const CLAIM_MARGIN_MS = 10_000;
const LEASE_RESERVE_MS = 2_000;

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
  const lease = await takeLease(table, lane, owner, now);
  if (lease.status === 'refused') return { status: 'not_taken', reason: lease.reason };

  const { limits } = driver;
  const startedAtMs = now();
  const pace = createPace(lease.lane, limits);
  const dimensions: MetricDimensions = {
    kind: readLaneName(lane)?.kind === 'zoho' ? 'submission' : 'delivery',
    ...(driver.destinationType === undefined ? {} : { destinationType: driver.destinationType }),
  };
  const view = createLaneView(lane, driver, { ...deps, onEnd: (change) => metrics(countEnds([change]), dimensions) });
  const inFlight = new Map<Promise<void>, string[]>();
  let leaseUntilMs = lease.lane.leaseUntilMs ?? 0;
  let state: 'working' | 'lost' | 'parked' = 'working';
  let refreshedAtMs = -Infinity;
  let lastWorkAtMs = startedAtMs;
  let claims = 0;
  let items = 0;
  let calls = 0;

  const stopRenewing = new AbortController();
  let wake = new AbortController();
  let finishedCalls = 0;
  let hasFinished = false;
  const renewing = (async () => {
    while (!stopRenewing.signal.aborted) {
      await deps.sleep(RENEW_EVERY_MS, stopRenewing.signal);
      if (stopRenewing.signal.aborted) return;
      try {
        const renewed = await renewLease(table, lane, owner, now);
        if (renewed.status === 'renewed') leaseUntilMs = renewed.untilMs;
        else state = renewed.status;
      } catch (error) {
        log('warn', 'lane.renew_failed', { lane, code: codeOf(error) }); // the lease's own end decides
      }
    }
  })();

  const changeLane = async (change: Change | undefined): Promise<void> => {
    if (change !== undefined && !(await changeAsOwner(table, lane, owner, change))) state = 'lost';
  };

  const park = async (code: string, grant: number | undefined): Promise<void> => {
    // Only the grant that was refused: a connect visit since then has mended it, and must not be undone.
    const isCurrent = grant === undefined ? undefined : anyOf(absent('grant'), equals('grant', grant));
    const parked = await table.update(
      laneKey(lane),
      { set: { state: 'parked', reason: code, parkedAtMs: now() } },
      isCurrent === undefined ? equals('state', 'open') : allOf(equals('state', 'open'), isCurrent),
    );
    if (parked.status === 'written') {
      log('error', 'lane.parked', { lane, code });
      metrics({ LaneParked: 1 }, dimensions);
    }
    if (parked.status === 'written' || parked.item?.state === 'parked') state = 'parked';
  };

  /** Draws the lane's consequence from a fault that is not an item's. */
  const judge = async (outcome: CallOutcome, callStartedAtMs: number): Promise<void> => {
    if (outcome.status === 'answered') await changeLane(pace.passed(callStartedAtMs, now()));
    if (outcome.status === 'connection_fault') await park(outcome.code, outcome.grant);
    if (outcome.status !== 'lane_fault') return;
    const change = pace.failed(callStartedAtMs, now(), outcome.code, outcome.afterMs);
    if (change !== undefined) log('warn', 'lane.backoff', { lane, code: outcome.code, untilMs: pace.backoffUntilMs() });
    await changeLane(change);
  };

  const changeOf = (
    item: ClaimedItem,
    index: number,
    outcome: CallOutcome,
    isRepeatable: boolean,
    durationMs: number,
  ): Change => {
    const nowMs = now();
    switch (outcome.status) {
      case 'answered': {
        const own = outcome.outcomes[index] ?? { status: 'retry', code: 'no_result', maybeSent: true };
        return own.status === 'retry' && own.maybeSent === true && !isRepeatable
          ? setApartUnclear(item, own.code, nowMs)
          : settle(item, own, { nowMs, durationMs, random: deps.random() });
      }
      case 'lane_fault':
        return outcome.maybeSent && !isRepeatable
          ? setApartUnclear(item, outcome.code, nowMs)
          : giveBack(item, { code: outcome.code, maybeSent: outcome.maybeSent, nowMs, durationMs });
      case 'connection_fault':
        return giveBack(item, { code: outcome.code, maybeSent: false, nowMs, durationMs });
      case 'again':
      case 'not_sent':
        return giveBack(item, { maybeSent: false, nowMs });
    }
  };

  /** Alone in its call, so that what failed can only be this item or the lane. */
  const isAlone = (batch: readonly unknown[]): boolean => batch.length === 1 && pace.maxItems() === 1;

  /**
   * An item that failed alone, and fails alone again after others came through, is charged with what it would
   * otherwise make the lane suffer for.
   */
  const chargeThePoison = (outcome: CallOutcome, batch: Array<{ item: ClaimedItem }>): CallOutcome => {
    const failedAloneAtMs = batch.length === 1 ? batch[0]?.item.failedAloneAtMs : undefined;
    if (outcome.status !== 'lane_fault' || failedAloneAtMs === undefined || pace.passedAtMs() <= failedAloneAtMs)
      return outcome;
    const { code, afterMs, maybeSent } = outcome;
    log('warn', 'lane.poison', { lane, id: batch[0]?.item.id, code });
    const own = { ...(afterMs === undefined ? {} : { afterMs }), ...(maybeSent ? { maybeSent } : {}) };
    return { status: 'answered', outcomes: [{ status: 'retry', code, ...own }] };
  };

  const runCall = async (batch: Candidate[]): Promise<void> => {
    claims += 1;
    const claimUntilMs = now() + limits.callDeadlineMs + CLAIM_MARGIN_MS;
    const claimed = await claimItems(
      table,
      batch.map(({ item }) => item),
      { owner: `${owner}:${claims}`, untilMs: claimUntilMs, now, sleep: deps.sleep, random: deps.random },
    );
    const prepared = claimed.flatMap((item) => {
      const ready = view.preparedOf(item.pk);
      return ready === undefined ? [] : [{ item, payload: ready.payload, repeatable: ready.repeatable }];
    });
    if (prepared.length === 0) return;
    // A worker that was frozen must not wake up and send: what it holds may be another's by now.
    const mayCall = () =>
      state !== 'lost' && leaseUntilMs - now() >= LEASE_RESERVE_MS && claimUntilMs - now() >= limits.callDeadlineMs;
    const callStartedAtMs = now();
    calls += 1;
    const answer = await driver.send(prepared, mayCall).catch((error: unknown): CallOutcome => {
      log('error', 'lane.call_failed', { lane, code: codeOf(error) });
      return { status: 'lane_fault', code: codeOf(error), maybeSent: true };
    });
    const outcome = chargeThePoison(answer, prepared);
    const isCharged = outcome !== answer;
    const durationMs = now() - callStartedAtMs;
    if (outcome.status === 'answered') items += prepared.length;
    log('info', 'lane.call', {
      lane,
      items: prepared.length,
      outcome: outcome.status,
      durationMs,
      ...('code' in outcome ? { code: outcome.code } : {}),
    });
    const settled = prepared.map(({ item, repeatable }, index) => {
      const change = changeOf(item, index, outcome, repeatable, durationMs);
      const isSuspect = outcome.status === 'lane_fault' && isAlone(prepared) && change.set?.state === 'pending';
      return { item, change: isSuspect ? markFailedAlone(change, now()) : change };
    });
    await recordOutcomes(table, settled, deps);
    const ends = countEnds(settled.map(({ change }) => change));
    metrics({ LaneCalls: 1, ...ends }, { ...dimensions, outcome: outcome.status });
    if (!isCharged) await judge(outcome, callStartedAtMs);
  };

  const launch = (batch: Candidate[]): void => {
    const of = batch.map(({ item }) => item);
    view.start(of);
    const call = runCall(batch)
      .catch((error: unknown) => log('error', 'lane.call_lost', { lane, code: codeOf(error) })) // its claims run out by themselves
      .finally(() => {
        view.finish(of);
        inFlight.delete(call);
        hasFinished = true;
        finishedCalls += 1;
        wake.abort();
      });
    inFlight.set(
      call,
      batch.flatMap(({ keys }) => keys),
    );
  };

  /** Sleeps until `ms` are over or a call is; one that ended since `finishedBefore` was read counts too. */
  const nap = async (ms: number, finishedBefore: number): Promise<void> => {
    if (finishedCalls !== finishedBefore) return;
    wake = new AbortController();
    await deps.sleep(Math.max(1, ms), wake.signal);
  };

  /** Starts what may start now; true when something did. */
  const startCalls = async (): Promise<boolean> => {
    let started = false;
    while (state === 'working' && now() >= pace.backoffUntilMs() && inFlight.size < pace.maxCalls()) {
      if (deps.remainingMs() - RESERVE_MS < limits.callDeadlineMs) break;
      const candidates = view.candidates();
      const busy = new Set([...inFlight.values()].flat());
      const batch = planCall(candidates, busy, { maxItems: pace.maxItems(), fillTo: limits.fillTo });
      if (batch.length === 0) break;
      const opened = await driver.open();
      if (opened.status !== 'ready') {
        await judge(opened, now());
        break;
      }
      launch(batch);
      started = true;
    }
    return started;
  };

  const leave = async (): Promise<Exclude<RunLaneSummary, { status: 'not_taken' }>['left'] | undefined> => {
    if (state !== 'working') return state;
    if (deps.remainingMs() - RESERVE_MS < limits.callDeadlineMs) return 'time_up';
    if (pace.backoffUntilMs() - now() > NAP_MS) return 'backing_off';
    const nextDueAtMs = view.nextDueAtMs();
    const idle = nextDueAtMs === undefined || nextDueAtMs - now() > NAP_MS;
    if (idle && now() - lastWorkAtMs >= STAY_MS) return 'empty';
    if (now() - startedAtMs >= SHARE_AFTER_MS && (await isCrowded(table, now()))) return 'others_wait';
    return undefined;
  };

  /** A re-run ends the back-off on the lane's item, even while a worker naps through it. */
  const heedOperator = async (): Promise<void> => {
    if (now() >= pace.backoffUntilMs()) return;
    const standing = await readLane(table, lane);
    if (standing?.backoffUntilMs === undefined) pace.resume();
    if (standing?.state === 'parked') state = 'parked';
  };

  const work = async () => {
    for (;;) {
      const finishedBefore = finishedCalls;
      // With a full call at hand there is no need to look for more; a finished one is a reason to.
      const isHungry = hasFinished && view.candidates().length < pace.maxItems();
      if (isHungry || now() - refreshedAtMs >= POLL_MS) {
        hasFinished = false;
        await view.refresh();
        refreshedAtMs = now();
      }
      await heedOperator();
      if (await startCalls()) lastWorkAtMs = now();
      if (inFlight.size > 0) {
        lastWorkAtMs = now();
        await nap(POLL_MS, finishedBefore);
        continue;
      }
      const left = await leave();
      if (left !== undefined) return left;
      const nextMs = Math.max(view.nextDueAtMs() ?? Infinity, pace.backoffUntilMs()) - now();
      await nap(Math.min(POLL_MS, nextMs > 0 ? nextMs : POLL_MS), finishedBefore);
    }
  };

  let left: Awaited<ReturnType<typeof work>> = 'lost';
  try {
    left = await work();
  } finally {
    await Promise.all(inFlight.keys());
    stopRenewing.abort();
    await renewing;
    await releaseLease(table, lane, owner, left === 'time_up' || left === 'others_wait');
  }
  if (left === 'empty') await ringIfWorkCame(table, lane, now());
  log('info', 'lane.served', { lane, calls, items, outcome: left, durationMs: now() - startedAtMs });
  return { status: 'served', calls, items, left };
};

/** What came between the last look and the release was not rung for: the dispatcher saw the lane leased. */
const ringIfWorkCame = async (table: Table, lane: string, nowMs: number): Promise<void> => {
  const { rows } = await table.query({ index: 'work', partition: lane, to: nowMs + NAP_MS, limit: 10 });
  if (rows.length === 0) return;
  // The index is behind: only the items themselves tell whether there is anything to do.
  const items = (await table.getMany(rows.map(({ pk }) => pk))).map((item) => workAttributes.parse(item));
  if (!items.some((item) => item.lane === lane && isClaimable(item, nowMs))) return;
  await table.update(laneKey(lane), { set: { bell: lane } }, equals('state', 'open'));
};
