/** A plain value as it stands in the table. What is undefined is left out when it is written; null does not exist. */
export type Value = string | number | boolean | Value[] | { [name: string]: Value | undefined };

/** One item; `pk` is the whole key. */
export type Item = { pk: string } & Record<string, Value | undefined>;

/** A condition as data, so that every implementation of the port reads the same one. */
export type Condition =
  | { attribute: string; equals: string | number | boolean }
  | { attribute: string; exists: boolean }
  | { attribute: string; below: number }
  | { attribute: string; above: number }
  | { anyOf: Condition[] }
  | { allOf: Condition[] };

export const equals = (attribute: string, value: string | number | boolean): Condition => ({
  attribute,
  equals: value,
});
export const exists = (attribute: string): Condition => ({ attribute, exists: true });
export const absent = (attribute: string): Condition => ({ attribute, exists: false });
/** The attribute is a number smaller than `value`; an absent one does not count. */
export const below = (attribute: string, value: number): Condition => ({ attribute, below: value });
/** The attribute is a number greater than `value`; an absent one does not count. */
export const above = (attribute: string, value: number): Condition => ({ attribute, above: value });
export const anyOf = (...conditions: Condition[]): Condition => ({ anyOf: conditions });
export const allOf = (...conditions: Condition[]): Condition => ({ allOf: conditions });

/** Top-level attributes to write, to add to (numbers) and to take away. An undefined value in `set` is left alone. */
export type Change = {
  set?: Record<string, Value | undefined>;
  add?: Record<string, number>;
  remove?: string[];
};

/** One write of a transaction. `table` names another table of ours (default: this one). */
export type Write = { table?: string } & (
  | { put: Item; if?: Condition }
  | { update: string; change: Change; if?: Condition }
  | { delete: string; if?: Condition }
  | { check: string; if: Condition }
);

/** `item` is what stood there when the condition failed; absent when there was none. */
export type WriteOutcome = { status: 'written' } | { status: 'refused'; item?: Item };

/**
 * `refused`: at least one condition failed; `failed` has one entry per write, undefined where its own condition held.
 * `conflict`: another transaction touched one of the items, or the table throttled; nothing was written, try again.
 */
export type TransactOutcome =
  | { status: 'written' }
  | { status: 'refused'; failed: Array<{ item?: Item } | undefined> }
  | { status: 'conflict' };

/** The three sparse, KEYS_ONLY indexes, by their partition and sort attributes. */
export const indexes = {
  work: { partition: 'lane', sort: 'dueAtMs' },
  list: { partition: 'listKey', sort: 'listAtMs' },
  person: { partition: 'personKey', sort: 'personAtMs' },
} as const;
export type IndexName = keyof typeof indexes;

export type IndexQuery = {
  index: IndexName;
  partition: string;
  /** Inclusive bounds of the sort attribute. */
  from?: number;
  to?: number;
  limit?: number;
  newestFirst?: boolean;
  /** From an earlier page's `next`. */
  cursor?: string;
};
/** Index rows are eventually consistent, typically well under a second behind: read the item before acting on one. */
export type IndexRow = { pk: string; at: number };
export type IndexPage = { rows: IndexRow[]; next?: string };

/**
 * One table of items. Reads are strongly consistent; only `query` is not.
 * @throws {PlatformError} `table.throttled`, `table.unreachable` once the client's own retries are used up
 */
export type Table = {
  readonly name: string;
  get(pk: string): Promise<Item | undefined>;
  /** Any number of keys; missing ones are left out, the order is free. */
  getMany(pks: string[]): Promise<Item[]>;
  put(item: Item, condition?: Condition): Promise<WriteOutcome>;
  update(pk: string, change: Change, condition?: Condition): Promise<WriteOutcome>;
  delete(pk: string, condition?: Condition): Promise<WriteOutcome>;
  /** At most 100 writes, all or none. */
  transact(writes: Write[]): Promise<TransactOutcome>;
  query(query: IndexQuery): Promise<IndexPage>;
};
