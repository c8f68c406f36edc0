import type { Change } from '../platform/table.ts';
import { maybeSentUntilMs } from './doubt.ts';
import type { Finding } from './outcome.ts';
import { CLAIM, setApartUnclear, settle, withAttempt } from './settle.ts';
import type { WorkItem } from './work-item.ts';

type Times = { nowMs: number; durationMs?: number };

/**
 * The write that leaves an item in doubt to be looked up before it goes again. No attempt is given back here: whoever
 * knows the fault to be the lane's does that.
 * @param afterMs from the end of the try in doubt to the look-up
 */
export const awaitLookUp = (
  item: WorkItem,
  { code, afterMs, nowMs, durationMs }: Times & { code: string; afterMs: number },
): Change => {
  const maybeSentAtMs = maybeSentUntilMs(item, nowMs);
  return {
    set: {
      state: 'pending',
      reason: 'maybe_sent',
      maybeSentAtMs,
      dueAtMs: maybeSentAtMs + afterMs,
      history: withAttempt(item, { atMs: nowMs, outcome: 'maybe_sent', code, durationMs }),
    },
    add: { unclearEnds: 1 },
    remove: [...CLAIM, 'sendAnyway'],
  };
};

/** The same for an item whose worker died: what died in silence before still counts. */
export const awaitLookUpOfAbandoned = (item: WorkItem, times: { afterMs: number; nowMs: number }): Change => {
  const change = awaitLookUp(item, { ...times, code: 'worker_lost' });
  return { ...change, remove: (change.remove ?? []).filter((name) => name !== 'silentClaims') };
};

/** A look-up is no try: neither attempts nor silent deaths are other than before it. */
const beforeLookUp = (item: WorkItem): { attempts: number; silentClaims: number } => ({
  attempts: item.attempts - 1,
  silentClaims: Math.max(0, (item.silentClaims ?? 0) - 1),
});
const CLAIM_BUT_DEATHS = CLAIM.filter((name) => name !== 'silentClaims');

/** The write that records what a look-up has found. */
export const settleLookUp = (item: WorkItem, finding: Finding, times: Times & { random: number }): Change => {
  switch (finding.status) {
    case 'there':
      return settle(item, { ...finding, status: 'delivered', code: 'looked_up' }, times);
    case 'not_there':
      return {
        set: {
          state: 'pending',
          reason: 'not_there',
          dueAtMs: times.nowMs,
          history: withAttempt(item, {
            atMs: times.nowMs,
            outcome: 'looked_up',
            code: 'not_there',
            durationMs: times.durationMs,
          }),
          ...beforeLookUp(item),
        },
        remove: [...CLAIM_BUT_DEATHS, 'maybeSentAtMs', 'sendAnyway'],
      };
    case 'unknown':
      return setApartUnclear(item, finding.code, times.nowMs);
  }
};

/** The write that gives an item back after a look-up that was not answered: it stays in doubt, and is due as before. */
export const giveBackLookUp = (item: WorkItem, code: string | undefined, { nowMs, durationMs }: Times): Change => ({
  set: {
    state: 'pending',
    ...(code === undefined
      ? {}
      : { history: withAttempt(item, { atMs: nowMs, outcome: 'looked_up', code, durationMs }) }),
    ...beforeLookUp(item),
  },
  remove: CLAIM_BUT_DEATHS,
});
