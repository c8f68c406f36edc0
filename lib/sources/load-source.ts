import type { Now } from '../platform/clock.ts';
import { codeOf, PlatformError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Table } from '../platform/table.ts';
import { sourceKey } from '../work/work-item.ts';
import { type LoadedSource, readSourceItem } from './source-item.ts';

export type { LoadedSource, SourceKey } from './source-item.ts';

/**
 * The source of that id; undefined when there is none. `fresh` asks the table, whatever the cache holds; `maxAgeMs` asks
 * it when what the cache holds is older.
 * @throws {PlatformError} `table.…` when the table cannot be read and nothing young enough is at hand
 * @throws {ConfigurationError} `source.stored_invalid`
 */
export type LoadSource = (
  id: string,
  options?: { fresh?: boolean; maxAgeMs?: number },
) => Promise<LoadedSource | undefined>;

const KNOWN_MS = 60_000;
/** Short, so that a new source is found soon after somebody asked for it too early. */
const UNKNOWN_MS = 5_000;
/** How old a source may be that stands in for a table that cannot be read. */
const STALE_MS = 15 * 60_000;
/** While the table cannot be read, callers do not wait for it each time. */
const RETRY_MS = 5_000;
const MAX_ENTRIES = 1_000;

/** `askedAtMs`: when the table was last asked, whatever it said. */
type Entry = {
  loaded: LoadedSource | undefined;
  readAtMs: number;
  askedAtMs: number;
  freshUntilMs: number;
  order: number;
};

/** A source loader with a cache of its own; callers that need one source at the same time share one read. */
export const createSourceLoader = ({
  table,
  now,
  log,
}: {
  table: Pick<Table, 'get'>;
  now: Now;
  log: Log;
}): LoadSource => {
  const entries = new Map<string, Entry>();
  const reads = new Map<string, Promise<LoadedSource | undefined>>();
  let started = 0;

  const makeRoom = (): void => {
    if (entries.size < MAX_ENTRIES) return;
    // Anybody can make up unknown ids: they go first, or they would push out the real ones.
    const ids = [...entries.keys()];
    const [first] = [...ids.filter((id) => entries.get(id)?.loaded === undefined), ...ids];
    if (first !== undefined) entries.delete(first);
  };

  const keep = (id: string, loaded: LoadedSource | undefined, order: number): void => {
    const standing = entries.get(id);
    if (standing !== undefined && standing.order > order) return; // a read that began later has seen more
    entries.delete(id); // to the end: the first ones are the oldest
    makeRoom();
    const readAtMs = now();
    entries.set(id, {
      loaded,
      readAtMs,
      askedAtMs: readAtMs,
      freshUntilMs: readAtMs + (loaded === undefined ? UNKNOWN_MS : KNOWN_MS),
      order,
    });
  };

  const read = async (id: string): Promise<LoadedSource | undefined> => {
    started += 1;
    const order = started;
    const item = await table.get(sourceKey(id));
    if (item === undefined) {
      keep(id, undefined, order);
      return undefined;
    }
    const { source, version, hmacKey, keys } = readSourceItem(item);
    const loaded = { source, version, hmacKey, keys };
    keep(id, loaded, order);
    return loaded;
  };

  const shared = (id: string): Promise<LoadedSource | undefined> => {
    const running = reads.get(id);
    if (running !== undefined) return running;
    const reading: Promise<LoadedSource | undefined> = read(id).finally(() => {
      if (reads.get(id) === reading) reads.delete(id);
    });
    reads.set(id, reading);
    return reading;
  };

  const standIn = (id: string, error: unknown): LoadedSource => {
    const entry = entries.get(id);
    const nowMs = now();
    const isTable = error instanceof PlatformError;
    if (!isTable || entry?.loaded === undefined || nowMs - entry.readAtMs > STALE_MS) throw error;
    entry.askedAtMs = nowMs;
    entry.freshUntilMs = Math.min(nowMs + RETRY_MS, entry.readAtMs + STALE_MS);
    log('warn', 'source.stale', { source: id, code: codeOf(error), ageMs: nowMs - entry.readAtMs });
    return entry.loaded;
  };

  return async (id, { fresh = false, maxAgeMs = STALE_MS } = {}) => {
    if (fresh) return read(id); // one that is under way may have begun before the change the caller waits for
    const entry = entries.get(id);
    if (entry !== undefined && now() < entry.freshUntilMs && now() - entry.askedAtMs < maxAgeMs) return entry.loaded;
    try {
      return await shared(id);
    } catch (error) {
      return standIn(id, error);
    }
  };
};
