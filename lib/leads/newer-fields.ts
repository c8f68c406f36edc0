import type { Table } from '../platform/table.ts';
import { workAttributes } from '../work/work-item.ts';
import { type LeadItem, readLeadItem } from './submission-item.ts';

/** A person's posts after this one that are looked at; nobody fills in a form more often while one waits. */
const NEWER = 25;

/**
 * Fields that a newer submission of the same person has written since, in one of these Zoho modules. An older one that
 * comes late, after a retry or a re-run, leaves them alone: what the person said last stands.
 */
export const fieldsWrittenSince = async (
  table: Table,
  item: LeadItem,
  modules: readonly string[],
): Promise<Set<string>> => {
  // A first try is in order: the lane takes a person's oldest item first. One whose worker died, or whose call was given
  // back unsent, has no history of it.
  const wasHeldUp = (item.unclearEnds ?? 0) > 0 || (item.translationDeaths ?? 0) > 0;
  const isLate = item.history.length > 0 || item.reason !== undefined || wasHeldUp;
  if (!isLate || item.personKey === undefined) return new Set();
  const { rows } = await table.query({
    index: 'person',
    partition: item.personKey,
    from: item.createdAtMs,
    newestFirst: true,
    limit: NEWER,
  });
  const newer = await table.getMany(rows.map(({ pk }) => pk).filter((pk) => pk !== item.pk));
  return new Set(
    newer
      .map((one) => readLeadItem(workAttributes.parse(one)))
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
