import type { HttpRequest } from '../platform/http.ts';
import { type RandomId, sameSecret, sha256Hex } from '../platform/ids.ts';
import { type LoadedSource, MAX_KEYS, type SourceKey } from './source-item.ts';

const API_KEY_PARAMETER = 'api_key';
const API_KEY_HEADER = 'x-api-key';

/** The keys a request carries, query first. Undefined: one is given twice in one place. */
const readApiKeys = ({ query, headers }: Pick<HttpRequest, 'query' | 'headers'>): string[] | undefined => {
  const inQuery = query.filter(([name]) => name === API_KEY_PARAMETER).map(([, value]) => value);
  const inHeader = Object.hasOwn(headers, API_KEY_HEADER) ? [headers[API_KEY_HEADER] ?? ''] : [];
  // API Gateway joins a repeated header by comma, which no key contains.
  if (inQuery.length > 1 || inHeader.some((value) => value.includes(','))) return undefined;
  return [...inQuery, ...inHeader];
};

/** The key that a request whose key is right came with; undefined when none can be right. */
export const readApiKey = (request: Pick<HttpRequest, 'query' | 'headers'>): string | undefined =>
  readApiKeys(request)?.[0];

/** Stands where a source or its second key is absent, so that an unknown source takes as long as a known one. */
const NOBODYS_DIGEST = sha256Hex('');

/** Compares with as many digests as a source can have, every one of them. */
const isOneOf = (key: string, keys: SourceKey[]): boolean => {
  const digest = sha256Hex(key);
  let isRight = false;
  for (let slot = 0; slot < MAX_KEYS; slot += 1) {
    const standing = keys[slot];
    const isSame = sameSecret(digest, standing?.sha256 ?? NOBODYS_DIGEST);
    isRight = (isSame && standing !== undefined) || isRight;
  }
  return isRight;
};

/**
 * Whether the request carries a live key of the source: as query parameter `api_key` or header `x-api-key`; given in
 * both, both must be right; given twice in one, or elsewhere, it does not count. Takes the same time for an unknown
 * source.
 */
export const isKeyRight = (
  request: Pick<HttpRequest, 'query' | 'headers'>,
  loaded: LoadedSource | undefined,
): boolean => {
  const given = readApiKeys(request) ?? [];
  const judged = (given.length === 0 ? [''] : given).map((key) => isOneOf(key, loaded?.keys ?? []));
  return given.length > 0 && judged.every(Boolean);
};

const PREFIX = 'll_';
const ID_CHARACTERS = 8;

/**
 * A new key, to be shown once, and what is kept of it. The key begins with its public id, so that an operator can tell
 * which one a form or a webhook uses; the 128 random bits after it are the secret.
 */
export const createApiKey = (randomId: RandomId, nowMs: number): { key: string; record: SourceKey } => {
  const id = randomId().slice(0, ID_CHARACTERS);
  const key = `${PREFIX}${id}${randomId()}`;
  return { key, record: { id, sha256: sha256Hex(key), createdAtMs: nowMs } };
};

/** The public id in what an operator gives to name a key: an id, the beginning of one, or the key itself. */
export const keyIdOf = (text: string): string => {
  const bare = text.trim().toLowerCase();
  return (bare.startsWith(PREFIX) ? bare.slice(PREFIX.length) : bare).slice(0, ID_CHARACTERS);
};
