import type { Now } from '../platform/clock.ts';
import { PlatformError } from '../platform/errors.ts';
import type { RandomId } from '../platform/ids.ts';
import { equals, type Table } from '../platform/table.ts';
import { sourceKey } from '../work/work-item.ts';
import { createApiKey, keyIdOf } from './api-key.ts';
import { MAX_KEYS, readSourceItem, type SourceKey } from './source-item.ts';

type KeysDeps = { table: Table; now: Now };
const ATTEMPTS = 5;

/** Reads the keys, lets `decide` change them, and writes if nobody else wrote meanwhile. */
const changeKeys = async <Done, Refusal>(
  source: string,
  { table, now }: KeysDeps,
  decide: (keys: SourceKey[]) => { keys: SourceKey[]; done: Done } | { refusal: Refusal },
): Promise<Done | Refusal | { status: 'unknown_source' }> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const item = await table.get(sourceKey(source));
    if (item === undefined) return { status: 'unknown_source' };
    const { keys, rev } = readSourceItem(item);
    const change = decide(keys);
    if ('refusal' in change) return change.refusal;
    const set = { keys: change.keys, rev: rev + 1, updatedAtMs: now() };
    const written = await table.update(sourceKey(source), { set }, equals('rev', rev));
    if (written.status === 'written') return change.done;
  }
  throw new PlatformError('source.contention', 'Others kept writing this source; try again.');
};

export type CreateKeyOutcome =
  | { status: 'created'; id: string; key: string }
  | { status: 'unknown_source' }
  /** Two are live; revoke one first. */
  | { status: 'too_many_keys'; keys: SourceKey[] };

/**
 * A further key for a source, so that the old one can be replaced wherever it is used before it is revoked.
 * @returns the key itself, for the only time
 * @throws {PlatformError} `source.contention`, `table.…`
 */
export const createSourceKey = (source: string, deps: KeysDeps & { randomId: RandomId }): Promise<CreateKeyOutcome> =>
  changeKeys<CreateKeyOutcome, CreateKeyOutcome>(source, deps, (keys) => {
    if (keys.length >= MAX_KEYS) return { refusal: { status: 'too_many_keys', keys } };
    const { key, record } = createApiKey(deps.randomId, deps.now());
    return { keys: [...keys, record], done: { status: 'created', id: record.id, key } };
  });

export type RevokeKeyOutcome =
  | { status: 'revoked'; id: string; left: number }
  | { status: 'unknown_source' | 'unknown_key' | 'ambiguous' };

/**
 * Ends a key; functions that have the source cached take it for a minute more.
 * @param named the key's id, the beginning of it, or the key
 * @throws {PlatformError} `source.contention`, `table.…`
 */
export const revokeSourceKey = (source: string, named: string, deps: KeysDeps): Promise<RevokeKeyOutcome> =>
  changeKeys<RevokeKeyOutcome, RevokeKeyOutcome>(source, deps, (keys) => {
    const wanted = keyIdOf(named);
    const [key, another] = wanted === '' ? [] : keys.filter(({ id }) => id.startsWith(wanted));
    if (key === undefined) return { refusal: { status: 'unknown_key' } };
    if (another !== undefined) return { refusal: { status: 'ambiguous' } };
    const left = keys.filter(({ id }) => id !== key.id);
    return { keys: left, done: { status: 'revoked', id: key.id, left: left.length } };
  });
