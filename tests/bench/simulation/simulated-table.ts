import { type IndexName, type Item, indexes, type Table, type Write } from '../../../lib/platform/table.ts';
import { createMemoryTable, type MemoryTable } from '../../support/memory-table.ts';
import type { AwsMeter, TableOperation } from './aws-meter.ts';
import { entriesOf, type IndexEntry, indexUnits, itemBytes, readUnits, writeUnits } from './item-units.ts';
import { createPackedItems } from './packed-items.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { createSortedRows, type SortedRows } from './sorted-rows.ts';

/** What a request to DynamoDB takes in the same region, in milliseconds: assumed, and said so beside every figure. */
export const tableLatencyMs = {
  single: 5,
  perTransactionItem: 0.2,
  perReadItem: 0.1,
  query: 8,
  indexLag: 100,
} as const;

const ROW_BYTES = 120;
const keyOf = (write: Write): string =>
  'put' in write ? write.put.pk : 'update' in write ? write.update : 'delete' in write ? write.delete : write.check;

export type SimulatedTable = Table & {
  inner: MemoryTable;
  /** Puts an item without time passing and without anything being counted. */
  seed(item: Item): Promise<void>;
};

/**
 * The table in memory with the indexes of a real one behind it by a tenth of a second, requests that take time, and
 * everything AWS bills counted. Made for a million items: nothing in it looks at all of them.
 */
export const createSimulatedTable = (
  name: 'records' | 'tokens',
  { clock, meter, others }: { clock: SimulatedClock; meter: AwsMeter; others: Map<string, MemoryTable> },
): SimulatedTable => {
  const inner = createMemoryTable(name, others, createPackedItems());
  const partitions = new Map<string, SortedRows>();
  const known = new Map<string, { bytes: number; entries: Map<IndexName, IndexEntry> }>();
  const behind: Array<{ visibleAtMs: number; show: () => void }> = [];
  let shown = 0;
  /** Units of what is being written right now: of the items, and of the index rows that follow from them. */
  let counted = 0;
  let indexed = 0;

  const rowsOf = (index: IndexName, partition: string): SortedRows => {
    const key = `${index} ${partition}`;
    const rows = partitions.get(key) ?? createSortedRows();
    partitions.set(key, rows);
    return rows;
  };

  inner.onWrite((pk, image) => {
    const before = known.get(pk);
    const after = image === undefined ? undefined : { bytes: itemBytes(image), entries: entriesOf(image) };
    if (after === undefined) known.delete(pk);
    else known.set(pk, after);
    counted += writeUnits(Math.max(before?.bytes ?? 0, after?.bytes ?? 0));
    for (const index of Object.keys(indexes) as IndexName[]) {
      const [old, next] = [before?.entries.get(index), after?.entries.get(index)];
      const units = indexUnits(old, next);
      indexed += units;
      if (units === 0) continue;
      const show = (): void => {
        if (old !== undefined) rowsOf(index, old.partition).remove({ pk, at: old.at });
        if (next !== undefined) rowsOf(index, next.partition).add({ pk, at: next.at });
      };
      behind.push({ visibleAtMs: clock.now() + tableLatencyMs.indexLag, show });
    }
  });

  const catchUp = (): void => {
    for (let next = behind[shown]; next !== undefined && next.visibleAtMs <= clock.now(); next = behind[shown]) {
      next.show();
      shown += 1;
    }
    if (shown < 10_000) return;
    behind.splice(0, shown);
    shown = 0;
  };

  /** Runs one write, which happens at once, and counts what it came to; in a transaction each write counts twice. */
  const counting = async <Outcome extends { status: string }>(
    operation: TableOperation,
    keys: string[],
    write: () => Promise<Outcome>,
  ): Promise<Outcome> => {
    counted = 0;
    indexed = 0;
    const done = write();
    const [base, index] = [counted, indexed];
    const outcome = await done;
    // A refused write is billed by what stands there.
    const refused = keys.reduce((sum, key) => sum + writeUnits(known.get(key)?.bytes ?? 0), 0);
    const units = (outcome.status === 'written' ? base : refused) * (operation === 'transact' ? 2 : 1);
    meter.table(operation, { write: units + index });
    return outcome;
  };
  const read = async <Answer>(
    operation: TableOperation,
    ms: number,
    ask: () => Promise<Answer>,
    units: (answer: Answer) => number,
  ): Promise<Answer> => {
    await clock.sleep(ms);
    const answer = await ask();
    meter.table(operation, { read: units(answer) });
    return answer;
  };
  const bytesAt = (pk: string): number => known.get(pk)?.bytes ?? 0;
  const { single, perTransactionItem, perReadItem, query: queryMs } = tableLatencyMs;

  return {
    name: inner.name,
    inner,
    seed: async (item) => {
      await inner.put(item);
    },
    get: (pk) =>
      read(
        'get',
        single,
        () => inner.get(pk),
        () => readUnits(bytesAt(pk)),
      ),
    getMany: async (pks) =>
      pks.length === 0
        ? []
        : read(
            'getMany',
            single + Math.min(pks.length, 100) * perReadItem,
            () => inner.getMany(pks),
            () => pks.reduce((sum, pk) => sum + readUnits(bytesAt(pk)), 0),
          ),
    put: async (item, condition) => {
      await clock.sleep(single);
      return counting('put', [item.pk], () => inner.put(item, condition));
    },
    update: async (pk, change, condition) => {
      await clock.sleep(single);
      return counting('update', [pk], () => inner.update(pk, change, condition));
    },
    delete: async (pk, condition) => {
      await clock.sleep(single);
      return counting('delete', [pk], () => inner.delete(pk, condition));
    },
    transact: async (writes) => {
      await clock.sleep(single + writes.length * perTransactionItem);
      return counting('transact', writes.map(keyOf), () => inner.transact(writes));
    },
    query: ({ index, partition, from = -Infinity, to = Infinity, limit = Infinity, newestFirst = false, cursor }) =>
      read(
        'query',
        queryMs,
        async () => {
          catchUp();
          if (newestFirst && limit !== Infinity) {
            const all = rowsOf(index, partition).read({ from, to, limit: Infinity });
            return {
              rows: all
                .reverse()
                .slice(0, limit)
                .map((row) => ({ ...row })),
            };
          }
          const after = cursor === undefined ? {} : { after: cursor };
          const found = rowsOf(index, partition).read({ from, to, limit: limit + 1, ...after });
          const rows = found.slice(0, limit).map((row) => ({ ...row }));
          const last = rows.at(-1);
          return found.length > limit && last !== undefined ? { rows, next: last.pk } : { rows };
        },
        // Eventually consistent: half a unit for each 4 KB of index rows.
        ({ rows }) => readUnits(rows.length * ROW_BYTES) / 2,
      ),
  };
};
