import type { Budget } from './allowance.ts';
import type { ClaimedItem } from './claim.ts';
import type { CallOutcome, ItemOutcome } from './outcome.ts';
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
  send(batch: Array<{ item: ClaimedItem; payload: Payload }>, mayCall: () => boolean): Promise<CallOutcome>;
};

export type Prepared<Payload> =
  | {
      status: 'ready';
      /** Items share a call only within a group. */
      group: string;
      /** Values that must not be in flight twice. */
      keys: string[];
      payload: Payload;
      /** The receiver recognises a repeat; otherwise an unclear end waits for a person. */
      repeatable: boolean;
    }
  | { status: 'settled'; outcome: ItemOutcome };
