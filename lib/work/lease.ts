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
  return isOurs
    ? {
        status: 'taken',
        lane: { ...standing, leaseOwner: owner, leaseUntilMs: nowMs + LEASE_MS },
        predecessorDied: standing.leaseOwner !== undefined,
      }
    : { status: 'refused', reason: 'leased' };
};

/** Changes the lane's item while `owner` holds the lease; false when somebody else has taken over. */
export const changeAsOwner = async (table: Table, lane: string, owner: string, change: Change): Promise<boolean> =>
  (await table.update(laneKey(lane), change, equals('leaseOwner', owner))).status === 'written';

/** The new end of the lease, with what else the lane is to remember; `parked` when somebody has stopped the lane, `lost` when another worker holds it. */
export const renewLease = async (
  table: Table,
  lane: string,
  owner: string,
  now: Now,
  notes: Record<string, Value> = {},
): Promise<{ status: 'renewed'; untilMs: number } | { status: 'parked' | 'lost' }> => {
  const untilMs = now() + LEASE_MS;
  const renewed = await table.update(
    laneKey(lane),
    { set: { ...notes, leaseUntilMs: untilMs } },
    allOf(equals('leaseOwner', owner), equals('state', 'open')),
  );
  if (renewed.status === 'written') return { status: 'renewed', untilMs };
  return { status: renewed.item?.leaseOwner === owner ? 'parked' : 'lost' };
};

/** Gives the lane back; with work left it rings in the same write, so that no moment lies between. */
export const releaseLease = async (
  table: Table,
  lane: string,
  owner: string,
  workLeft: boolean,
  notes: Record<string, Value> = {},
): Promise<void> => {
  await changeAsOwner(table, lane, owner, {
    set: { ...notes, ...(workLeft ? { bell: lane } : {}) },
    remove: ['leaseOwner', 'leaseUntilMs'],
  });
};
