import type { Table } from '../platform/table.ts';
import { isFeared } from '../work/translation-watch.ts';
import { type WorkItem, workAttributes } from '../work/work-item.ts';
import { readLead } from './submission-item.ts';

/** A person's posts after this one that are looked at; nobody fills in a form more often while one waits. */
const NEWER = 25;

/**
 * Fields that a newer submission of the same person has written since, in one of these Zoho modules. An older one that
 * comes late, after a retry or a re-run, leaves them alone: what the person said last stands.
 */
export const fieldsWrittenSince = async (
  table: Table,
  item: WorkItem,
  modules: readonly string[],
): Promise<Set<string>> => {
  // A first try is in order: the lane takes a person's oldest item first. One that lost a worker goes behind the others,
  // and has no history of it; nor has one whose call was given back unsent.
  const lostWorker = (item.unclearEnds ?? 0) > 0 || isFeared(item);
  const isLate = item.history.length > 0 || item.reason !== undefined || lostWorker;
  if (!isLate) return new Set();
  const { personKey } = readLead(item);
  if (personKey === undefined) return new Set();
  const { rows } = await table.query({
    index: 'person',
    partition: personKey,
    from: item.createdAtMs,
    newestFirst: true,
    limit: NEWER,
  });
  const newer = await table.getMany(rows.map(({ pk }) => pk).filter((pk) => pk !== item.pk));
  return new Set(
    newer
      .map((one) => workAttributes.parse(one))
      .map((one) => ({ ...one, ...readLead(one) }))
      .filter(
        ({ createdAtMs, state, zohoModule }) =>
          createdAtMs > item.createdAtMs &&
          state === 'delivered' &&
          zohoModule !== undefined &&
          modules.includes(zohoModule),
      )
      .flatMap(({ writtenFields }) => writtenFields ?? []),
  );
};
