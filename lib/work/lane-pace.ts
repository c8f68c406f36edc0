import type { Change } from '../platform/table.ts';
import { createConcurrency } from './concurrency.ts';
import type { Lane } from './lane.ts';
import { nextBackoffMs } from './retry-schedule.ts';

/** After a refusal that only meant "one at a time too many": until the calls that were taken have made room. */
const BREATH_MS = 1_000;

export type Failure = {
  code: string;
  /** How long the receiver asked to be left alone. */
  afterMs?: number | undefined;
  /** Set when too many calls were under way: how many, this one included. */
  overloadAt?: number | undefined;
};

/**
 * How fast a lane goes. After a failure it waits, then starts slowly: one item alone, and each pass doubles what
 * follows, first the records of one call, then the calls. A receiver that takes fewer calls at once than it was sent
 * is no failure: the lane learns its limit and stays under it.
 */
export const createPace = (
  lane: Lane,
  { maxConcurrent, maxPerCall }: { maxConcurrent: number; maxPerCall: number },
) => {
  const full = maxConcurrent * maxPerCall;
  let records = lane.pace;
  let backoffMs = lane.backoffMs;
  let backoffUntilMs = lane.backoffUntilMs ?? 0;
  /** Calls started before these belong to a round that has been counted already. */
  let raisedAtMs = -Infinity;
  let failedAtMs = -Infinity;
  let passedAtMs = lane.passedAtMs ?? -Infinity;
  /** The lane's item says that it waits, and why. */
  let saysWhy = lane.backoffUntilMs !== undefined || lane.reason !== undefined;
  const concurrency = createConcurrency(lane, maxConcurrent);

  const learned = (): Change => {
    const { concurrency: limit, concurrencyAtMs } = concurrency.learned();
    return limit === undefined
      ? { remove: ['concurrency', 'concurrencyAtMs'] }
      : { set: { concurrency: limit, concurrencyAtMs } };
  };
  const joined = (...changes: Array<Change | undefined>): Change | undefined => {
    const asked = changes.filter((change) => change !== undefined);
    if (asked.length === 0) return undefined;
    return {
      set: Object.assign({}, ...asked.map(({ set }) => set)),
      remove: asked.flatMap(({ remove = [] }) => remove),
    };
  };
  /** Of two reasons to wait the one that lasts longer is told. */
  const wait = (untilMs: number, reason: string): NonNullable<Change['set']> => {
    const isLonger = !saysWhy || untilMs >= backoffUntilMs;
    saysWhy = true;
    backoffUntilMs = Math.max(backoffUntilMs, untilMs);
    return { backoffUntilMs, ...(isLonger ? { reason } : {}) };
  };
  /** The wait is over: a call that started after it has come through. */
  const goesOn = (startedAtMs: number): Change | undefined => {
    if (!saysWhy || startedAtMs < backoffUntilMs) return undefined;
    saysWhy = false;
    backoffMs = undefined;
    return { remove: ['backoffMs', 'backoffUntilMs', 'reason'] };
  };

  return {
    /** Not before this time. */
    backoffUntilMs: () => backoffUntilMs,
    maxItems: () => Math.min(records ?? full, maxPerCall),
    maxCalls: () =>
      records === undefined
        ? concurrency.limit()
        : Math.min(concurrency.limit(), Math.max(1, Math.ceil(records / maxPerCall))),

    /** When a call last came through, as far as this lane's workers have told. */
    passedAtMs: () => passedAtMs,

    /** Nothing may go out until then, and the receiver is not to blame. The write it asks for. */
    hold: (untilMs: number, code: string): Change => ({ set: wait(untilMs, code) }),

    /** An operator has ended the back-off; the slow start stays. */
    resume: () => {
      backoffUntilMs = 0;
      backoffMs = undefined;
    },

    /** A call came through. The write it asks for, if any. */
    passed: (startedAtMs: number, nowMs: number): Change | undefined => {
      passedAtMs = nowMs;
      const told = joined(goesOn(startedAtMs), concurrency.passed(nowMs) ? learned() : undefined);
      if (records === undefined || startedAtMs < Math.max(raisedAtMs, failedAtMs)) return told;
      raisedAtMs = nowMs;
      records = records >= maxPerCall ? records * 2 : Math.min(records * 2, maxPerCall);
      if (records < full) return joined({ set: { pace: records, passedAtMs } }, told);
      records = undefined;
      return joined({ set: { passedAtMs }, remove: ['pace'] }, told);
    },

    /** A call failed by the lane's fault: back off, once per round of parallel calls. The write it asks for, if any. */
    failed: (startedAtMs: number, nowMs: number, { code, afterMs, overloadAt }: Failure): Change | undefined => {
      let taught: Change | undefined;
      if (overloadAt !== undefined) {
        const verdict = concurrency.refused(startedAtMs, nowMs, overloadAt);
        taught = learned();
        if (verdict === 'limit') return joined({ set: wait(nowMs + Math.max(BREATH_MS, afterMs ?? 0), code) }, taught);
      }
      if (startedAtMs < failedAtMs) return taught;
      failedAtMs = nowMs;
      records = 1;
      backoffMs = nextBackoffMs(backoffMs, afterMs);
      return joined({ set: { pace: 1, backoffMs, ...wait(nowMs + backoffMs, code) } }, taught);
    },
  };
};
export type LanePace = ReturnType<typeof createPace>;
