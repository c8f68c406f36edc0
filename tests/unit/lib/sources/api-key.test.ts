import { describe, expect, test } from '@jest/globals';
import { createApiKey, isKeyRight, keyIdOf, readApiKey } from '../../../../lib/sources/api-key.ts';
import { NOW, sourceOf, testIds } from './source-builders.ts';

const first = createApiKey(testIds, NOW);
const second = createApiKey(testIds, NOW);
const loaded = { source: sourceOf(), version: 1, hmacKey: 'x', keys: [first.record, second.record] };
const request = (query: Array<[string, string]>, headers: Record<string, string> = {}) => ({ query, headers });
const inQuery = (...keys: string[]) => request(keys.map((key) => ['api_key', key]));
const inHeader = (key: string) => request([], { 'x-api-key': key });

describe('a new key', () => {
  test('is long enough to be unguessable, and nothing kept of it opens anything', () => {
    expect(first.key).toMatch(/^ll_[0-9a-z]{34,}$/);
    expect(JSON.stringify(first.record)).not.toContain(first.key.slice(11));
    expect(first.record).toEqual({
      id: first.key.slice(3, 11),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdAtMs: NOW,
    });
  });
});

describe('a right key', () => {
  test.each([first.key, second.key])('opens by query and by header (%#)', (key) => {
    expect(isKeyRight(inQuery(key), loaded)).toBe(true);
    expect(isKeyRight(inHeader(key), loaded)).toBe(true);
    expect(readApiKey(inQuery(key))).toBe(key);
    expect(readApiKey(inHeader(key))).toBe(key);
  });

  test('may be given in both places', () => {
    expect(isKeyRight(request([['api_key', first.key]], { 'x-api-key': second.key }), loaded)).toBe(true);
  });

  test('opens with other parameters beside it', () => {
    expect(
      isKeyRight(
        request(
          [
            ['lead_id', '1'],
            ['api_key', first.key],
          ],
          { cookie: 'a' },
        ),
        loaded,
      ),
    ).toBe(true);
  });
});

describe('refused is', () => {
  test.each([
    ['no key', request([])],
    ['an empty key', inQuery('')],
    ['an empty header', inHeader('')],
    ['a truncated key', inQuery(first.key.slice(0, -1))],
    ['a longer key', inQuery(`${first.key}x`)],
    ['a key in capitals', inQuery(first.key.toUpperCase())],
    ['its digest', inQuery(first.record.sha256)],
    ['its id', inQuery(first.record.id)],
    ['one key right and the other wrong', request([['api_key', first.key]], { 'x-api-key': 'll_wrong' })],
    ['one key wrong and the other right', request([['api_key', 'll_wrong']], { 'x-api-key': first.key })],
    ['an empty key beside a right one', request([['api_key', '']], { 'x-api-key': first.key })],
    ['the right key twice in the query', inQuery(first.key, first.key)],
    ['the right key twice in the header', inHeader(`${first.key},${first.key}`)],
    [
      'a key by another name',
      request([
        ['API_KEY', first.key],
        ['apikey', first.key],
      ]),
    ],
    [
      'a key as Authorization or cookie',
      request([], { authorization: `Bearer ${first.key}`, cookie: `api_key=${first.key}` }),
    ],
  ])('%s', (_, given) => expect(isKeyRight(given, loaded)).toBe(false));

  test('every key of an unknown source, and of one without keys', () => {
    expect(isKeyRight(inQuery(first.key), undefined)).toBe(false);
    expect(isKeyRight(inQuery(first.key), { ...loaded, keys: [] })).toBe(false);
    expect(isKeyRight(inQuery(''), { ...loaded, keys: [] })).toBe(false);
    expect(isKeyRight(request([]), undefined)).toBe(false);
  });

  test('a key that was revoked', () => {
    expect(isKeyRight(inQuery(first.key), { ...loaded, keys: [second.record] })).toBe(false);
  });
});

test('an operator names a key by its id, by the beginning of it, or by the key', () => {
  const { id } = first.record;
  for (const named of [id, ` ${id.toUpperCase()} `, `ll_${id}`, first.key]) expect(keyIdOf(named)).toBe(id);
  expect(keyIdOf(`ll_${id.slice(0, 4)}`)).toBe(id.slice(0, 4));
});
