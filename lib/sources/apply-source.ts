import { isDeepStrictEqual } from 'node:util';
import type { Now } from '../platform/clock.ts';
import { ConfigurationError, PlatformError } from '../platform/errors.ts';
import type { RandomId } from '../platform/ids.ts';
import type { SecretStore } from '../platform/secrets.ts';
import { absent, equals, type Item, type Table } from '../platform/table.ts';
import { newLane } from '../work/lane.ts';
import { connectionLane, destinationLane } from '../work/lane-name.ts';
import { laneKey, sourceKey } from '../work/work-item.ts';
import { createApiKey } from './api-key.ts';
import { checkSource } from './check-source.ts';
import { addSigningSecrets } from './signing-secrets.ts';
import { connectionOf, type Source } from './source.ts';
import { readSourceItem, SOURCES_LIST, type SourceItem } from './source-item.ts';

export type ApplyDeps = { table: Table; secrets: SecretStore; stage: string; now: Now; randomId: RandomId };

export type ApplyOutcome = {
  status: 'created' | 'updated' | 'unchanged';
  version: number;
  /** The first key; only with `created`, and never to be had again. */
  apiKey?: string;
  /** `whsec_…` by destination, of those that are new. */
  signingSecrets: Record<string, string>;
};

const ATTEMPTS = 5;

/** The queues a source's work waits in: its connection's, and one for each destination. */
export const lanesOf = (source: Source): string[] => [
  connectionLane(connectionOf(source)),
  ...Object.keys(source.destinations).map((destination) => destinationLane(source.id, destination)),
];

/**
 * The key that makes ids of what people send. Sources of one connection share it, so that a person is the same person
 * on each of their sites; it is kept beside the connection's lane. A source keeps for life the one it was made with.
 */
const hmacKeyFor = async (source: Source, { table, randomId }: ApplyDeps): Promise<string> => {
  const made = randomId() + randomId();
  const set = await table.update(
    laneKey(connectionLane(connectionOf(source))),
    { set: { hmacKey: made } },
    absent('hmacKey'),
  );
  const standing = set.status === 'refused' ? set.item?.hmacKey : made;
  return typeof standing === 'string' ? standing : made;
};

const created = (
  source: Source,
  hmacKey: string,
  nowMs: number,
  randomId: RandomId,
): { item: Item & SourceItem; apiKey: string } => {
  const { key, record } = createApiKey(randomId, nowMs);
  const item = {
    pk: sourceKey(source.id),
    config: JSON.stringify(source),
    version: 1,
    rev: 1,
    hmacKey,
    keys: [record],
    listKey: SOURCES_LIST,
    listAtMs: nowMs,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return { item, apiKey: key };
};

/** Undefined when somebody else wrote the source since it was read. */
const write = async (source: Source, deps: ApplyDeps): Promise<Omit<ApplyOutcome, 'signingSecrets'> | undefined> => {
  const { table, now, randomId } = deps;
  const nowMs = now();
  const pk = sourceKey(source.id);
  const standing = await table.get(pk);
  if (standing === undefined) {
    const { item, apiKey } = created(source, await hmacKeyFor(source, deps), nowMs, randomId);
    const put = await table.put(item, absent('pk'));
    return put.status === 'written' ? { status: 'created', version: item.version, apiKey } : undefined;
  }
  const { version, rev, config } = sourceRevision(standing);
  if (isDeepStrictEqual(config, JSON.parse(JSON.stringify(source)))) return { status: 'unchanged', version };
  const set = { config: JSON.stringify(source), version: version + 1, rev: rev + 1, updatedAtMs: nowMs };
  const update = await table.update(pk, { set }, equals('rev', rev));
  return update.status === 'written' ? { status: 'updated', version: version + 1 } : undefined;
};

/** A configuration that this version cannot read is there to be replaced by one that it can. */
const sourceRevision = (item: Item): { version: number; rev: number; config: unknown } => {
  const { version, rev } = item;
  if (typeof version !== 'number' || typeof rev !== 'number')
    throw new ConfigurationError(
      'source.stored_invalid',
      'The stored source has no version; it was not written by leadloop.',
    );
  try {
    return { version, rev, config: readSourceItem(item).source };
  } catch (error) {
    if (error instanceof ConfigurationError) return { version, rev, config: undefined };
    throw error;
  }
};

/**
 * Makes a source what its file says: its signing secrets, its lanes, and last the source itself with a version, so that
 * whoever finds the source finds everything it needs. Applied again it changes nothing.
 * @throws {ConfigurationError} `source.invalid`, naming every problem with its path
 * @throws {PlatformError} `source.contention` when others keep writing it; `table.…`, `secrets.…`
 */
export const applySource = async (source: Source, deps: ApplyDeps): Promise<ApplyOutcome> => {
  const checked = checkSource(source);
  if ('problems' in checked)
    throw new ConfigurationError(
      'source.invalid',
      checked.problems.map(({ path, message }) => `${path} ${message}`).join('\n'),
    );
  const signingSecrets = await addSigningSecrets(checked.source, deps);
  const nowMs = deps.now();
  await Promise.all(lanesOf(checked.source).map((lane) => putIfAbsent(deps.table, lane, nowMs)));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const written = await write(checked.source, deps);
    if (written !== undefined) return { ...written, signingSecrets };
  }
  throw new PlatformError('source.contention', 'Others kept writing this source; apply it again.');
};

const putIfAbsent = async (table: Table, lane: string, nowMs: number): Promise<void> => {
  // Asked first, so that an unchanged source costs no writes.
  if ((await table.get(laneKey(lane))) === undefined) await table.put(newLane(lane, nowMs), absent('pk'));
};
