import type { Change, Value } from '../platform/table.ts';
import { isInDoubt, maybeSentUntilMs } from './doubt.ts';
import type { ItemOutcome } from './outcome.ts';
import { retryAfterMs } from './retry-schedule.ts';
import { type Attempt, expiresAtSeconds, needsPerson, retentionDays, type WorkItem } from './work-item.ts';

const HISTORY = 10;
/** What a claim leaves on an item, and every outcome takes away. */
export const CLAIM = ['claimOwner', 'claimUntilMs', 'silentClaims', 'lookingUp', 'bell'];
const OFF_THE_INDEX = ['lane', 'dueAtMs'];

export const withAttempt = (item: WorkItem, attempt: Attempt): Value[] => [...item.history, attempt].slice(-HISTORY);

type Times = { nowMs: number; durationMs?: number; random: number };

/** The write that records an outcome on a claimed item. `item.attempts` already counts this attempt. */
export const settle = (item: WorkItem, outcome: ItemOutcome, { nowMs, durationMs, random }: Times): Change => {
  const code = 'code' in outcome ? outcome.code : 'reason' in outcome ? outcome.reason : undefined;
  const field = 'field' in outcome ? outcome.field : undefined;
  const history = withAttempt(item, { atMs: nowMs, outcome: outcome.status, code, field, durationMs });
  switch (outcome.status) {
    case 'delivered':
      return {
        set: {
          ...outcome.receipt,
          state: 'delivered',
          history,
          deliveredAtMs: nowMs,
          expiresAtSeconds: expiresAtSeconds(nowMs, retentionDays[item.kind]),
        },
        remove: [...CLAIM, ...OFF_THE_INDEX, 'reason', 'maybeSentAtMs', 'lookUpGroup', 'sendAnyway', 'failedAloneAtMs'],
      };
    case 'skipped':
      return {
        set: {
          ...outcome.receipt,
          state: 'ignored',
          reason: outcome.reason,
          history,
          expiresAtSeconds: expiresAtSeconds(nowMs, retentionDays[item.kind]),
        },
        remove: [...CLAIM, ...OFF_THE_INDEX],
      };
    case 'rejected':
      return {
        set: {
          ...outcome.receipt,
          state: 'rejected',
          reason: outcome.code,
          history,
          ...needsPerson(item.source, nowMs),
        },
        remove: CLAIM,
      };
    case 'retry': {
      const waitMs = retryAfterMs(item.attempts, random);
      const doubt = outcome.maybeSent === true ? { maybeSentAtMs: maybeSentUntilMs(item, nowMs) } : {};
      if (waitMs === undefined)
        return {
          set: { state: 'dead', reason: outcome.code, history, ...doubt, ...needsPerson(item.source, nowMs) },
          remove: CLAIM,
        };
      const dueAtMs = nowMs + Math.max(waitMs, outcome.afterMs ?? 0);
      return { set: { state: 'pending', reason: outcome.code, history, dueAtMs, ...doubt }, remove: CLAIM };
    }
  }
};

/**
 * The write that takes a claim back without charging the item: the fault was the lane's or the connection's.
 * An unclear end leaves its mark; from the second one on the item shares no call.
 */
export const giveBack = (
  item: WorkItem,
  { code, maybeSent, nowMs, durationMs }: { code: string; maybeSent: boolean; nowMs: number; durationMs?: number },
): Change => ({
  set: {
    state: 'pending',
    attempts: item.attempts - 1,
    reason: code,
    history: withAttempt(item, { atMs: nowMs, outcome: 'lane', code, durationMs }),
    ...(maybeSent ? { maybeSentAtMs: maybeSentUntilMs(item, nowMs) } : {}),
  },
  ...(maybeSent ? { add: { unclearEnds: 1 } } : {}),
  remove: maybeSent ? [...CLAIM, 'sendAnyway'] : CLAIM,
});

/** The same for an item that was not sent at all: it was no try, but by now a newer one may go first. */
export const giveBackUnsent = (item: WorkItem, reason: string): Change => ({
  set: { state: 'pending', attempts: item.attempts - 1, reason },
  remove: CLAIM,
});

/**
 * Marks an item that failed alone by what looks like its lane's fault: it goes behind the others, and if one of them
 * comes through and it fails alone again, the fault is its own.
 */
export const markFailedAlone = (change: Change, nowMs: number): Change => ({
  ...change,
  // What waits for its look-up goes behind the others by that alone.
  set: { dueAtMs: nowMs, ...change.set, failedAloneAtMs: nowMs },
});

/** What may have reached the receiver and must not be sent twice waits for a person. */
export const setApartUnclear = (item: WorkItem, code: string, nowMs: number): Change => ({
  set: {
    state: 'unclear',
    reason: code,
    maybeSentAtMs: maybeSentUntilMs(item, nowMs),
    history: withAttempt(item, { atMs: nowMs, outcome: 'unclear', code }),
    ...needsPerson(item.source, nowMs),
  },
  remove: [...CLAIM, 'sendAnyway'],
});

export const setApartDead = (item: WorkItem, code: string, nowMs: number): Change => ({
  set: {
    state: 'dead',
    reason: code,
    ...(isInDoubt(item) ? { maybeSentAtMs: maybeSentUntilMs(item, nowMs) } : {}),
    history: withAttempt(item, { atMs: nowMs, outcome: 'dead', code }),
    ...needsPerson(item.source, nowMs),
  },
  remove: CLAIM,
});
