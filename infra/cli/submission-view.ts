import * as z from 'zod/mini';
import type { Table } from '../../lib/platform/table.ts';
import type { Lane } from '../../lib/work/lane.ts';
import type { WorkItem } from '../../lib/work/work-item.ts';
import { type LaneStanding, lanesByName, standingOf } from './lanes.ts';

/** What an operator sees of a submission beside its work attributes; looser than what delivery needs. */
const shown = z.looseObject({
  form: z.optional(z.string()),
  module: z.optional(z.string()),
  zohoId: z.optional(z.string()),
  zohoModule: z.optional(z.string()),
  zohoAction: z.optional(z.string()),
  cdpId: z.optional(z.string()),
  fields: z.optional(z.record(z.string(), z.union([z.string(), z.array(z.string())]))),
  warnings: z.optional(z.array(z.unknown())),
});
export type Submission = WorkItem & z.infer<typeof shown>;

export const asSubmission = (item: WorkItem): Submission => ({ ...item, ...shown.parse(item) });

/** Still to be sent by a worker: neither over nor waiting for a person. */
const isUnderWay = ({ state }: WorkItem): boolean => state === 'pending' || state === 'sending';

export type SubmissionView = { item: Submission; lane?: LaneStanding; reason?: string; nextTryAtMs?: number };

/** An item whose lane is parked or backs off waits for that, whatever stands on itself. */
export const viewOf = (item: Submission, lane: Lane | undefined, nowMs: number): SubmissionView => {
  if (!isUnderWay(item)) return { item, ...(item.reason === undefined ? {} : { reason: item.reason }) };
  const standing = lane === undefined ? undefined : standingOf(lane, nowMs);
  const isHeld = standing?.state === 'parked' || standing?.state === 'backing off';
  const dueAtMs = Math.max(item.dueAtMs ?? 0, standing?.untilMs ?? 0);
  const reason = isHeld
    ? `${standing.state}${standing.reason === undefined ? '' : `: ${standing.reason}`}`
    : item.reason;
  return {
    item,
    ...(standing === undefined ? {} : { lane: standing }),
    ...(reason === undefined ? {} : { reason }),
    ...(standing?.state === 'parked' || item.state === 'sending' ? {} : { nextTryAtMs: dueAtMs }),
  };
};

export const viewsOf = async (items: WorkItem[], records: Table, nowMs: number): Promise<SubmissionView[]> => {
  const lanes = await lanesByName(
    records,
    items.filter(isUnderWay).map(({ homeLane }) => homeLane),
  );
  return items.map((item) => viewOf(asSubmission(item), lanes.get(item.homeLane), nowMs));
};
