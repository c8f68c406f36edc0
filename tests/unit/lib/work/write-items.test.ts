import { beforeEach, describe, expect, test } from '@jest/globals';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import { equals } from '../../../../lib/platform/table.ts';
import { type ItemWrite, MOST_SINGLES, writeItems } from '../../../../lib/work/write-items.ts';
import { createMemoryTable, type MemoryTable } from '../../../support/memory-table.ts';

const options = { sleep: async () => undefined, random: () => 0.5 };
const FEW = 3;
const MANY = MOST_SINGLES + 1;
let table: MemoryTable;
beforeEach(() => {
  table = createMemoryTable();
});

/** That many items, and a write to each that asks for the state it has. */
const writesTo = async (count: number): Promise<ItemWrite[]> => {
  const pks = Array.from({ length: count }, (_, n) => `item#${n}`);
  for (const pk of pks) await table.put({ pk, state: 'pending' });
  return pks.map((pk) => ({ update: pk, change: { set: { state: 'sending' } }, if: equals('state', 'pending') }));
};
const statesOf = () => table.items().map(({ state }) => state);
const throttled = new PlatformError('table.throttled', 'not now');

test('the writes of a small call are single ones, those of a large call one transaction', async () => {
  await writeItems(table, await writesTo(MOST_SINGLES), options);
  expect(table.counts).toMatchObject({ update: MOST_SINGLES, transact: 0 });
  table = createMemoryTable();
  await writeItems(table, await writesTo(MANY), options);
  expect(table.counts).toMatchObject({ update: 0, transact: 1 });
});

describe.each([
  ['a small call', FEW],
  ['a large call', MANY],
])('in %s', (_, count) => {
  test('what somebody else has touched is left out, and everything else is written', async () => {
    const writes = await writesTo(count);
    await table.put({ pk: 'item#1', state: 'rejected' });
    const outcomes = await writeItems(table, writes, options);
    expect(outcomes.map(({ status }) => status)).toEqual(
      writes.map((_one, index) => (index === 1 ? 'refused' : 'written')),
    );
    expect(outcomes[1]).toMatchObject({ item: { state: 'rejected' } });
    expect(new Set(statesOf())).toEqual(new Set(['sending', 'rejected']));
  });

  test('a table that is throttled for a moment costs nothing but the moment', async () => {
    const writes = await writesTo(count);
    const { update, transact } = table;
    let failures = 2;
    const failing =
      <In extends unknown[], Out>(operation: (...given: In) => Promise<Out>) =>
      async (...given: In): Promise<Out> => {
        failures -= 1;
        if (failures >= 0) throw throttled;
        return operation(...given);
      };
    table.update = failing(update);
    table.transact = failing(transact);
    const outcomes = await writeItems(table, writes, options);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['written']));
    expect(new Set(statesOf())).toEqual(new Set(['sending']));
  });

  test('an item that takes no write keeps none of the others from theirs', async () => {
    const writes = await writesTo(count);
    const { update } = table;
    table.update = async (pk, ...rest) => {
      if (pk === 'item#1') throw throttled;
      return update(pk, ...rest);
    };
    table.transact = async () => ({ status: 'conflict' });
    const outcomes = await writeItems(table, writes, options);
    expect(outcomes[1]).toEqual({ status: 'failed', error: throttled });
    expect(outcomes.filter(({ status }) => status === 'written')).toHaveLength(count - 1);
  });
});

test('what is no fault of the table’s is not hidden by repeating it', async () => {
  const writes = await writesTo(FEW);
  table.update = async () => {
    throw new TypeError('a mistake of ours');
  };
  await expect(writeItems(table, writes, options)).rejects.toThrow('a mistake of ours');
});
