import { describe, expect, test } from '@jest/globals';
import { randomId } from '../../../../lib/platform/ids.ts';
import type { Item } from '../../../../lib/platform/table.ts';
import { createApiKey } from '../../../../lib/sources/api-key.ts';
import { createSourceLoader } from '../../../../lib/sources/load-source.ts';
import { openForm, openSource } from '../../../../lib/sources/open-source.ts';
import type { SourceItem } from '../../../../lib/sources/source-item.ts';
import { collectLog, NOW, sourceOf } from './source-builders.ts';

const setUp = () => {
  const first = createApiKey(randomId, NOW);
  const second = createApiKey(randomId, NOW);
  const item: Item & SourceItem = {
    pk: 'source#demo',
    config: JSON.stringify(sourceOf()),
    version: 1,
    rev: 1,
    hmacKey: 'an-hmac-key',
    keys: [first.record],
    listKey: 'sources',
    listAtMs: NOW,
    createdAtMs: NOW,
    updatedAtMs: NOW,
  };
  const state = { reads: 0, nowMs: NOW };
  const table = {
    get: async (pk: string) => {
      state.reads += 1;
      return pk === item.pk ? structuredClone(item) : undefined;
    },
  };
  const load = createSourceLoader({ table, now: () => state.nowMs, log: collectLog().log });
  const open = async (key: string, id = 'demo') =>
    (await openSource({ query: [['api_key', key]], headers: {} }, id, load))?.source.id;
  return { first: first.key, second, item, state, open, load };
};

describe('a key', () => {
  test('opens its source with one read a minute', async () => {
    const { first, state, open } = setUp();
    expect(await open(first)).toBe('demo');
    state.nowMs += 30_000;
    expect(await open(first)).toBe('demo');
    expect(state.reads).toBe(1);
  });

  test('that was made a moment ago opens a source that is remembered without it', async () => {
    const { first, second, item, state, open } = setUp();
    await open(first);
    item.keys.push(second.record);
    state.nowMs += 1_000;
    expect(await open(second.key)).toBe('demo');
  });

  test.each([['demo'], ['unknown']])('that is wrong costs %s a read a second at most', async (id) => {
    const { state, open } = setUp();
    for (let asked = 0; asked < 20; asked += 1) {
      expect(await open('ll_wrong', id)).toBeUndefined();
      state.nowMs += 100;
    }
    expect(state.reads).toBe(2);
  });
});

describe('a form', () => {
  test('that was added a moment ago is there', async () => {
    const { item, state, load } = setUp();
    expect(await openForm('demo', 'added', load)).toMatchObject({ settings: undefined });
    const source = sourceOf();
    item.config = JSON.stringify({ ...source, forms: { ...source.forms, added: Object.values(source.forms)[0] } });
    state.nowMs += 1_000;
    expect((await openForm('demo', 'added', load)).settings?.module).toBe('Leads');
  });

  test.each([['toString'], ['__proto__'], ['none']])(
    'named %s is none, and costs a read a second at most',
    async (form) => {
      const { state, load } = setUp();
      for (let asked = 0; asked < 20; asked += 1) {
        expect((await openForm('demo', form, load)).settings).toBeUndefined();
        state.nowMs += 100;
      }
      expect(state.reads).toBe(2);
    },
  );
});
