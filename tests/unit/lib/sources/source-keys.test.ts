import { describe, expect, test } from '@jest/globals';
import { isKeyRight } from '../../../../lib/sources/api-key.ts';
import { applySource } from '../../../../lib/sources/apply-source.ts';
import { createSourceLoader } from '../../../../lib/sources/load-source.ts';
import { createSourceKey, revokeSourceKey } from '../../../../lib/sources/source-keys.ts';
import { createMemorySecrets } from '../../../support/memory-secrets.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { collectLog, NOW, sourceOf, testIds } from './source-builders.ts';

const setUp = async () => {
  const table = createMemoryTable();
  const deps = { table, now: () => NOW, randomId: testIds };
  const { apiKey = '' } = await applySource(sourceOf(), { ...deps, secrets: createMemorySecrets(), stage: 'test' });
  const load = createSourceLoader({ table, now: () => NOW, log: collectLog().log });
  const opens = async (key: string) =>
    isKeyRight({ query: [['api_key', key]], headers: {} }, await load('demo', { fresh: true }));
  const create = async () => {
    const created = await createSourceKey('demo', deps);
    if (created.status !== 'created') throw new Error(created.status);
    return created;
  };
  return { table, deps, apiKey, opens, create };
};

describe('a second key', () => {
  test('opens beside the first one, until that is revoked', async () => {
    const { deps, apiKey, opens, create } = await setUp();
    const { key, id } = await create();
    expect(key.startsWith(`ll_${id}`)).toBe(true);
    expect([await opens(apiKey), await opens(key)]).toEqual([true, true]);
    expect(await revokeSourceKey('demo', apiKey, deps)).toMatchObject({ status: 'revoked', left: 1 });
    expect([await opens(apiKey), await opens(key)]).toEqual([false, true]);
  });

  test('leaves the configuration and its version alone', async () => {
    const { table, create } = await setUp();
    const before = await table.get('source#demo');
    await create();
    expect(await table.get('source#demo')).toMatchObject({
      version: before?.version,
      config: before?.config,
      hmacKey: before?.hmacKey,
    });
  });
});

test('a third key is refused, and the live ones are named without their digests being needed', async () => {
  const { deps, create } = await setUp();
  await create();
  expect(await createSourceKey('demo', deps)).toMatchObject({
    status: 'too_many_keys',
    keys: [{ id: expect.any(String) }, { id: expect.any(String) }],
  });
});

test('of two operators who create a key at once only one gets the last place', async () => {
  const { deps, table } = await setUp();
  const outcomes = await Promise.all([createSourceKey('demo', deps), createSourceKey('demo', deps)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['created', 'too_many_keys']);
  expect(await table.get('source#demo')).toMatchObject({ keys: [expect.anything(), expect.anything()] });
});

describe('revoking', () => {
  test.each([
    ['the id', (id: string) => id],
    ['the beginning of the id', (id: string) => id.slice(0, 6)],
    ['the beginning of the key', (id: string) => `ll_${id}`],
  ])('takes %s', async (_, named) => {
    const { deps, opens, create } = await setUp();
    const { key, id } = await create();
    expect(await revokeSourceKey('demo', named(id), deps)).toEqual({ status: 'revoked', id, left: 1 });
    expect(await opens(key)).toBe(false);
  });

  test('refuses what names no key, and what names two', async () => {
    const { deps, table } = await setUp();
    const keys = ['aa11', 'aa22'].map((id) => ({ id, sha256: 'f'.repeat(64), createdAtMs: NOW }));
    await table.update('source#demo', { set: { keys } });
    expect(await revokeSourceKey('demo', 'bb', deps)).toEqual({ status: 'unknown_key' });
    expect(await revokeSourceKey('demo', '', deps)).toEqual({ status: 'unknown_key' });
    expect(await revokeSourceKey('demo', 'ab', deps)).toEqual({ status: 'unknown_key' });
    expect(await revokeSourceKey('demo', 'aa', deps)).toEqual({ status: 'ambiguous' });
    expect(await table.get('source#demo')).toMatchObject({ keys });
  });

  test('the last key closes the source until a new one is made', async () => {
    const { deps, apiKey, opens, create } = await setUp();
    expect(await revokeSourceKey('demo', apiKey, deps)).toMatchObject({ left: 0 });
    expect(await opens(apiKey)).toBe(false);
    expect(await opens((await create()).key)).toBe(true);
  });
});

test('keys of an unknown source are neither made nor revoked', async () => {
  const { deps } = await setUp();
  expect(await createSourceKey('other', deps)).toEqual({ status: 'unknown_source' });
  expect(await revokeSourceKey('other', 'x', deps)).toEqual({ status: 'unknown_source' });
});
