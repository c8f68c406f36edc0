import * as z from 'zod/mini';
import { ConfigurationError } from '../platform/errors.ts';
import type { Item } from '../platform/table.ts';
import { type Source, sourceSchema } from './source.ts';

/** Partition of the `list` index that holds every source. */
export const SOURCES_LIST = 'sources';
export const MAX_KEYS = 2;

/** `id` is public, to tell two keys apart; of the key itself only the digest is kept. */
export const sourceKeyRecord = z.object({ id: z.string(), sha256: z.string(), createdAtMs: z.number() });
export type SourceKey = z.infer<typeof sourceKeyRecord>;

/** A source as it stands in the table. */
export const sourceItem = z.looseObject({
  pk: z.string(),
  /** The source as JSON text: a table's own maps know no null, and a status table does. */
  config: z.string(),
  /** Counts the configurations applied, from 1. */
  version: z.number(),
  /** Counts writes of any kind; a write holds only for the revision it was made from. */
  rev: z.number(),
  /** Random per connection, kept for the source's life: makes ids of what people send. */
  hmacKey: z.string(),
  keys: z.array(sourceKeyRecord).check(z.maxLength(MAX_KEYS)),
  listKey: z.string(),
  listAtMs: z.number(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type SourceItem = z.infer<typeof sourceItem>;

/** What functions need of a source. */
export type LoadedSource = { source: Source; version: number; hmacKey: string; keys: SourceKey[] };

const configOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws {ConfigurationError} `source.stored_invalid`: written by other code than this; apply the source file again */
export const readSourceItem = (item: Item): SourceItem & { source: Source } => {
  const stored = sourceItem.safeParse(item);
  const source = stored.success ? sourceSchema.safeParse(configOf(stored.data.config)) : stored;
  if (!stored.success || !source.success)
    throw new ConfigurationError(
      'source.stored_invalid',
      'The stored source is not what this version reads; apply its source file again.',
    );
  return { ...stored.data, source: source.data };
};
