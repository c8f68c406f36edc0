import type { Table } from '../../lib/platform/table.ts';
import { connectionOf } from '../../lib/sources/source.ts';
import { attentionLane, connectionLane } from '../../lib/work/lane-name.ts';
import { listLatest } from '../../lib/work/list-items.ts';
import { isExpired, submissionKey, type WorkItem, workAttributes } from '../../lib/work/work-item.ts';
import { CliError } from './command.ts';
import { workOn } from './lanes.ts';
import { appliedSource, sourceIds } from './sources.ts';
import { printable } from './text-table.ts';

/** Submissions live this long once they are over. */
export const DAYS_KEPT = 90;

/** Of one source, or of all; newest first. @throws {CliError} exit 1 for a source that is not there */
export const latestSubmissions = async (
  records: Table,
  source: string | undefined,
  { nowMs, days, limit }: { nowMs: number; days: number; limit: number },
): Promise<WorkItem[]> => {
  const sources = source === undefined ? await sourceIds(records) : [(await appliedSource(source, records)).source.id];
  const found = await Promise.all(
    sources.map((id) => listLatest(records, { source: id, kind: 'submission', nowMs, days, limit })),
  );
  return found
    .flat()
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .slice(0, limit);
};

/** Over for good, one way or the other; a bot's post is only re-run by its id. */
const isFinished = ({ state }: WorkItem): boolean => state === 'delivered' || state === 'ignored';

/**
 * Every submission of one source, or of all, that is not delivered, however old: they stand on the `work` index until
 * they are, so that nothing delivered is read to find them.
 * @throws {CliError} exit 1 for a source that is not there
 */
export const unfinishedSubmissions = async (records: Table, source: string | undefined): Promise<WorkItem[]> => {
  const sources = source === undefined ? await sourceIds(records) : [source];
  const lanes = new Set<string>();
  for (const id of sources) {
    const applied = await appliedSource(id, records);
    lanes.add(connectionLane(connectionOf(applied.source))).add(attentionLane(id));
  }
  const pks = new Set<string>();
  for (const lane of lanes) for (const pk of (await workOn(records, lane, Number.POSITIVE_INFINITY)).pks) pks.add(pk);
  const items = await records.getMany([...pks].filter((pk) => pk.startsWith(submissionKey(''))));
  return items
    .map((item) => workAttributes.parse(item))
    .filter((item) => sources.includes(item.source) && !isFinished(item)) // a lane may serve several sources
    .sort((a, b) => a.createdAtMs - b.createdAtMs);
};

/** @throws {CliError} exit 1 when there is none, or it is over and gone */
export const submissionById = async (records: Table, id: string, nowMs: number): Promise<WorkItem> => {
  const item = await records.get(submissionKey(id));
  if (item === undefined || isExpired(item, nowMs))
    throw new CliError(
      1,
      'unknown_submission',
      `There is no submission "${printable(id)}" here. npx leadloop submissions list shows what there is.`,
    );
  return workAttributes.parse(item);
};
