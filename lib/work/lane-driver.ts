import type { Budget } from './allowance.ts';
import type { ClaimedItem } from './claim.ts';
import type { CallOutcome, ItemOutcome, LookUpOutcome } from './outcome.ts';
import type { WorkItem } from './work-item.ts';

/** What a lane needs to know of its receiver; the lane knows nothing else about it. */
export type LaneDriver<Payload> = {
  /** For metrics: the kind of destination; Zoho has none. */
  destinationType?: string;
  limits: {
    /** Calls in flight at most. */
    maxConcurrent: number;
    /** Items in one call at most, up to 100. */
    maxPerCall: number;
    /** The receiver counts by started this-many; a started one is filled with what is waiting. 1: it does not. */
    fillTo: number;
    callDeadlineMs: number;
  };
  /** What may be spent at the receiver in 24 hours; absent: it does not count. */
  budget?(): Budget;
  /** Translates one item, without talking to the receiver. */
  prepare(item: WorkItem): Promise<Prepared<Payload>>;
  /** Asked before items are claimed: can calls be made at all? */
  open(): Promise<{ status: 'ready' } | Extract<CallOutcome, { status: 'lane_fault' | 'connection_fault' }>>;
  /**
   * One call. `mayCall` must be asked directly before each request leaves; when it says no, nothing may be sent.
   */
  send(batch: Batch<Payload>, mayCall: () => boolean): Promise<CallOutcome>;
  /**
   * For a receiver that does not recognise a repeat and can be asked what it holds. Absent: what may have been sent
   * waits for a person.
   */
  lookUp?: {
    /** Not before this long after the deadline of the call in doubt: the receiver may act after our time-out. */
    afterMs: number;
    /** One look-up of items whose `lookUpGroup` is the same; `mayCall` as for `send`. */
    find(batch: Batch<Payload>, mayCall: () => boolean): Promise<LookUpOutcome>;
  };
};

export type Batch<Payload> = Array<{ item: ClaimedItem; payload: Payload }>;

export type Prepared<Payload> =
  | {
      status: 'ready';
      /** Items share a call only within a group. */
      group: string;
      /** Values that must not be in flight twice. */
      keys: string[];
      payload: Payload;
      /** The receiver recognises a repeat. Otherwise an unclear end is looked up, or waits for a person. */
      repeatable: boolean;
      /**
       * A repeat is recognised only this long after the deadline of the try before it. @default at once
       */
      repeatAfterMs?: number;
      /** Requests that its call may have to make, one after the other. @default 1 */
      requests?: number;
      /** Items are looked up together only within a group; absent: the receiver cannot be asked about this one. */
      lookUpGroup?: string;
    }
  | { status: 'settled'; outcome: ItemOutcome };

/** How long after its call's deadline an item in doubt is looked up; undefined: it cannot be. */
export const lookUpAfterMs = <Payload>(
  driver: Pick<LaneDriver<Payload>, 'lookUp'>,
  prepared: Extract<Prepared<Payload>, { status: 'ready' }>,
): number | undefined => (prepared.lookUpGroup === undefined ? undefined : driver.lookUp?.afterMs);
