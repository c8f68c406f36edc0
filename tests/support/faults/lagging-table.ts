import { type IndexName, type Item, indexes, type Table } from '../../../lib/platform/table.ts';
import { type MemoryTable, pageOf } from '../memory-table.ts';

type Entry = { partition: string; at: number };
type Pending = { pk: string; index: IndexName; entry: Entry | undefined; visibleAtMs: number };

const names = Object.keys(indexes) as IndexName[];

const entryOf = (item: Item | undefined, index: IndexName): Entry | undefined => {
  const partition = item?.[indexes[index].partition];
  const at = item?.[indexes[index].sort];
  return typeof partition === 'string' && typeof at === 'number' ? { partition, at } : undefined;
};

/**
 * A table in memory whose indexes are behind, as DynamoDB's are: an item's index rows show a state that is up to
 * `lagMs()` old, and never one older than was shown before.
 */
export const createLaggingTable = (
  inner: MemoryTable,
  { now, lagMs }: { now: () => number; lagMs: () => number },
): Table => {
  const shown = new Map(names.map((index) => [index, new Map<string, Map<string, number>>()]));
  const latest = new Map<string, Entry | undefined>();
  const visibleFromMs = new Map<string, number>();
  let pending: Pending[] = [];

  inner.onWrite((pk, image) => {
    for (const index of names) {
      const key = `${index} ${pk}`;
      const entry = entryOf(image, index);
      const before = latest.get(key);
      if (before?.partition === entry?.partition && before?.at === entry?.at) continue;
      latest.set(key, entry);
      const visibleAtMs = Math.max(visibleFromMs.get(key) ?? 0, now() + lagMs());
      visibleFromMs.set(key, visibleAtMs);
      pending.push({ pk, index, entry, visibleAtMs });
    }
  });

  const placed = new Map<string, string>();
  const show = ({ pk, index, entry }: Pending): void => {
    const partitions = shown.get(index);
    const key = `${index} ${pk}`;
    partitions?.get(placed.get(key) ?? '')?.delete(pk);
    placed.delete(key);
    if (entry === undefined) return;
    const rows = partitions?.get(entry.partition) ?? new Map<string, number>();
    partitions?.set(entry.partition, rows.set(pk, entry.at));
    placed.set(key, entry.partition);
  };
  const catchUp = (): void => {
    const nowMs = now();
    for (const one of pending) if (one.visibleAtMs <= nowMs) show(one);
    pending = pending.filter(({ visibleAtMs }) => visibleAtMs > nowMs);
  };

  return {
    ...inner,
    query: async ({ index, partition, ...wanted }) => {
      catchUp();
      const rows = [...(shown.get(index)?.get(partition) ?? [])].map(([pk, at]) => ({ pk, at }));
      return pageOf(rows, wanted);
    },
  };
};
