import { describe, expect, test } from '@jest/globals';
import { createProcess, type Doom, type Fate } from '../../../support/faults/simulated-process.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const setUp = (blows: Record<string, Fate>) => {
  const clock = createVirtualClock();
  const passed: string[] = [];
  const memory = createMemoryTable();
  let deaths = 0;
  const doom: Doom = (point) => {
    passed.push(point);
    return blows[point] ?? 'lives';
  };
  const process = createProcess({
    name: 'f',
    clock,
    doom,
    onDeath: () => {
      deaths += 1;
    },
  });
  return { clock, passed, memory, process, table: process.ports.table('records', memory), deaths: () => deaths };
};

/** Whether the promise has settled once all that can run has run. */
const settles = async (promise: Promise<unknown>): Promise<boolean> => {
  let isOver = false;
  void promise.then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  return isOver;
};

describe('a process that can be struck', () => {
  test('killed before a write, it leaves nothing', async () => {
    const { table, memory, deaths } = setUp({ 'f records.put submission before': 'dies' });
    expect(await settles(table.put({ pk: 'submission#1' }))).toBe(false);
    expect([memory.items(), deaths()]).toEqual([[], 1]);
  });

  test('killed after a write, it has written and never knows', async () => {
    const { table, memory } = setUp({ 'f records.put submission after': 'dies' });
    expect(await settles(table.put({ pk: 'submission#1' }))).toBe(false);
    expect(memory.items()).toHaveLength(1);
  });

  test('dead, it does nothing more, whatever part of it was about to', async () => {
    const { process, table, memory, passed } = setUp({});
    process.die();
    expect(await settles(table.put({ pk: 'submission#2' }))).toBe(false);
    expect(await settles(process.ports.sleep(0))).toBe(false);
    expect([memory.items(), passed]).toEqual([[], []]);
  });

  test('frozen, all of it stands still while time goes on', async () => {
    const { clock, process, table } = setUp({ 'f records.get lane before': { frozenMs: 40_000 } });
    const startedAtMs = clock.now();
    const [slept, read] = [process.ports.sleep(1_000), table.get('lane#x')];
    await clock.run(slept);
    expect(clock.now() - startedAtMs).toBe(40_000);
    await clock.run(read);
    expect(process.isFrozen()).toBe(false);
  });

  test('its points are named by function, port, what it is about, and phase', async () => {
    const { table, passed } = setUp({});
    await table.transact([
      { put: { pk: 'status#1' } },
      { put: { pk: 'event#1' } },
      { check: 'event#2', if: { allOf: [] } },
    ]);
    await table.getMany([]);
    expect(passed).toEqual(['f records.transact event+status before', 'f records.transact event+status after']);
  });
});
