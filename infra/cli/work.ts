import type { Table } from '../../lib/platform/table.ts';
import { connectionOf, type Source } from '../../lib/sources/source.ts';
import { attentionLane, connectionLane, destinationLane } from '../../lib/work/lane-name.ts';
import { listLatest } from '../../lib/work/list-items.ts';
import { isExpired, type WorkItem, workAttributes } from '../../lib/work/work-item.ts';
import { CliError } from './command.ts';
import { workOn } from './lanes.ts';
import { appliedSource, sourceIds } from './sources.ts';
import { printable } from './text-table.ts';

/** What has to reach somebody else, in the words an operator uses. */
export type WorkKind = 'submission' | 'delivery';

/** Finished ones live this long, in days. */
export const daysKept = { submission: 90, delivery: 400 } as const;

const plural = { submission: 'submissions', delivery: 'deliveries' } as const;
export const pluralOf = (kind: WorkKind): string => plural[kind];

const lanesOf: Record<WorkKind, (source: Source) => string[]> = {
  submission: (source) => [connectionLane(connectionOf(source))],
  delivery: (source) => Object.keys(source.destinations).map((name) => destinationLane(source.id, name)),
};

const sourcesNamed = async (records: Table, source: string | undefined): Promise<Source[]> => {
  const ids = source === undefined ? await sourceIds(records) : [source];
  return Promise.all(ids.map(async (id) => (await appliedSource(id, records)).source));
};

/** Of one source, or of all; newest first. @throws {CliError} exit 1 for a source that is not there */
export const latestWork = async (
  records: Table,
  kind: WorkKind,
  source: string | undefined,
  { nowMs, days, limit }: { nowMs: number; days: number; limit: number },
): Promise<WorkItem[]> => {
  const sources = await sourcesNamed(records, source);
  const found = await Promise.all(
    sources.map(({ id }) => listLatest(records, { source: id, kind, nowMs, days, limit })),
  );
  return found
    .flat()
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .slice(0, limit);
};

/** Over for good, one way or the other; a bot's post is only re-run by its id. */
const isFinished = ({ state }: WorkItem): boolean => state === 'delivered' || state === 'ignored';

/**
 * Everything of one source, or of all, that is not delivered, however old: it stands on the `work` index until it is,
 * so that nothing delivered is read to find it.
 * @throws {CliError} exit 1 for a source that is not there
 */
export const unfinishedWork = async (
  records: Table,
  kind: WorkKind,
  source: string | undefined,
): Promise<WorkItem[]> => {
  const sources = await sourcesNamed(records, source);
  const ids = new Set(sources.map(({ id }) => id));
  const lanes = new Set(sources.flatMap((one) => [...lanesOf[kind](one), attentionLane(one.id)]));
  const pks = new Set<string>();
  for (const lane of lanes) for (const pk of (await workOn(records, lane, Number.POSITIVE_INFINITY)).pks) pks.add(pk);
  const items = await records.getMany([...pks].filter((pk) => pk.startsWith(`${kind}#`)));
  return items
    .map((item) => workAttributes.parse(item))
    .filter((item) => ids.has(item.source) && !isFinished(item)) // a lane may serve several sources
    .sort((a, b) => a.createdAtMs - b.createdAtMs);
};

/** @throws {CliError} exit 1 when there is none, or it is over and gone */
export const workById = async (records: Table, kind: WorkKind, id: string, nowMs: number): Promise<WorkItem> => {
  const item = await records.get(`${kind}#${id}`);
  if (item === undefined || isExpired(item, nowMs))
    throw new CliError(
      1,
      `unknown_${kind}`,
      `There is no ${kind} "${printable(id)}" here. npx leadloop ${pluralOf(kind)} list shows what there is.`,
    );
  return workAttributes.parse(item);
};
