import type { Change } from '../platform/table.ts';
import type { ClaimedItem } from './claim.ts';
import { awaitLookUp, giveBackLookUp, settleLookUp } from './look-up.ts';
import { type CallOutcome, type ItemOutcome, isCallFault, type LookUpOutcome } from './outcome.ts';
import { giveBack, giveBackUnsent, markFailedAlone, setApartUnclear, settle } from './settle.ts';

/** A claimed item, and what may be done when nobody can tell whether it has been sent. */
export type SentItem = {
  item: ClaimedItem;
  repeatable: boolean;
  /** It can be looked up, this long after its call's deadline. */
  lookUpAfterMs: number | undefined;
};

type Moment = { nowMs: number; durationMs: number; random: number };

/** The write that records what became of one item of a call. */
export const itemChange = (
  sent: SentItem,
  index: number,
  outcome: CallOutcome,
  { isAlone, ...moment }: Moment & { isAlone: boolean },
): Change => {
  const { item, repeatable } = sent;
  const { nowMs, durationMs } = moment;
  switch (outcome.status) {
    case 'answered': {
      const own = outcome.outcomes[index] ?? { status: 'retry', code: 'no_result', maybeSent: true };
      return own.status === 'retry' && own.maybeSent === true && !repeatable
        ? chargedInDoubt(sent, own, moment)
        : settle(item, own, moment);
    }
    case 'partly': {
      const own = outcome.ends[index] ?? outcome.fault;
      return isCallFault(own)
        ? itemChange(sent, 0, own, { isAlone, ...moment })
        : itemChange(sent, 0, { status: 'answered', outcomes: [own] }, { isAlone, ...moment });
    }
    case 'lane_fault': {
      const { code, maybeSent, overload } = outcome;
      const change =
        maybeSent && !repeatable ? inDoubt(sent, code, moment) : giveBack(item, { code, maybeSent, nowMs, durationMs });
      // One call too many is no item's doing.
      return isAlone && overload !== true ? markFailedAlone(change, nowMs) : change;
    }
    case 'connection_fault':
      return giveBack(item, { code: outcome.code, maybeSent: false, nowMs, durationMs });
    case 'again':
    case 'not_sent':
      return giveBackUnsent(item, 'code' in outcome ? outcome.code : 'not_sent');
  }
};

/** The fault was the lane's: the attempt is given back, the doubt stays. */
const inDoubt = ({ item, lookUpAfterMs: afterMs }: SentItem, code: string, { nowMs, durationMs }: Moment): Change => {
  if (afterMs === undefined) return setApartUnclear(item, code, nowMs);
  const change = awaitLookUp(item, { code, afterMs, nowMs, durationMs });
  return { ...change, set: { ...change.set, attempts: item.attempts - 1 } };
};

/** The fault was the item's own: it is looked up when its schedule would send it again; with none left a person decides. */
const chargedInDoubt = (
  { item, lookUpAfterMs: afterMs }: SentItem,
  own: Extract<ItemOutcome, { status: 'retry' }>,
  moment: Moment,
): Change => {
  const next = settle(item, own, moment);
  if (afterMs === undefined || next.set?.state !== 'pending') return setApartUnclear(item, own.code, moment.nowMs);
  const change = awaitLookUp(item, { ...moment, code: own.code, afterMs });
  const dueAtMs = Math.max(Number(change.set?.dueAtMs), Number(next.set.dueAtMs));
  return { ...change, set: { ...change.set, dueAtMs } };
};

/** The write that records what a look-up told of one item. */
export const lookedUpChange = (item: ClaimedItem, index: number, outcome: LookUpOutcome, moment: Moment): Change => {
  switch (outcome.status) {
    case 'looked_up':
      return settleLookUp(item, outcome.findings[index] ?? { status: 'unknown', code: 'no_result' }, moment);
    case 'lane_fault':
    case 'connection_fault':
      return giveBackLookUp(item, outcome.code, moment);
    case 'again':
    case 'not_sent':
      return giveBackLookUp(item, undefined, moment);
  }
};
