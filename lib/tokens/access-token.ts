import type { Sleep } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import { equals } from '../platform/table.ts';
import { createRefresh, type RefreshDeps } from './refresh-token.ts';
import { readTokenItem, type TokenItem, tokenKey } from './token-item.ts';
import type { LiveToken, TokenOutcome } from './token-outcome.ts';

export type { LiveToken, TokenOutcome } from './token-outcome.ts';
export type AccessTokensDeps = RefreshDeps & { sleep: Sleep; random: () => number };

/** From here on one instance fetches the next token while everybody, itself included, keeps using this one. */
const REFRESH_BEFORE_MS = 5 * 60_000;
/** One that fails while the token in use lives is in no hurry to be tried again. */
const AHEAD_AGAIN_MS = 60_000;
/** Less than this is no life: the call it is for would still be on its way. */
const SHORTEST_LIFE_MS = 10_000;
/** How long a token is used without a look at the table: after a reconnect to another org nobody writes to the old one. */
const MEMORY_MS = 30_000;
/** A little more than the one who refreshes may take. */
const LONGEST_WAIT_MS = 10_000;

const liveToken = ({ accessToken, apiDomain, expiresAtMs, grant }: TokenItem): LiveToken | undefined =>
  accessToken === undefined || apiDomain === undefined || expiresAtMs === undefined
    ? undefined
    : { status: 'token', value: accessToken, apiDomain, grant, expiresAtMs };

/**
 * Access tokens of all connections, each shared by every instance through the Tokens table: at most one refresh is in
 * flight per connection anywhere, and no more than Zoho allows are made.
 */
export const createAccessTokens = (deps: AccessTokensDeps) => {
  const { table, now, sleep, random, log } = deps;
  const refresh = createRefresh(deps);
  const memory = new Map<string, { token: LiveToken; readAtMs: number }>();
  const flights = new Map<string, Promise<TokenOutcome>>();
  /** Next tokens that are being fetched while the ones in use still live; nobody waits for them. */
  const ahead = new Map<string, Promise<void>>();
  const aheadAgainAtMs = new Map<string, number>();

  const lives = (token: LiveToken, atLeastMs: number): boolean => token.expiresAtMs - now() > atLeastMs;
  const remember = (connection: string, token: LiveToken): LiveToken => {
    memory.set(connection, { token, readAtMs: now() });
    return token;
  };
  const remembered = (connection: string): LiveToken | undefined => {
    const held = memory.get(connection);
    return held !== undefined && now() - held.readAtMs < MEMORY_MS && lives(held.token, SHORTEST_LIFE_MS)
      ? held.token
      : undefined;
  };

  /** A refresh that is refused says nothing yet: the token in use lives, and its end will ask again. */
  const fetchAhead = (connection: string, item: TokenItem): void => {
    if (ahead.has(connection) || now() < (aheadAgainAtMs.get(connection) ?? 0)) return;
    aheadAgainAtMs.set(connection, now() + AHEAD_AGAIN_MS);
    const fetching = refresh(connection, item)
      .then((outcome) => {
        if (outcome.status === 'token') remember(connection, outcome);
      })
      .catch((error: unknown) => log('warn', 'token.refresh_ahead_failed', { connection, code: codeOf(error) }))
      .finally(() => ahead.delete(connection));
    ahead.set(connection, fetching);
  };

  const obtain = async (connection: string): Promise<TokenOutcome> => {
    const giveUpAtMs = now() + LONGEST_WAIT_MS;
    for (;;) {
      // A table that takes its time, with a thousand instances at it, may hold a token by now: the last look comes after.
      const isLastLook = now() >= giveUpAtMs;
      const item = await readTokenItem(table, connection);
      if (item === undefined) return { status: 'refused', code: 'not_connected', grant: 0 };
      const stored = liveToken(item);
      const live = stored !== undefined && lives(stored, SHORTEST_LIFE_MS) ? remember(connection, stored) : undefined;
      if (live !== undefined) {
        if (!lives(live, REFRESH_BEFORE_MS)) fetchAhead(connection, item);
        return live;
      }
      const outcome = await refresh(connection, item);
      if (outcome.status === 'token') return remember(connection, outcome);
      if (outcome.status === 'refused') return outcome;
      if (outcome.status === 'wait') return outcome;
      if (isLastLook)
        return { status: 'wait', code: 'token_refresh_pending', retryAtMs: Math.max(outcome.untilMs, now()) };
      await sleep(300 + 300 * random());
    }
  };

  return {
    /**
     * A token that lives at least 10 s more.
     * @throws {PlatformError} when the Tokens table cannot be reached
     */
    get: async (connection: string): Promise<TokenOutcome> => {
      const held = remembered(connection);
      if (held !== undefined && lives(held, REFRESH_BEFORE_MS)) return held;
      const flight = flights.get(connection);
      if (flight !== undefined) return held ?? flight;
      const started = obtain(connection).finally(() => flights.delete(connection));
      flights.set(connection, started);
      return started;
    },

    /** Resolves once no token is being fetched: a function must not answer before, or the fetching is frozen with it. */
    settled: async (): Promise<void> => {
      await Promise.all([...ahead.values(), ...flights.values()]);
    },

    /** After INVALID_TOKEN. Only if it is still the token in use: a newer one has not failed. */
    invalidate: async (connection: string, value: string): Promise<void> => {
      if (memory.get(connection)?.token.value === value) memory.delete(connection);
      const taken = await table.update(
        tokenKey(connection),
        { remove: ['accessToken', 'apiDomain', 'expiresAtMs'], add: { rev: 1 } },
        equals('accessToken', value),
      );
      if (taken.status === 'written') log('warn', 'token.invalidated', { connection });
    },

    /** The next `get` looks at the table: what this instance holds may belong to a grant that is over. */
    forget: (connection: string): void => {
      memory.delete(connection);
    },
  };
};
export type AccessTokens = ReturnType<typeof createAccessTokens>;
