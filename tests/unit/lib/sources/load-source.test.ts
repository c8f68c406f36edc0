import { describe, expect, test } from '@jest/globals';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { Item } from '../../../../lib/platform/table.ts';
import { createSourceLoader } from '../../../../lib/sources/load-source.ts';
import { collectLog, NOW, sourceOf } from './source-builders.ts';

const itemOf = (id: string, version = 1): Item => ({
  pk: `source#${id}`,
  config: JSON.stringify(sourceOf({ id })),
  version,
  rev: version,
  hmacKey: 'an-hmac-key',
  keys: [{ id: 'abcd1234', sha256: 'f'.repeat(64), createdAtMs: NOW }],
  listKey: 'sources',
  listAtMs: NOW,
  createdAtMs: NOW,
  updatedAtMs: NOW,
});

const setUp = () => {
  const items = new Map<string, Item>([['source#demo', itemOf('demo')]]);
  const clock = { nowMs: NOW };
  const state = { reads: 0, isDown: false };
  let gate: Promise<void> | undefined;
  const { log, lines } = collectLog();
  const table = {
    get: async (pk: string) => {
      state.reads += 1;
      const item = items.get(pk);
      await gate;
      if (state.isDown) throw new PlatformError('table.unreachable', 'The table did not answer.');
      return item === undefined ? undefined : structuredClone(item);
    },
  };
  const hold = () => {
    let open = () => {};
    gate = new Promise((resolve) => (open = resolve));
    return () => {
      open();
      gate = undefined;
    };
  };
  return { items, clock, state, lines, hold, load: createSourceLoader({ table, now: () => clock.nowMs, log }) };
};

describe('a known source', () => {
  test('is what was applied', async () => {
    const { load } = setUp();
    expect(await load('demo')).toEqual({
      source: sourceOf({ id: 'demo' }),
      version: 1,
      hmacKey: 'an-hmac-key',
      keys: [expect.objectContaining({ id: 'abcd1234' })],
    });
  });

  test('is read once a minute', async () => {
    const { load, clock, state, items } = setUp();
    await load('demo');
    items.set('source#demo', itemOf('demo', 2));
    clock.nowMs += 59_999;
    expect((await load('demo'))?.version).toBe(1);
    clock.nowMs += 1;
    expect((await load('demo'))?.version).toBe(2);
    expect(state.reads).toBe(2);
  });

  test('is read again when what is remembered is too old for the one who asks', async () => {
    const { load, state, items, clock } = setUp();
    await load('demo');
    items.set('source#demo', itemOf('demo', 2));
    clock.nowMs += 999;
    expect((await load('demo', { maxAgeMs: 1_000 }))?.version).toBe(1);
    clock.nowMs += 1;
    expect((await load('demo', { maxAgeMs: 1_000 }))?.version).toBe(2);
    state.isDown = true;
    clock.nowMs += 1_000;
    for (let asked = 0; asked < 3; asked += 1) expect((await load('demo', { maxAgeMs: 1_000 }))?.version).toBe(2);
    expect(state.reads).toBe(3);
  });

  test('is read at once when asked for afresh, and kept for the others', async () => {
    const { load, state, items } = setUp();
    await load('demo');
    items.set('source#demo', itemOf('demo', 2));
    expect((await load('demo', { fresh: true }))?.version).toBe(2);
    expect((await load('demo'))?.version).toBe(2);
    expect(state.reads).toBe(2);
  });

  test('is read once for callers that come together', async () => {
    const { load, state, hold } = setUp();
    const open = hold();
    const all = Array.from({ length: 50 }, () => load('demo'));
    open();
    expect(new Set((await Promise.all(all)).map((loaded) => loaded?.version))).toEqual(new Set([1]));
    expect(state.reads).toBe(1);
  });

  test('is not put back to what a slow read saw before', async () => {
    const { load, hold, items } = setUp();
    const open = hold();
    const slow = load('demo');
    items.set('source#demo', itemOf('demo', 2));
    const open2 = hold();
    const fresh = load('demo', { fresh: true });
    open2();
    expect((await fresh)?.version).toBe(2);
    open();
    await slow;
    expect((await load('demo'))?.version).toBe(2);
  });
});

describe('an unknown source', () => {
  test('is asked for again after five seconds', async () => {
    const { load, clock, state, items } = setUp();
    expect(await load('new')).toBeUndefined();
    items.set('source#new', itemOf('new'));
    clock.nowMs += 4_999;
    expect(await load('new')).toBeUndefined();
    clock.nowMs += 1;
    expect((await load('new'))?.source.id).toBe('new');
    expect(state.reads).toBe(2);
  });

  test('does not push known ones out of the cache, however many are made up', async () => {
    const { load, state } = setUp();
    await load('demo');
    for (let count = 0; count < 1_500; count += 1) await load(`made-up-${count}`);
    const before = state.reads;
    await load('demo');
    await load('made-up-1499');
    expect(state.reads).toBe(before);
    await load('made-up-0');
    expect(state.reads).toBe(before + 1);
  });

  test('the cache holds a thousand known ones', async () => {
    const { load, state, items } = setUp();
    for (let count = 0; count <= 1_000; count += 1) {
      items.set(`source#s${count}`, itemOf(`s${count}`));
      await load(`s${count}`);
    }
    const before = state.reads;
    await load('s1');
    await load('s1000');
    expect(state.reads).toBe(before);
    await load('s0');
    expect(state.reads).toBe(before + 1);
  });
});

describe('while the table cannot be read', () => {
  test('a source of up to fifteen minutes stands in, and the table is not asked each time', async () => {
    const { load, clock, state, lines } = setUp();
    await load('demo');
    state.isDown = true;
    clock.nowMs += 60_000;
    expect((await load('demo'))?.version).toBe(1);
    expect((await load('demo'))?.version).toBe(1);
    expect(state.reads).toBe(2);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: 'source.stale',
      source: 'demo',
      code: 'table.unreachable',
    });
    clock.nowMs += 14 * 60_000;
    expect((await load('demo'))?.version).toBe(1);
    clock.nowMs += 1;
    await expect(load('demo')).rejects.toMatchObject({ code: 'table.unreachable' });
  });

  test('one that was never read, and one asked for afresh, is an error', async () => {
    const { load, state } = setUp();
    await load('demo');
    state.isDown = true;
    await expect(load('other')).rejects.toMatchObject({ code: 'table.unreachable' });
    await expect(load('demo', { fresh: true })).rejects.toMatchObject({ code: 'table.unreachable' });
  });

  test('what comes back is used again', async () => {
    const { load, clock, state, items } = setUp();
    await load('demo');
    state.isDown = true;
    clock.nowMs += 60_000;
    await load('demo');
    state.isDown = false;
    items.set('source#demo', itemOf('demo', 2));
    clock.nowMs += 5_000;
    expect((await load('demo'))?.version).toBe(2);
  });
});

test.each([
  ['no JSON', { config: '{' }],
  ['a source that this version does not read', { config: JSON.stringify({ id: 'demo', colour: 'red' }) }],
  ['three keys', { keys: Array(3).fill({ id: 'a', sha256: 'b', createdAtMs: 1 }) }],
])('an item that holds %s is an error that says what to do', async (_, change) => {
  const { load, items } = setUp();
  items.set('source#demo', { ...itemOf('demo'), ...change });
  await expect(load('demo')).rejects.toMatchObject({
    code: 'source.stored_invalid',
    message: expect.stringContaining('apply its source file again'),
  });
});
