import { type IndexName, type Item, indexes, type Value } from '../../../lib/platform/table.ts';

/** Bytes as DynamoDB counts them ("Item sizes and formats"): names and text in UTF-8, numbers two digits a byte. */
const bytesOf = (value: Value | undefined): number => {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 1;
  const parts = Array.isArray(value)
    ? value.map((one) => bytesOf(one) + 1)
    : [mapBytes(value) + Object.keys(value).length];
  return 3 + parts.reduce((sum, part) => sum + part, 0);
};
const mapBytes = (map: Record<string, Value | undefined>): number =>
  Object.entries(map).reduce(
    (sum, [name, value]) => (value === undefined ? sum : sum + Buffer.byteLength(name) + bytesOf(value)),
    0,
  );

export const itemBytes = (item: Item): number => mapBytes(item);
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4096));

export type IndexEntry = { partition: string; at: number };

const indexNames = Object.keys(indexes) as IndexName[];

export const entriesOf = (item: Item | undefined): Map<IndexName, IndexEntry> => {
  const entries = new Map<IndexName, IndexEntry>();
  for (const name of indexNames) {
    const partition = item?.[indexes[name].partition];
    const at = item?.[indexes[name].sort];
    if (typeof partition === 'string' && typeof at === 'number') entries.set(name, { partition, at });
  }
  return entries;
};

/** A KEYS_ONLY index row costs one unit to add and one to take away; a changed key is both. */
export const indexUnits = (before: IndexEntry | undefined, after: IndexEntry | undefined): number => {
  if (before?.partition === after?.partition && before?.at === after?.at) return 0;
  return (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1);
};
