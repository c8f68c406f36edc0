import * as z from 'zod/mini';
import type { Item } from '../platform/table.ts';
import { attentionLane } from './lane-name.ts';

/**
 * `pending`: waits until `dueAtMs`. `sending`: a worker has claimed it until `claimUntilMs`.
 * `delivered`, `ignored`: over. `rejected`, `dead`, `unclear`: wait for a person, on the attention lane.
 */
export const workStates = ['pending', 'sending', 'delivered', 'ignored', 'rejected', 'dead', 'unclear'] as const;
export type WorkState = (typeof workStates)[number];

const text = z.optional(z.string());
const whole = z.optional(z.number());

/** One try as an operator sees it. `code` and `field` are the receiver's own. */
const attempt = z.object({ atMs: z.number(), outcome: z.string(), code: text, field: text, durationMs: whole });
export type Attempt = z.infer<typeof attempt>;

/**
 * What every submission and delivery carries besides its own attributes. The item is the truth: whoever holds it
 * needs no message to know what is to be done.
 */
export const workAttributes = z.looseObject({
  pk: z.string(),
  kind: z.enum(['submission', 'delivery']),
  id: z.string(),
  source: z.string(),
  state: z.enum(workStates),
  reason: text,
  /** Partition of the `work` index; absent once the item is over. */
  lane: text,
  /** Sort key of the `work` index. */
  dueAtMs: whole,
  /** The lane the item belongs to, whatever lane it waits on now. */
  homeLane: z.string(),
  createdAtMs: z.number(),
  attempts: z.number(),
  /** The last ten tries, newest last. */
  history: z.array(attempt),
  /** Unique per claim: the worker's owner id and a count. */
  claimOwner: text,
  claimUntilMs: whole,
  /** Claims in a row that ended without any outcome written. */
  silentClaims: whole,
  /**
   * Set while an earlier try may have reached the receiver without our knowing: when that try must have been over, its
   * claim's end.
   */
  maybeSentAtMs: whole,
  /** A person has seen that it may have been sent, and wants it sent all the same if it cannot be looked up. */
  sendAnyway: z.optional(z.boolean()),
  /** How the try in doubt can be looked up; what was sent otherwise is not found under today's settings. */
  lookUpGroup: text,
  /** The claim is for a look-up, which leaves no doubt behind. */
  lookingUp: z.optional(z.boolean()),
  /** When it last failed by a fault that looked like its lane's, alone in its call. */
  failedAloneAtMs: whole,
  /** Workers that died while they translated it. */
  translationDeaths: whole,
  /** Tries whose end nobody saw. */
  unclearEnds: whole,
  /** The attribute whose appearance on the stream wakes the dispatcher: the lane's name. */
  bell: text,
  /** Partition and sort key of the `list` index. */
  listKey: z.string(),
  listAtMs: z.number(),
  /** Set only by the write that makes the state final. */
  expiresAtSeconds: whole,
});
export type WorkItem = z.infer<typeof workAttributes>;

/** `2026-11-21`: lists are partitioned by day, so that no partition grows without end. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** Partition of the `list` index for one source, kind and day. */
export const listKeyOf = (source: string, kind: 'submission' | 'event' | 'delivery' | 'call', atMs: number): string =>
  `${source}#${kind}#${dayOf(atMs)}`;

/** A new item that its lane's worker will find from birth: on the `work` index, with the bell that wakes it. */
export const newWork = (of: {
  pk: string;
  kind: 'submission' | 'delivery';
  id: string;
  source: string;
  lane: string;
  nowMs: number;
  /** How long it may wait for others to share a call with. */
  gatherMs?: number;
}): Item & WorkItem => ({
  pk: of.pk,
  kind: of.kind,
  id: of.id,
  source: of.source,
  state: 'pending',
  lane: of.lane,
  homeLane: of.lane,
  dueAtMs: of.nowMs + (of.gatherMs ?? 0),
  createdAtMs: of.nowMs,
  attempts: 0,
  history: [],
  bell: of.lane,
  listKey: listKeyOf(of.source, of.kind, of.nowMs),
  listAtMs: of.nowMs,
});

/** Attributes that put an unfinished item before a person: found without a scan, never expired, never sent by itself. */
export const needsPerson = (source: string, nowMs: number): { lane: string; dueAtMs: number } => ({
  lane: attentionLane(source),
  dueAtMs: nowMs,
});

const DAY_SECONDS = 86_400;
/** How long a finished item is kept. */
export const retentionDays = { submission: 90, delivery: 400, event: 400, closed: 30 } as const;
export const expiresAtSeconds = (nowMs: number, days: number): number => Math.floor(nowMs / 1000) + days * DAY_SECONDS;

/** TTL deletes late, so readers treat an expired item as absent. */
export const isExpired = (item: Item, nowMs: number): boolean =>
  typeof item.expiresAtSeconds === 'number' && item.expiresAtSeconds * 1000 <= nowMs;

export const submissionKey = (id: string): string => `submission#${id}`;
export const eventKey = (id: string): string => `event#${id}`;
export const deliveryKey = (eventId: string, destination: string): string => `delivery#${eventId}#${destination}`;
export const laneKey = (lane: string): string => `lane#${lane}`;
export const sourceKey = (id: string): string => `source#${id}`;
export const callKey = (id: string): string => `call#${id}`;
