import type { Table } from '../../lib/platform/table.ts';
import { readAllLanes } from '../../lib/work/all-lanes.ts';
import { type Lane, laneAttributes } from '../../lib/work/lane.ts';
import { laneKey } from '../../lib/work/work-item.ts';

/** How a lane stands with its receiver, in the words an operator reads. */
export type LaneStanding = { state: 'open' | 'working' | 'backing off' | 'parked'; reason?: string; untilMs?: number };

export const standingOf = (lane: Lane, nowMs: number): LaneStanding => {
  const reason = lane.reason === undefined ? {} : { reason: lane.reason };
  if (lane.state === 'parked') return { state: 'parked', ...reason };
  if ((lane.backoffUntilMs ?? 0) > nowMs)
    return { state: 'backing off', ...reason, untilMs: lane.backoffUntilMs ?? nowMs };
  return { state: (lane.leaseUntilMs ?? 0) > nowMs ? 'working' : 'open' };
};

/** Every lane, by name. */
export const allLanes = async (records: Table): Promise<Lane[]> =>
  (await readAllLanes(records)).sort((a, b) => (a.laneName < b.laneName ? -1 : 1));

/** The named lanes that exist, by name. */
export const lanesByName = async (records: Table, names: string[]): Promise<Map<string, Lane>> => {
  const items = await records.getMany([...new Set(names)].map(laneKey));
  return new Map(items.map((item) => laneAttributes.parse(item)).map((lane) => [lane.laneName, lane]));
};

/** Keys on a lane of the `work` index, oldest due first, up to `most`. */
export const workOn = async (
  records: Table,
  lane: string,
  most: number,
): Promise<{ pks: string[]; hasMore: boolean; oldestDueAtMs?: number }> => {
  const pks: string[] = [];
  let oldestDueAtMs: number | undefined;
  let cursor: string | undefined;
  do {
    const page = await records.query({
      index: 'work',
      partition: lane,
      limit: Math.min(1_000, most - pks.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    oldestDueAtMs ??= page.rows[0]?.at;
    pks.push(...page.rows.map(({ pk }) => pk));
    cursor = page.next;
  } while (cursor !== undefined && pks.length < most);
  return { pks, hasMore: cursor !== undefined, ...(oldestDueAtMs === undefined ? {} : { oldestDueAtMs }) };
};
