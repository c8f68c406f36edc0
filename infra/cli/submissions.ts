import type { Table } from '../../lib/platform/table.ts';
import { listLatest } from '../../lib/work/list-items.ts';
import { isExpired, submissionKey, type WorkItem, workAttributes } from '../../lib/work/work-item.ts';
import { CliError } from './command.ts';
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
