import type { Cell } from './check-value.ts';
import type { Module } from './modules.ts';
import { createSearchIndex, type SearchIndex } from './search-index.ts';

export type CrmRecord = {
  id: string;
  createdAtMs: number;
  modifiedAtMs: number;
  converted: boolean;
  /** Nobody may write to it; absent is false. */
  locked?: boolean | undefined;
  /** By API name; absent and null are the same. */
  values: Record<string, Cell>;
};

export type RecordStore = {
  get(id: string): CrmRecord | undefined;
  /** The record with the lowest id that holds the value, compared without case; converted ones do not count. */
  find(fieldName: string, value: Cell): CrmRecord | undefined;
  /** The record that makes the value a duplicate: as `find`, and converted ones too if the org wants that. */
  holderOf(fieldName: string, value: Cell): CrmRecord | undefined;
  add(record: CrmRecord): void;
  change(record: CrmRecord, values: Record<string, Cell>, modifiedAtMs: number): void;
  /** A change after which the record counts as converted. */
  convert(record: CrmRecord, values: Record<string, Cell>, modifiedAtMs: number): void;
  /** Looks duplicates up by this field too, from now on. */
  indexBy(fieldName: string): void;
  /** Oldest first. */
  all(): CrmRecord[];
  /** The records as search sees them: writes come later there. Oldest first. */
  indexed(): CrmRecord[];
  newest(count: number): CrmRecord[];
  count(): number;
  clear(): void;
};

const normalise = (value: Cell): string => String(value).toLowerCase();

/** One module's records, with an index for each field that duplicates are looked up by. */
export const createRecordStore = (
  module: Module,
  saved: CrmRecord[] = [],
  searchIndex: SearchIndex = createSearchIndex(Date.now, () => 0),
  checksConverted: () => boolean = () => false,
): RecordStore => {
  const records = new Map<string, CrmRecord>();
  const indexed = [...new Set([module.systemCheckField, ...module.uniqueFields])];
  const indexes = new Map(indexed.map((name) => [name, new Map<string, Set<string>>()]));

  const enter = (record: CrmRecord): void => {
    for (const [name, index] of indexes) {
      const value = record.values[name] ?? null;
      if (value === null) continue;
      const key = normalise(value);
      const ids = index.get(key) ?? new Set();
      index.set(key, ids.add(record.id));
    }
  };
  const leave = (record: CrmRecord): void => {
    for (const [name, index] of indexes) {
      const key = normalise(record.values[name] ?? null);
      const ids = index.get(key);
      ids?.delete(record.id);
      if (ids?.size === 0) index.delete(key);
    }
  };
  const add = (record: CrmRecord): void => {
    records.set(record.id, record);
    enter(record);
  };
  for (const record of saved) add(record);
  const change = (record: CrmRecord, values: Record<string, Cell>, modifiedAtMs: number): void => {
    searchIndex.changing(record.id, record);
    leave(record);
    Object.assign(record.values, values);
    record.modifiedAtMs = modifiedAtMs;
    enter(record);
  };

  const find = (fieldName: string, value: Cell, alsoConverted: boolean): CrmRecord | undefined => {
    if (value === null) return undefined;
    let lowest: CrmRecord | undefined;
    for (const id of indexes.get(fieldName)?.get(normalise(value)) ?? []) {
      const record = records.get(id);
      if (!record || (record.converted && !alsoConverted)) continue;
      // All ids have one length, so that text order is number order.
      if (lowest === undefined || id < lowest.id) lowest = record;
    }
    return lowest;
  };

  return {
    get: (id) => records.get(id),
    find: (fieldName, value) => find(fieldName, value, false),
    holderOf: (fieldName, value) => find(fieldName, value, checksConverted()),
    add(record) {
      searchIndex.changing(record.id, undefined);
      add(record);
    },
    change,
    convert(record, values, modifiedAtMs) {
      change(record, values, modifiedAtMs);
      record.converted = true;
    },
    indexBy(fieldName) {
      indexes.set(fieldName, new Map());
      for (const record of records.values()) enter(record);
    },
    all: () => [...records.values()],
    indexed: () => searchIndex.view(records.values()),
    newest: (count) => [...records.values()].slice(-count).reverse(),
    count: () => records.size,
    clear() {
      records.clear();
      searchIndex.clear();
      for (const index of indexes.values()) index.clear();
    },
  };
};
