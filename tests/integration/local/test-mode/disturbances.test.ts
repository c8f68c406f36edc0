import { describe, expect, test } from '@jest/globals';
import { eventually } from '../../../support/stack.ts';
import { useTestMode } from './bench.ts';

describe('an index in test mode', () => {
  const setUp = useTestMode({ seed: 7, disturb: { indexLagMs: 1_000 } });

  test('shows what is written a while later, and is in order, bounded and paged by then', async () => {
    const { table } = await setUp();
    const pks = Array.from({ length: 12 }, (_, n) => `item-${n}`);
    for (const [n, pk] of pks.entries()) await table.put({ pk, lane: 'zoho#demo', dueAtMs: 1_000 + n });
    const query = (more = {}) => table.query({ index: 'work', partition: 'zoho#demo', ...more });
    expect((await query()).rows.length).toBeLessThan(12);
    const { rows } = await eventually(query, (page) => page.rows.length === 12, 5_000);
    expect(rows).toEqual(pks.map((pk, n) => ({ pk, at: 1_000 + n })));

    expect((await query({ from: 1_002, to: 1_004 })).rows.map(({ at }) => at)).toEqual([1_002, 1_003, 1_004]);
    const first = await query({ limit: 5 });
    const second = await query({ limit: 5, cursor: first.next });
    const third = await query({ limit: 5, cursor: second.next });
    expect([...first.rows, ...second.rows, ...third.rows]).toEqual(rows);
    expect(third.next).toBeUndefined();
    expect((await query({ limit: 2, newestFirst: true })).rows.map(({ pk }) => pk)).toEqual(['item-11', 'item-10']);
  });

  test('still shows what has moved or gone for a while, each item’s changes in their order', async () => {
    const { table } = await setUp();
    await table.put({ pk: 'a', lane: 'one', dueAtMs: 1 });
    await table.put({ pk: 'b', lane: 'one', dueAtMs: 2 });
    const at = async (partition: string) => (await table.query({ index: 'work', partition })).rows.map(({ pk }) => pk);
    await eventually(
      () => at('one'),
      (rows) => rows.length === 2,
      5_000,
    );
    await table.update('a', { set: { lane: 'two' } });
    await table.update('b', { remove: ['lane', 'dueAtMs'] });
    expect(await at('one')).toContain('a');
    await eventually(
      () => at('one'),
      (rows) => rows.length === 0,
      5_000,
    );
    expect(await at('two')).toEqual(['a']);
    for (let n = 0; n < 30; n += 1) await table.update('a', { set: { lane: `lane-${n}` } });
    let last = -1;
    const seen = async () => {
      for (let n = 29; n >= 0; n -= 1) if ((await at(`lane-${n}`)).length > 0) return n;
      return -1;
    };
    await eventually(
      seen,
      (n) => {
        if (n < 0) return false; // it moved on to where this look had already been
        expect(n).toBeGreaterThanOrEqual(last);
        last = n;
        return n === 29;
      },
      5_000,
    );
  });

  test('the items themselves are never late', async () => {
    const { table } = await setUp();
    await table.put({ pk: 'a', lane: 'one', dueAtMs: 1 });
    expect(await table.get('a')).toEqual({ pk: 'a', lane: 'one', dueAtMs: 1 });
    expect(await table.getMany(['a'])).toHaveLength(1);
  });
});

describe('a transaction in test mode', () => {
  const setUp = useTestMode({ seed: 7, disturb: { conflicts: 0.5 } });

  test('is refused now and then with the reasons DynamoDB gives, and nothing of it is written', async () => {
    const { table, others, mode } = await setUp();
    let conflicts = 0;
    for (let n = 0; n < 20; n += 1) {
      const { status } = await table.transact([{ put: { pk: `a-${n}` } }, { put: { pk: `b-${n}` } }]);
      const [a, b] = [await others.get(`a-${n}`), await others.get(`b-${n}`)];
      expect([a, b].filter((item) => item !== undefined)).toHaveLength(status === 'written' ? 2 : 0);
      conflicts += status === 'conflict' ? 1 : 0;
    }
    expect(conflicts).toBeGreaterThan(0);
    expect(conflicts).toBeLessThan(20);
    expect(mode.counts().conflicts).toBe(conflicts);
  });
});

describe('transactions at the same time in test mode', () => {
  const setUp = useTestMode({ seed: 7, disturb: { conflicts: 0 } });

  test('on one item are refused while one of them is under way, on different items they are not', async () => {
    const { table } = await setUp();
    const outcomes = (keyOf: (n: number) => string) =>
      Promise.all(
        Array.from({ length: 20 }, async (_, n) => {
          const writes = [{ update: keyOf(n), change: { add: { count: 1 } } }, { put: { pk: `own-${n}` } }];
          return (await table.transact(writes)).status;
        }),
      );
    // Whether two are under way together is the machine's to say; in the end they are.
    const together: string[] = [];
    for (let round = 0; round < 50 && !together.includes('conflict'); round += 1)
      together.push(...(await outcomes(() => 'shared')));
    expect(together).toContain('conflict');
    expect(together).toContain('written');
    expect(await outcomes((n) => `apart-${n}`)).toEqual(Array.from({ length: 20 }, () => 'written'));
  });
});
