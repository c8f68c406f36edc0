import { beforeAll, describe, expect, test } from '@jest/globals';
import { above, absent, allOf, anyOf, below, equals, exists, type Table } from '../../lib/platform/table.ts';

/** What every implementation of the table port must do, the small fake of the unit tests included. */
export const describeTable = (title: string, create: () => Promise<{ records: Table; tokens: Table }>): void => {
  describe(title, () => {
    let records: Table;
    let tokens: Table;
    let count = 0;
    const key = () => {
      count += 1;
      return `item#${count}`;
    };
    beforeAll(async () => ({ records, tokens } = await create()));

    test('an item comes back as it was put, undefined attributes left out', async () => {
      const pk = key();
      const item = {
        pk,
        text: 'é𝄞',
        empty: '',
        whole: 9_007_199_254_740_991,
        yes: true,
        list: ['a', 1],
        map: { inner: { deep: 'x' } },
      };
      await records.put({ ...item, nothing: undefined, map: { ...item.map, nothing: undefined } });
      expect(await records.get(pk)).toEqual(item);
    });

    test('an unknown key is undefined', async () => {
      expect(await records.get('item#none')).toBeUndefined();
    });

    test('a put with a failed condition writes nothing and says what stands there', async () => {
      const pk = key();
      expect(await records.put({ pk, value: 1 }, absent('pk'))).toEqual({ status: 'written' });
      expect(await records.put({ pk, value: 2 }, absent('pk'))).toEqual({ status: 'refused', item: { pk, value: 1 } });
      expect(await records.get(pk)).toEqual({ pk, value: 1 });
    });

    test('a condition on an item that is not there is refused without one', async () => {
      expect(await records.update(key(), { set: { a: 1 } }, exists('pk'))).toEqual({ status: 'refused' });
    });

    test('an update sets, adds and removes, and makes the item when there is none', async () => {
      const pk = key();
      await records.update(pk, { set: { a: 1, b: 'x', skipped: undefined }, add: { n: 2 } });
      await records.update(pk, { set: { a: 2 }, add: { n: 3 }, remove: ['b', 'never_there'] });
      expect(await records.get(pk)).toEqual({ pk, a: 2, n: 5 });
    });

    test('names that are reserved words are fine', async () => {
      const pk = key();
      await records.update(pk, { set: { name: 'n', status: 's', state: 'open', size: 1 } });
      expect(await records.update(pk, { remove: ['name'] }, equals('status', 's'))).toEqual({ status: 'written' });
    });

    test.each([
      ['equals a text', equals('text', 'a'), true],
      ['equals another text', equals('text', 'b'), false],
      ['a text does not equal a number', equals('number', '5'), false],
      ['exists', exists('text'), true],
      ['absent', absent('text'), false],
      ['below a greater number', below('number', 6), true],
      ['below the same number', below('number', 5), false],
      ['above a smaller number', above('number', 4), true],
      ['an absent attribute is not below anything', below('none', 10), false],
      ['any of one that holds', anyOf(absent('text'), equals('number', 5)), true],
      ['all of one that does not', allOf(exists('text'), equals('number', 4)), false],
      ['one part alone', allOf(anyOf(equals('number', 5))), true],
      ['nested', allOf(exists('pk'), anyOf(absent('number'), below('number', 6))), true],
    ])('condition: %s', async (_, condition, holds) => {
      const pk = key();
      await records.put({ pk, text: 'a', number: 5 });
      expect((await records.update(pk, { set: { touched: true } }, condition)).status).toBe(
        holds ? 'written' : 'refused',
      );
    });

    test('many keys are read at once, missing ones left out, repeats once', async () => {
      const pks = Array.from({ length: 130 }, key);
      for (const pk of pks) await records.put({ pk });
      const found = await records.getMany([...pks, ...pks.slice(0, 5), 'item#none']);
      expect(found.map(({ pk }) => pk).sort()).toEqual([...pks].sort());
      expect(await records.getMany([])).toEqual([]);
    });

    test('a transaction writes all or nothing, over two tables', async () => {
      const [first, second, third] = [key(), key(), key()];
      await records.put({ pk: first, value: 1 });
      const refused = await records.transact([
        { update: first, change: { set: { value: 2 } }, if: equals('value', 1) },
        { put: { pk: second }, if: exists('pk') },
      ]);
      expect(refused).toEqual({ status: 'refused', failed: [undefined, {}] });
      expect(await records.get(first)).toEqual({ pk: first, value: 1 });
      const written = await records.transact([
        { update: first, change: { set: { value: 2 } }, if: equals('value', 1) },
        { put: { pk: second, here: true } },
        { table: tokens.name, put: { pk: third, there: true }, if: absent('pk') },
        { check: 'item#none', if: absent('pk') },
      ]);
      expect(written).toEqual({ status: 'written' });
      expect(await tokens.get(third)).toEqual({ pk: third, there: true });
      const standing = await records.transact([{ delete: second }, { check: first, if: equals('value', 9) }]);
      expect(standing).toEqual({ status: 'refused', failed: [undefined, { item: { pk: first, value: 2 } }] });
    });

    test('of 20 concurrent conditional writes one wins', async () => {
      const pk = key();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, owner) => records.put({ pk, owner }, absent('pk'))),
      );
      expect(outcomes.filter(({ status }) => status === 'written')).toHaveLength(1);
    });

    test('an index is sparse, ordered, bounded and paged', async () => {
      const lane = `zoho#${key()}`;
      const pks = Array.from({ length: 7 }, key);
      for (const [index, pk] of pks.entries()) await records.put({ pk, lane, dueAtMs: 1_000 + index });
      await records.put({ pk: key(), dueAtMs: 1_003 });
      expect(await records.query({ index: 'work', partition: lane, from: 1_002, to: 1_004 })).toEqual({
        rows: [
          { pk: pks[2], at: 1_002 },
          { pk: pks[3], at: 1_003 },
          { pk: pks[4], at: 1_004 },
        ],
      });
      const first = await records.query({ index: 'work', partition: lane, limit: 5 });
      expect(first.rows).toHaveLength(5);
      const second = await records.query({ index: 'work', partition: lane, limit: 5, cursor: String(first.next) });
      expect(second.rows.map(({ pk }) => pk)).toEqual(pks.slice(5));
      const newest = await records.query({ index: 'work', partition: lane, limit: 1, newestFirst: true });
      expect(newest.rows).toEqual([{ pk: pks[6], at: 1_006 }]);
    });

    test('an item without the lane attribute leaves the index', async () => {
      const [lane, pk] = [`zoho#${key()}`, key()];
      await records.put({ pk, lane, dueAtMs: 1 });
      await records.update(pk, { remove: ['lane', 'dueAtMs'] });
      expect((await records.query({ index: 'work', partition: lane })).rows).toEqual([]);
    });
  });
};
