import { describe, expect, jest, test } from '@jest/globals';
import { fault, laneBench } from './lane-bench.ts';

describe('a lane whose receiver hangs', () => {
  test('with every call hanging and the next one at hand, the worker hardly reads its waiting leads', async () => {
    const { add, run, answer, clock, table, calls } = await laneBench();
    for (let n = 0; n < 1_000; n += 1) await add(`s${n}`);
    const query = jest.spyOn(table, 'query');
    let looks: number | undefined;
    answer(async () => {
      await clock.sleep(15_000);
      looks ??= query.mock.calls.length;
      await clock.sleep(4_000);
      return fault({ code: 'timeout', maybeSent: true });
    });
    await run();

    expect(calls.slice(0, 8).every(({ ids }) => ids.length === 100)).toBe(true);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(6);
  });

  test('who comes while a call hangs that leaves a place free goes out as soon as ever', async () => {
    const { add, run, answer, delivered, clock, calls } = await laneBench();
    await add('hangs');
    answer(async () => {
      await clock.sleep(15_000);
      return fault({ code: 'timeout', maybeSent: true });
    }, delivered);
    void clock.sleep(5_000).then(() => add('late'));
    const startedAtMs = clock.now();
    await run();

    const late = calls.find(({ ids }) => ids.includes('late'));
    expect(late?.ids).toEqual(['late']);
    expect((late?.atMs ?? Infinity) - startedAtMs).toBeLessThanOrEqual(5_600);
  });
});
