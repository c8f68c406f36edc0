import * as z from 'zod/mini';
import type { Item } from '../platform/table.ts';
import { laneKey } from './work-item.ts';

/** Partition of the `list` index that holds every lane. */
export const LANES_LIST = 'lanes';

const text = z.optional(z.string());
const whole = z.optional(z.number());

/**
 * The lane's item: who works on it, and how it stands with its receiver. Its worker holds `leaseOwner` until
 * `leaseUntilMs`; nobody is started before `backoffUntilMs`.
 */
export const laneAttributes = z.looseObject({
  pk: z.string(),
  /** Not `lane`: that attribute would look like work. */
  laneName: z.string(),
  state: z.enum(['open', 'parked']),
  /** Why it is parked or backing off: the receiver's code. */
  reason: text,
  leaseOwner: text,
  leaseUntilMs: whole,
  backoffUntilMs: whole,
  /** Length of the back-off in force; the next failed round doubles it. */
  backoffMs: whole,
  /** Key of the item that a worker with a dead predecessor is translating right now. */
  translating: text,
  /** Slow start: records that may be in flight. Absent: no bound but the receiver's. */
  pace: whole,
  /** Calls the receiver takes at once, as its refusals have taught. Absent: none was refused. */
  concurrency: whole,
  concurrencyAtMs: whole,
  /** What the receiver's allowance of 24 hours has been spent on; see `allowance.ts`. */
  spending: z.optional(z.object({ remaining: whole, remainingAtMs: whole, hours: z.record(z.string(), z.number()) })),
  /** Zoho lanes: the grant a parking belongs to, so that an older grant cannot park a newer one. */
  grant: whole,
  parkedAtMs: whole,
  /** When a call last came through during a slow start. */
  passedAtMs: whole,
  servedAtMs: whole,
  /** Set while work waits that a dispatcher should be told of. */
  bell: text,
  listKey: z.string(),
  listAtMs: z.number(),
});
export type Lane = z.infer<typeof laneAttributes>;

/** A new lane, open and with nothing to do. */
export const newLane = (lane: string, nowMs: number): Item & Lane => ({
  pk: laneKey(lane),
  laneName: lane,
  state: 'open',
  listKey: LANES_LIST,
  listAtMs: nowMs,
});
