import type { Table } from '../platform/table.ts';
import { isExpired, listKeyOf, type WorkItem, workAttributes } from './work-item.ts';

const DAY_MS = 86_400_000;

/**
 * A source's submissions or deliveries of the last `days` days, newest first, without those whose life is over.
 * @param limit at most this many; absent: all
 */
export const listLatest = async (
  table: Table,
  {
    source,
    kind,
    nowMs,
    days,
    limit = Infinity,
  }: { source: string; kind: 'submission' | 'delivery'; nowMs: number; days: number; limit?: number },
): Promise<WorkItem[]> => {
  const found: WorkItem[] = [];
  for (let day = 0; day < days && found.length < limit; day += 1) {
    const partition = listKeyOf(source, kind, nowMs - day * DAY_MS);
    let cursor: string | undefined;
    do {
      const page = await table.query({
        index: 'list',
        partition,
        newestFirst: true,
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const items = (await table.getMany(page.rows.map(({ pk }) => pk))).filter((item) => !isExpired(item, nowMs));
      found.push(...items.map((item) => workAttributes.parse(item)).sort((a, b) => b.listAtMs - a.listAtMs));
      cursor = page.next;
    } while (cursor !== undefined && found.length < limit);
  }
  return found.slice(0, limit);
};
