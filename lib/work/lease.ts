import type { Now } from '../platform/clock.ts';
import { absent, allOf, anyOf, below, type Change, equals, type Table, type Value } from '../platform/table.ts';
import { type Lane, laneAttributes } from './lane.ts';
import { laneKey } from './work-item.ts';

export const LEASE_MS = 30_000;
export const RENEW_EVERY_MS = 10_000;
/** Clocks differ by up to 2 s; a lease is taken over only this long after it ran out. */
const TAKEOVER_AFTER_MS = 5_000;

export const isLeased = (lane: Lane, nowMs: number): boolean =>
  lane.leaseUntilMs !== undefined && lane.leaseUntilMs + TAKEOVER_AFTER_MS > nowMs;
export const isBackingOff = (lane: Lane, nowMs: number): boolean => (lane.backoffUntilMs ?? 0) > nowMs;

export type LeaseOutcome =
  /** `predecessorDied`: whoever held it before has not given it back. */
  | { status: 'taken'; lane: Lane; predecessorDied: boolean }
  | { status: 'refused'; reason: 'unknown' | 'parked' | 'backing_off' | 'leased' };

export const readLane = async (table: Table, lane: string): Promise<Lane | undefined> => {
  const item = await table.get(laneKey(lane));
  return item === undefined ? undefined : laneAttributes.parse(item);
};

/**
 * Makes `owner` the lane's only worker for 30 s and takes the bell away: what rings from here on is seen by this worker
 * or rings anew. `owner` must be unique per invocation.
 */
export const takeLease = async (table: Table, lane: string, owner: string, now: Now): Promise<LeaseOutcome> => {
  const standing = await readLane(table, lane);
  const nowMs = now();
  if (standing === undefined) return { status: 'refused', reason: 'unknown' };
  if (standing.state === 'parked') return { status: 'refused', reason: 'parked' };
  if (isBackingOff(standing, nowMs)) return { status: 'refused', reason: 'backing_off' };
  const taken = await table.update(
    laneKey(lane),
    { set: { leaseOwner: owner, leaseUntilMs: nowMs + LEASE_MS, servedAtMs: nowMs }, remove: ['bell'] },
    allOf(
      equals('state', 'open'),
      anyOf(absent('leaseUntilMs'), below('leaseUntilMs', nowMs - TAKEOVER_AFTER_MS + 1)),
      anyOf(absent('backoffUntilMs'), below('backoffUntilMs', nowMs + 1)),
    ),
  );
  // A refusal by our own value is the answer to a repeated write: the first one succeeded.
  const isOurs = taken.status === 'written' || taken.item?.leaseOwner === owner;
  if (!isOurs) return { status: 'refused', reason: 'leased' };
  // Given back between the read and the write: nobody has died, and what was read of the lane is old.
  const wasGivenBack = isLeased(standing, nowMs);
  const current = wasGivenBack ? ((await readLane(table, lane)) ?? standing) : standing;
  return {
    status: 'taken',
    lane: { ...current, leaseOwner: owner, leaseUntilMs: nowMs + LEASE_MS },
    predecessorDied: standing.leaseOwner !== undefined && !wasGivenBack,
  };
};

/**
 * Changes the lane's item while it is open and `owner` holds the lease. `parked`: somebody has stopped the lane, and why
 * it stands must stay on it. `lost`: another worker holds it.
 */
export const changeAsOwner = async (
  table: Table,
  lane: string,
  owner: string,
  change: Change,
): Promise<'changed' | 'parked' | 'lost'> => {
  const changed = await table.update(
    laneKey(lane),
    change,
    allOf(equals('leaseOwner', owner), equals('state', 'open')),
  );
  if (changed.status === 'written') return 'changed';
  return changed.item?.leaseOwner === owner ? 'parked' : 'lost';
};

/** The new end of the lease, with what else the lane is to remember. */
export const renewLease = async (
  table: Table,
  lane: string,
  owner: string,
  now: Now,
  notes: Record<string, Value> = {},
): Promise<{ status: 'renewed'; untilMs: number } | { status: 'parked' | 'lost' }> => {
  const untilMs = now() + LEASE_MS;
  const renewed = await changeAsOwner(table, lane, owner, { set: { ...notes, leaseUntilMs: untilMs } });
  return renewed === 'changed' ? { status: 'renewed', untilMs } : { status: renewed };
};

/**
 * Gives the lane back; with work left it rings in the same write, so that no moment lies between. Whoever does so has
 * died over nothing.
 */
export const releaseLease = async (
  table: Table,
  lane: string,
  owner: string,
  workLeft: boolean,
  notes: Record<string, Value> = {},
): Promise<void> => {
  await table.update(
    laneKey(lane),
    {
      set: { ...notes, ...(workLeft ? { bell: lane } : {}) },
      remove: ['leaseOwner', 'leaseUntilMs', 'translating'],
    },
    equals('leaseOwner', owner),
  );
};
