import { type Item, indexes, type Table, type Value, type Write } from '../../lib/platform/table.ts';
import type { MemoryTable } from './memory-table.ts';

const bytes = (text: string): number => Buffer.byteLength(text);

/** As DynamoDB counts ("Item sizes and formats"): digits in pairs, three bytes around a list or map, one per element. */
const sizeOfValue = (value: Value): number => {
  if (typeof value === 'string') return bytes(value);
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).replace('.', '').length / 2) + 1;
  if (typeof value === 'boolean') return 1;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, one) => sum + 1 + sizeOfValue(one), 0);
  return 3 + Object.entries(value).reduce((sum, [name, one]) => sum + 1 + sizeOfAttribute(name, one), 0);
};
const sizeOfAttribute = (name: string, value: Value | undefined): number =>
  value === undefined ? 0 : bytes(name) + sizeOfValue(value);
export const sizeOf = (item: Item | undefined): number =>
  Object.entries(item ?? {}).reduce((sum, [name, value]) => sum + sizeOfAttribute(name, value), 0);

/** Its place in an index that holds keys only, or undefined where it has none. */
const placeOf = (
  item: Item | undefined,
  { partition, sort }: { partition: string; sort: string },
): string | undefined =>
  item?.[partition] === undefined || item[sort] === undefined ? undefined : `${item[partition]} ${item[sort]}`;

/** An entry that comes or goes is one unit, one that moves is two; keys-only entries are below 1 KB. */
const indexUnits = (before: Item | undefined, after: Item | undefined): number =>
  Object.values(indexes).reduce((sum, index) => {
    const [old, new_] = [placeOf(before, index), placeOf(after, index)];
    if (old === new_) return sum;
    return sum + (old === undefined ? 0 : 1) + (new_ === undefined ? 0 : 1);
  }, 0);

const keyOf = (write: Write): string =>
  'put' in write ? write.put.pk : 'update' in write ? write.update : 'delete' in write ? write.delete : write.check;

/**
 * A table that counts the write request units DynamoDB would charge ("Read and write operations"): 1 per started KB of
 * the larger image, twice that in a transaction, and the entries of the indexes.
 */
export const countWriteUnits = (table: MemoryTable): { table: Table; units: () => number } => {
  let units = 0;
  const counted = async <Out>(keys: string[], factor: 1 | 2, operation: () => Promise<Out>): Promise<Out> => {
    const before = await Promise.all(keys.map((pk) => table.get(pk)));
    const outcome = await operation();
    for (const [index, pk] of keys.entries()) {
      const after = await table.get(pk);
      const kilobytes = Math.max(1, Math.ceil(Math.max(sizeOf(before[index]), sizeOf(after)) / 1024));
      units += factor * kilobytes + indexUnits(before[index], after);
    }
    return outcome;
  };
  return {
    units: () => units,
    table: {
      ...table,
      put: (item, condition) => counted([item.pk], 1, () => table.put(item, condition)),
      update: (pk, change, condition) => counted([pk], 1, () => table.update(pk, change, condition)),
      delete: (pk, condition) => counted([pk], 1, () => table.delete(pk, condition)),
      transact: (writes) => counted(writes.map(keyOf), 2, () => table.transact(writes)),
    },
  };
};
