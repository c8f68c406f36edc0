import { describe, expect, test } from '@jest/globals';
import { createLaggingTable } from '../../../support/faults/lagging-table.ts';
import { createMemoryTable, type MemoryTable } from '../../../support/memory-table.ts';
import { describeTable } from '../../../support/table-contract.ts';

describeTable('the table whose indexes can be behind, when they are not', async () => {
  const others = new Map<string, MemoryTable>();
  const lagging = (name: string) =>
    createLaggingTable(createMemoryTable(name, others), { now: () => 0, lagMs: () => 0 });
  return { records: lagging('records'), tokens: lagging('tokens') };
});

describe('the table whose indexes are behind', () => {
  const setUp = (lags: number[]) => {
    let nowMs = 0;
    const table = createLaggingTable(createMemoryTable(), { now: () => nowMs, lagMs: () => lags.shift() ?? 0 });
    const rows = async (partition: string) => (await table.query({ index: 'work', partition })).rows;
    const at = (ms: number): void => {
      nowMs = ms;
    };
    return { table, rows, at };
  };

  test('shows a row only once the lag is over, while the item itself is there at once', async () => {
    const { table, rows, at } = setUp([2_000]);
    await table.put({ pk: 'a', lane: 'x', dueAtMs: 5 });
    expect(await table.get('a')).toMatchObject({ lane: 'x' });
    at(1_999);
    expect(await rows('x')).toEqual([]);
    at(2_000);
    expect(await rows('x')).toEqual([{ pk: 'a', at: 5 }]);
  });

  test('goes on showing a row whose item has left the index', async () => {
    const { table, rows, at } = setUp([0, 3_000]);
    await table.put({ pk: 'a', lane: 'x', dueAtMs: 5 });
    await table.update('a', { remove: ['lane'] });
    expect(await rows('x')).toHaveLength(1);
    at(3_000);
    expect(await rows('x')).toEqual([]);
  });

  test('never goes back to an older state of an item', async () => {
    const { table, rows, at } = setUp([3_000, 1_000]);
    await table.put({ pk: 'a', lane: 'x', dueAtMs: 5 });
    await table.put({ pk: 'a', lane: 'y', dueAtMs: 6 });
    at(2_000);
    expect([await rows('x'), await rows('y')]).toEqual([[], []]);
    at(3_000);
    expect([await rows('x'), await rows('y')]).toEqual([[], [{ pk: 'a', at: 6 }]]);
  });
});
