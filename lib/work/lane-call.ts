import type { Now, Sleep } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { MetricDimensions, Metrics } from '../platform/metrics.ts';
import { absent, allOf, anyOf, type Change, equals, type Table } from '../platform/table.ts';
import { type ClaimedItem, claimItems, recordOutcomes } from './claim.ts';
import { countEnds } from './count-ends.ts';
import type { HeldLease } from './held-lease.ts';
import type { LaneAllowance } from './lane-allowance.ts';
import type { LaneDriver } from './lane-driver.ts';
import type { LanePace } from './lane-pace.ts';
import type { LaneView } from './lane-view.ts';
import type { CallOutcome } from './outcome.ts';
import { giveBack, markFailedAlone, setApartUnclear, settle } from './settle.ts';
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
};

const CLAIM_MARGIN_MS = 10_000;
const LEASE_RESERVE_MS = 2_000;

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
    if (outcome.status === 'answered') await lease.change(pace.passed(startedAtMs, now()));
    if (outcome.status === 'connection_fault') await park(outcome.code, outcome.grant);
    if (outcome.status !== 'lane_fault') return;
    const { code, afterMs, overload } = outcome;
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
    if (outcome.status !== 'lane_fault' || failedAloneAtMs === undefined || pace.passedAtMs() <= failedAloneAtMs)
      return outcome;
    const { code, afterMs, maybeSent } = outcome;
    log('warn', 'lane.poison', { lane, id: batch[0]?.item.id, code });
    const own = { ...(afterMs === undefined ? {} : { afterMs }), ...(maybeSent ? { maybeSent } : {}) };
    return { status: 'answered', outcomes: [{ status: 'retry', code, ...own }] };
  };

  const changeOf = (
    { item, repeatable }: { item: ClaimedItem; repeatable: boolean },
    index: number,
    outcome: CallOutcome,
    { durationMs, isAlone }: { durationMs: number; isAlone: boolean },
  ): Change => {
    const nowMs = now();
    switch (outcome.status) {
      case 'answered': {
        const own = outcome.outcomes[index] ?? { status: 'retry', code: 'no_result', maybeSent: true };
        return own.status === 'retry' && own.maybeSent === true && !repeatable
          ? setApartUnclear(item, own.code, nowMs)
          : settle(item, own, { nowMs, durationMs, random: deps.random() });
      }
      case 'lane_fault': {
        const { code, maybeSent } = outcome;
        if (maybeSent && !repeatable) return setApartUnclear(item, code, nowMs);
        const change = giveBack(item, { code, maybeSent, nowMs, durationMs });
        return isAlone ? markFailedAlone(change, nowMs) : change;
      }
      case 'connection_fault':
        return giveBack(item, { code: outcome.code, maybeSent: false, nowMs, durationMs });
      case 'again':
      case 'not_sent':
        return giveBack(item, { maybeSent: false, nowMs });
    }
  };

  /** The receiver's allowance is used up: the lane waits until some of it is free again. */
  const hold = async (untilMs: number): Promise<void> => {
    log('error', 'lane.out_of_credits', { lane, untilMs });
    metrics({ LaneOutOfCredits: 1 }, dimensions);
    await lease.change(pace.hold(untilMs, 'credits_used_up'));
  };

  const claim = async (wanted: WorkItem[], untilMs: number) => {
    claims += 1;
    const { sleep, random } = deps;
    const claimed = await claimItems(table, wanted, { owner: `${owner}:${claims}`, untilMs, now, sleep, random });
    return claimed.flatMap((item) => {
      const ready = view.preparedOf(item.pk);
      return ready === undefined ? [] : [{ item, payload: ready.payload, repeatable: ready.repeatable }];
    });
  };

  const run = async (wanted: WorkItem[]): Promise<void> => {
    const { callDeadlineMs } = driver.limits;
    // Alone because the lane starts slowly: what fails then can only be this item or the lane.
    const isAlone = wanted.length === 1 && pace.maxItems() === 1;
    const claimUntilMs = now() + callDeadlineMs + CLAIM_MARGIN_MS;
    const batch = await claim(wanted, claimUntilMs);
    if (batch.length === 0) return;

    // A worker that was frozen must not wake up and send: what it holds may be another's by now.
    const mayCall = () => lease.remainingMs() >= LEASE_RESERVE_MS && claimUntilMs - now() >= callDeadlineMs;
    const startedAtMs = now();
    calls += 1;
    sending += 1;
    const answer = await driver.send(batch, mayCall).catch((error: unknown): CallOutcome => {
      log('error', 'lane.call_failed', { lane, code: codeOf(error) });
      return { status: 'lane_fault', code: codeOf(error), maybeSent: true };
    });
    const underWay = sending;
    sending -= 1;
    if (answer.usage !== undefined) lease.note(allowance.used(answer.usage, now()));
    const outcome = chargePoison(answer, batch);
    const durationMs = now() - startedAtMs;
    if (outcome.status === 'answered') items += batch.length;
    const code = 'code' in outcome ? { code: outcome.code } : {};
    log('info', 'lane.call', { lane, items: batch.length, outcome: outcome.status, durationMs, ...code });

    const settled = batch.map((one, index) => ({
      item: one.item,
      change: changeOf(one, index, outcome, { durationMs, isAlone }),
    }));
    await recordOutcomes(table, settled, deps);
    const ends = countEnds(settled.map(({ change }) => change));
    metrics({ LaneCalls: 1, ...ends }, { ...dimensions, outcome: outcome.status });
    if (outcome === answer) await judge(outcome, startedAtMs, underWay);
  };

  return { run, judge, hold, calls: () => calls, items: () => items };
};
