import { PlatformError } from '../../lib/platform/errors.ts';
import type { Item, Table } from '../../lib/platform/table.ts';

const MAX_ITEM_BYTES = 400 * 1024;

/** What DynamoDB would not store of a value; undefined when it would. */
const objection = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'SerializationException';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'ValidationException';
  if (value === null) return 'ValidationException';
  if (typeof value !== 'object') return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = objection(name) ?? objection(inner);
    if (found !== undefined) return found;
  }
  return undefined;
};

const check = (item: Item): void => {
  const code = Buffer.byteLength(JSON.stringify(item)) > MAX_ITEM_BYTES ? 'ValidationException' : objection(item);
  if (code !== undefined) throw new PlatformError(`table.${code}`, 'The table refused the request.');
};

/** Refuses what DynamoDB refuses: half a surrogate pair, what is no number, an item over 400 KB. */
export const strictTable = <Kind extends Table>(table: Kind): Kind => ({
  ...table,
  put: async (item, condition) => {
    check(item);
    return table.put(item, condition);
  },
  transact: async (writes) => {
    for (const write of writes) if ('put' in write) check(write.put);
    return table.transact(writes);
  },
});
