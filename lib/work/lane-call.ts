import type { Now, Sleep } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { MetricDimensions, Metrics } from '../platform/metrics.ts';
import { absent, allOf, anyOf, type Change, equals, type Table } from '../platform/table.ts';
import { type ClaimedItem, claimItems, recordOutcomes } from './claim.ts';
import { countEnds } from './count-ends.ts';
import type { HeldLease } from './held-lease.ts';
import { itemChange, lookedUpChange } from './item-change.ts';
import type { LaneAllowance } from './lane-allowance.ts';
import { type LaneDriver, lookUpAfterMs } from './lane-driver.ts';
import type { LanePace } from './lane-pace.ts';
import type { LaneView } from './lane-view.ts';
import type { CallOutcome, LookUpOutcome, Usage } from './outcome.ts';
import { type Errand, isSentAlone } from './plan-call.ts';
import { laneKey, type WorkItem } from './work-item.ts';

export type LaneCallDeps<Payload> = {
  lane: string;
  /** Unique per invocation. */
  owner: string;
  driver: LaneDriver<Payload>;
  view: LaneView<Payload>;
  pace: LanePace;
  allowance: LaneAllowance;
  lease: HeldLease;
  table: Table;
  now: Now;
  sleep: Sleep;
  random: () => number;
  log: Log;
  metrics: Metrics;
  dimensions: MetricDimensions;
  /** Milliseconds this invocation may still run. */
  remainingMs: () => number;
};

type LaneFault = Extract<CallOutcome, { status: 'lane_fault' }>;

const CLAIM_MARGIN_MS = 10_000;
/** A call is made only while the lease lasts this much longer. */
export const LEASE_RESERVE_MS = 2_000;

/** One call of a lane's worker: claim, send, write what became of each item, and draw the lane's consequence. */
export const createLaneCalls = <Payload>(deps: LaneCallDeps<Payload>) => {
  const { lane, owner, driver, view, pace, allowance, lease, table, now, log, metrics, dimensions } = deps;
  let claims = 0;
  let calls = 0;
  let items = 0;
  /** Calls that are with the receiver right now. */
  let sending = 0;

  const park = async (code: string, grant: number | undefined): Promise<void> => {
    // Only the grant that was refused: a connect visit since then has mended it, and must not be undone.
    const isCurrent = grant === undefined ? [] : [anyOf(absent('grant'), equals('grant', grant))];
    const parked = await table.update(
      laneKey(lane),
      { set: { state: 'parked', reason: code, parkedAtMs: now() } },
      allOf(equals('state', 'open'), ...isCurrent),
    );
    if (parked.status === 'written') {
      log('error', 'lane.parked', { lane, code });
      metrics({ LaneParked: 1 }, dimensions);
    }
    if (parked.status === 'written' || parked.item?.state === 'parked') lease.park();
  };

  /** Draws the lane's consequence from a fault that is not an item's. */
  const judge = async (outcome: CallOutcome, startedAtMs: number, underWay = 1): Promise<void> => {
    if (outcome.status === 'partly') return judge(outcome.fault, startedAtMs, underWay);
    if (outcome.status === 'answered') await lease.change(pace.passed(startedAtMs, now()));
    if (outcome.status === 'connection_fault') await park(outcome.code, outcome.grant);
    if (outcome.status !== 'lane_fault') return;
    const { code, afterMs, overload } = outcome;
    // Refused because nothing is left, which the lane waits for before its next call: their number was not the reason.
    if (overload === true && allowance.heldUntilMs(now()) !== undefined) return;
    const overloadAt = overload === true ? underWay : undefined;
    const change = pace.failed(startedAtMs, now(), { code, afterMs, overloadAt });
    if (change !== undefined) log('warn', 'lane.backoff', { lane, code, untilMs: pace.backoffUntilMs() });
    await lease.change(change);
  };

  /**
   * An item that failed alone, and fails alone again after others came through, is charged with what it would
   * otherwise make the lane suffer for.
   */
  const chargePoison = (outcome: CallOutcome, batch: Array<{ item: ClaimedItem }>): CallOutcome => {
    const failedAloneAtMs = batch.length === 1 ? batch[0]?.item.failedAloneAtMs : undefined;
    if (outcome.status !== 'lane_fault' || outcome.overload === true) return outcome;
    if (failedAloneAtMs === undefined || pace.passedAtMs() <= failedAloneAtMs) return outcome;
    const { code, afterMs, maybeSent } = outcome;
    log('warn', 'lane.poison', { lane, id: batch[0]?.item.id, code });
    const own = { ...(afterMs === undefined ? {} : { afterMs }), ...(maybeSent ? { maybeSent } : {}) };
    return { status: 'answered', outcomes: [{ status: 'retry', code, ...own }] };
  };

  /** The receiver's allowance is used up: the lane waits until some of it is free again. */
  const hold = async (untilMs: number): Promise<void> => {
    log('error', 'lane.out_of_credits', { lane, untilMs });
    metrics({ LaneOutOfCredits: 1 }, dimensions);
    await lease.change(pace.hold(untilMs, 'credits_used_up'));
  };

  const claim = async (wanted: WorkItem[], errand: Errand, untilMs: number) => {
    claims += 1;
    const { sleep, random } = deps;
    const claimed = await claimItems(table, wanted, {
      owner: `${owner}:${claims}`,
      errand,
      untilMs,
      lookUpGroupOf: ({ pk }) => view.preparedOf(pk)?.lookUpGroup,
      sleep,
      random,
    });
    return claimed.flatMap((item) => {
      const ready = view.preparedOf(item.pk);
      if (ready === undefined) return [];
      const { payload, repeatable } = ready;
      return [{ item, payload, repeatable, lookUpAfterMs: lookUpAfterMs(driver, ready) }];
    });
  };

  type Claimed = Awaited<ReturnType<typeof claim>>;

  /** `underWay`: calls that were with the receiver when this one came back, itself included. */
  const attempt = async <Outcome extends { usage?: Usage }>(
    call: () => Promise<Outcome>,
  ): Promise<{ answer: Outcome | LaneFault; underWay: number }> => {
    calls += 1;
    sending += 1;
    const answer = await call().catch((error: unknown): LaneFault => {
      log('error', 'lane.call_failed', { lane, code: codeOf(error) });
      return { status: 'lane_fault', code: codeOf(error), maybeSent: true };
    });
    const underWay = sending;
    sending -= 1;
    if (answer.usage !== undefined) lease.note(allowance.used(answer.usage, now()));
    return { answer, underWay };
  };

  const record = async (
    batch: Claimed,
    outcome: CallOutcome | LookUpOutcome,
    durationMs: number,
    changeOf: (one: Claimed[number], index: number) => Change,
  ): Promise<void> => {
    const code = 'code' in outcome ? { code: outcome.code } : {};
    log('info', 'lane.call', { lane, items: batch.length, outcome: outcome.status, durationMs, ...code });
    const settled = batch.map((one, index) => ({ item: one.item, change: changeOf(one, index) }));
    await recordOutcomes(table, settled, deps);
    const ends = countEnds(settled.map(({ change }) => change));
    metrics({ LaneCalls: 1, ...ends }, { ...dimensions, outcome: outcome.status });
  };

  const send = async (batch: Claimed, mayCall: () => boolean, isAlone: boolean): Promise<void> => {
    const startedAtMs = now();
    const { answer, underWay } = await attempt(() => driver.send(batch, mayCall));
    const outcome = chargePoison(answer, batch);
    const durationMs = now() - startedAtMs;
    if (outcome.status === 'answered') items += batch.length;
    await record(batch, outcome, durationMs, (one, index) =>
      itemChange(one, index, outcome, { nowMs: now(), durationMs, random: deps.random(), isAlone }),
    );
    if (outcome === answer) await judge(outcome, startedAtMs, underWay);
  };

  const lookUp = async (batch: Claimed, mayCall: () => boolean): Promise<void> => {
    const startedAtMs = now();
    const { answer: outcome, underWay } = await attempt(
      async (): Promise<LookUpOutcome> => (await driver.lookUp?.find(batch, mayCall)) ?? { status: 'not_sent' },
    );
    const durationMs = now() - startedAtMs;
    await record(batch, outcome, durationMs, ({ item }, index) =>
      lookedUpChange(item, index, outcome, { nowMs: now(), durationMs, random: deps.random() }),
    );
    // Reading that works says nothing about writing: it neither ends a back-off nor speeds the lane up.
    if (outcome.status !== 'looked_up') await judge(outcome, startedAtMs, underWay);
  };

  const run = async (wanted: WorkItem[], errand: Errand): Promise<void> => {
    const { callDeadlineMs } = driver.limits;
    const [only, ...others] = wanted;
    // Not alone by chance, as in a quiet hour: what fails then can only be this item or the lane.
    const isAlone = only !== undefined && others.length === 0 && (pace.maxItems() === 1 || isSentAlone(only));
    const requests = Math.max(1, ...wanted.map(({ pk }) => view.preparedOf(pk)?.requests ?? 1));
    const claimUntilMs = now() + callDeadlineMs * requests + CLAIM_MARGIN_MS;
    const batch = await claim(wanted, errand, claimUntilMs);
    if (batch.length === 0) return;

    // A worker that was frozen must not wake up and send: what it holds may be another's by now.
    const mayCall = () =>
      lease.remainingMs() >= LEASE_RESERVE_MS &&
      claimUntilMs - now() >= callDeadlineMs &&
      deps.remainingMs() >= callDeadlineMs;
    if (errand === 'send') await send(batch, mayCall, isAlone);
    else await lookUp(batch, mayCall);
  };

  return { run, judge, hold, calls: () => calls, items: () => items };
};
