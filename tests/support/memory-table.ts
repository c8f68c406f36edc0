import {
  type Change,
  type Condition,
  type IndexPage,
  type IndexQuery,
  type IndexRow,
  type Item,
  indexes,
  type Table,
  type TransactOutcome,
  type Value,
  type Write,
} from '../../lib/platform/table.ts';

/** Whether the condition holds for what stands there, as DynamoDB would judge it. */
const holds = (condition: Condition | undefined, item: Item | undefined): boolean => {
  if (condition === undefined) return true;
  if ('anyOf' in condition) return condition.anyOf.some((part) => holds(part, item));
  if ('allOf' in condition) return condition.allOf.every((part) => holds(part, item));
  const value = item?.[condition.attribute];
  if ('exists' in condition) return (value !== undefined) === condition.exists;
  if ('equals' in condition) return value === condition.equals;
  if (typeof value !== 'number') return false;
  return 'below' in condition ? value < condition.below : value > condition.above;
};

const copyOf = (value: Value): Value => {
  if (typeof value !== 'object') return value;
  return Array.isArray(value) ? value.map(copyOf) : copyMap(value);
};
/** Undefined attributes are left out at every depth, as the SDK's marshaller does. */
const copyMap = (map: Record<string, Value | undefined>): Record<string, Value> => {
  const copied: Record<string, Value> = {};
  for (const [name, value] of Object.entries(map)) if (value !== undefined) copied[name] = copyOf(value);
  return copied;
};
const copy = (item: Item): Item => Object.assign(copyMap(item), { pk: item.pk });

const changed = (pk: string, item: Item | undefined, change: Change): Item => {
  const next: Item = { ...(item ?? {}), pk };
  for (const [name, value] of Object.entries(change.set ?? {})) if (value !== undefined) next[name] = value;
  for (const [name, by] of Object.entries(change.add ?? {}))
    next[name] = ((next[name] as number | undefined) ?? 0) + by;
  for (const name of change.remove ?? []) delete next[name];
  return next;
};

/** A query's page of an index partition's rows. */
export const pageOf = (
  partition: readonly IndexRow[],
  {
    from = -Infinity,
    to = Infinity,
    limit = Infinity,
    newestFirst = false,
    cursor,
  }: Omit<IndexQuery, 'index' | 'partition'>,
): IndexPage => {
  const rows = partition
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => a.at - b.at || (a.pk < b.pk ? -1 : 1));
  if (newestFirst) rows.reverse();
  const start = cursor === undefined ? 0 : rows.findIndex(({ pk }) => pk === cursor) + 1;
  const slice = rows.slice(start, start + limit);
  const last = slice.at(-1);
  return start + slice.length < rows.length && last !== undefined ? { rows: slice, next: last.pk } : { rows: slice };
};

const keyOf = (write: Write): string =>
  'put' in write ? write.put.pk : 'update' in write ? write.update : 'delete' in write ? write.delete : write.check;

export type MemoryTable = Table & {
  /** Every item, in the order first written. */
  items(): Item[];
  /** How often each operation was asked for. */
  counts: Record<'get' | 'getMany' | 'put' | 'update' | 'delete' | 'transact' | 'query', number>;
  /** Called for each image written that carries a bell, as the stream would show it. */
  onBell(listener: (image: Item) => void): void;
  /** Called for each item written or deleted, with its new image. */
  onWrite(listener: (pk: string, image: Item | undefined) => void): void;
};

/** Where a table in memory keeps its items. */
export type ItemStore = {
  get(pk: string): Item | undefined;
  set(pk: string, item: Item): unknown;
  delete(pk: string): unknown;
  /** In the order first written. */
  values(): Iterable<Item>;
};

/**
 * The table port in memory: same conditions, same outcomes, indexes that are never behind. Transactions may span
 * several of these by handing them the same `others`.
 */
export const createMemoryTable = (
  name = 'records',
  others: Map<string, MemoryTable> = new Map(),
  stored: ItemStore = new Map<string, Item>(),
): MemoryTable => {
  const listeners: Array<(image: Item) => void> = [];
  const writeListeners: Array<(pk: string, image: Item | undefined) => void> = [];
  const counts = { get: 0, getMany: 0, put: 0, update: 0, delete: 0, transact: 0, query: 0 };

  const store = (item: Item): void => {
    const image = copy(item);
    stored.set(item.pk, image);
    for (const listener of writeListeners) listener(item.pk, image);
    if (image.bell !== undefined) for (const listener of listeners) listener(copy(image));
  };
  const apply = (write: Write): void => {
    if ('put' in write) store(write.put);
    else if ('update' in write) store(changed(write.update, stored.get(write.update), write.change));
    else if ('delete' in write) {
      stored.delete(write.delete);
      for (const listener of writeListeners) listener(write.delete, undefined);
    }
  };
  const refusal = (item: Item | undefined): { status: 'refused'; item?: Item } => ({
    status: 'refused',
    ...(item === undefined ? {} : { item: copy(item) }),
  });
  const single = (write: Write) => {
    const standing = stored.get(keyOf(write));
    if (!holds(write.if, standing)) return refusal(standing);
    apply(write);
    return { status: 'written' } as const;
  };
  const internals = { stored, apply };

  const table: MemoryTable & { internals: typeof internals } = {
    internals,
    name,
    counts,
    items: () => [...stored.values()].map(copy),
    onBell: (listener) => void listeners.push(listener),
    onWrite: (listener) => void writeListeners.push(listener),
    get: async (pk) => {
      counts.get += 1;
      const item = stored.get(pk);
      return item === undefined ? undefined : copy(item);
    },
    getMany: async (pks) => {
      counts.getMany += 1;
      return [...new Set(pks)].flatMap((pk) => {
        const item = stored.get(pk);
        return item === undefined ? [] : [copy(item)];
      });
    },
    put: async (item, condition) => {
      counts.put += 1;
      return single({ put: item, ...(condition === undefined ? {} : { if: condition }) });
    },
    update: async (pk, change, condition) => {
      counts.update += 1;
      return single({ update: pk, change, ...(condition === undefined ? {} : { if: condition }) });
    },
    delete: async (pk, condition) => {
      counts.delete += 1;
      return single({ delete: pk, ...(condition === undefined ? {} : { if: condition }) });
    },
    transact: async (writes): Promise<TransactOutcome> => {
      counts.transact += 1;
      if (writes.length > 100) throw new Error('a transaction takes at most 100 writes');
      const tableOf = (write: Write) =>
        (write.table === undefined || write.table === name ? table : others.get(write.table)) as typeof table;
      const keys = writes.map((write) => `${tableOf(write).name} ${keyOf(write)}`);
      if (new Set(keys).size !== keys.length) throw new Error('a transaction may touch an item only once');
      const failed = writes.map((write) => {
        const standing = tableOf(write).internals.stored.get(keyOf(write));
        if (holds(write.if, standing)) return undefined;
        return standing === undefined ? {} : { item: copy(standing) };
      });
      if (failed.some((entry) => entry !== undefined)) return { status: 'refused', failed };
      for (const write of writes) tableOf(write).internals.apply(write);
      return { status: 'written' };
    },
    query: async (wanted) => {
      counts.query += 1;
      const keys = indexes[wanted.index];
      const rows = [...stored.values()]
        .filter((item) => item[keys.partition] === wanted.partition)
        .map((item) => ({ pk: item.pk, at: item[keys.sort] as number }))
        .filter(({ at }) => typeof at === 'number');
      return pageOf(rows, wanted);
    },
  };
  others.set(name, table);
  return table;
};
