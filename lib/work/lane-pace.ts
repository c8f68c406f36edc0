import type { Change } from '../platform/table.ts';
import type { Lane } from './lane.ts';
import { nextBackoffMs } from './retry-schedule.ts';

/**
 * How fast a lane goes. After a failure it waits, then starts slowly: one item alone, and each pass doubles what
 * follows, first the records of one call, then the calls.
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

  return {
    /** Not before this time. */
    backoffUntilMs: () => backoffUntilMs,
    maxItems: () => Math.min(records ?? full, maxPerCall),
    maxCalls: () => (records === undefined ? maxConcurrent : Math.max(1, Math.ceil(records / maxPerCall))),

    /** When a call last came through, as far as this lane's workers have told. */
    passedAtMs: () => passedAtMs,

    /** An operator has ended the back-off; the slow start stays. */
    resume: () => {
      backoffUntilMs = 0;
      backoffMs = undefined;
    },

    /** A call came through. The write it asks for, if any. */
    passed: (startedAtMs: number, nowMs: number): Change | undefined => {
      passedAtMs = nowMs;
      if (records === undefined || startedAtMs < Math.max(raisedAtMs, failedAtMs)) return undefined;
      raisedAtMs = nowMs;
      records = records >= maxPerCall ? records * 2 : Math.min(records * 2, maxPerCall);
      backoffMs = undefined;
      if (records < full)
        return { set: { pace: records, passedAtMs }, remove: ['backoffMs', 'backoffUntilMs', 'reason'] };
      records = undefined;
      return { set: { passedAtMs }, remove: ['pace', 'backoffMs', 'backoffUntilMs', 'reason'] };
    },

    /** A call failed by the lane's fault: back off, once per round of parallel calls. The write it asks for, if any. */
    failed: (startedAtMs: number, nowMs: number, code: string, askedMs: number | undefined): Change | undefined => {
      if (startedAtMs < failedAtMs) return undefined;
      failedAtMs = nowMs;
      records = 1;
      backoffMs = nextBackoffMs(backoffMs, askedMs);
      backoffUntilMs = nowMs + backoffMs;
      return { set: { pace: 1, backoffMs, backoffUntilMs, reason: code } };
    },
  };
};
export type LanePace = ReturnType<typeof createPace>;
