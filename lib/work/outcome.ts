import type { Value } from '../platform/table.ts';

/** What became of one item in a call that was answered, or that never had to be made. */
export type ItemOutcome =
  /** `receipt`: attributes the item keeps, such as the record's id at the receiver. */
  /** `code`: how that is known, where it was not the call's own answer. */
  | { status: 'delivered'; receipt?: Record<string, Value>; code?: string }
  /** There was nothing to send, for good. */
  | { status: 'skipped'; reason: string; receipt?: Record<string, Value> }
  /** Will not succeed as it is: set apart for a person at once. */
  | { status: 'rejected'; code: string; field?: string; receipt?: Record<string, Value> }
  /** The item's own, passing fault: uses up its schedule. `maybeSent`: the receiver may have acted all the same. */
  | { status: 'retry'; code: string; field?: string; afterMs?: number; maybeSent?: true };

/**
 * What a call has cost of the receiver's allowance, and what its answer said is left. `untold`: it was answered without a
 * word of that. Absent: there was no answer to say it.
 */
export type Usage = { cost: number; remaining?: number | 'untold' };

/** What became of a whole call. `usage` where the receiver has counted it. */
export type CallOutcome = { usage?: Usage } & (CallEnd | PartlyAnswered);
/** Several requests made up the call, and one of them ended it: its items, and those that were to follow, are given back. */
export type PartlyAnswered = { status: 'partly'; ends: Array<ItemOutcome | CallFault>; fault: CallFault };
/** No answer for an item, and why. */
export type CallFault = Exclude<CallEnd, { status: 'answered' }>;
const FAULTS: ReadonlySet<string> = new Set<CallFault['status']>([
  'lane_fault',
  'connection_fault',
  'again',
  'not_sent',
]);
export const isCallFault = (end: ItemOutcome | CallFault): end is CallFault => FAULTS.has(end.status);
type CallEnd =
  /** One outcome per item, in the order sent. */
  | { status: 'answered'; outcomes: ItemOutcome[] }
  /** The receiver, or the way to it: the lane backs off, no item is charged. `maybeSent`: it may have acted all the same. */
  | {
      status: 'lane_fault';
      code: string;
      afterMs?: number;
      maybeSent: boolean;
      /** Refused because too many calls were under way: fewer at once are taken. */
      overload?: true;
    }
  /** The connection is refused: the lane is parked until a person mends it. `grant`: the one that was refused. */
  | { status: 'connection_fault'; code: string; grant?: number }
  /** Nothing was acted upon and the reason is mended already: the items go again at once. */
  | { status: 'again'; code: string }
  /** Lease or claim were about to run out, so nothing was sent. */
  | { status: 'not_sent' };

/** What a receiver was found to hold of one item that may have reached it. */
export type Finding =
  | { status: 'there'; receipt?: Record<string, Value> }
  | { status: 'not_there' }
  /** The receiver will not tell: only a person can. */
  | { status: 'unknown'; code: string };

/** What became of a look-up. It changes nothing at the receiver, so it may be repeated at will. */
export type LookUpOutcome =
  /** One finding per item, in the order asked. */
  { status: 'looked_up'; findings: Finding[]; usage?: Usage } | Exclude<CallOutcome, { status: 'answered' | 'partly' }>;
