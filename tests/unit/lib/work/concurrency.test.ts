import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createConcurrency } from '../../../../lib/work/concurrency.ts';

const MINUTE = 60_000;

/** A receiver that takes `capacity` calls at once, asked in rounds of as many as the lane allows. */
const rounds = (concurrency: ReturnType<typeof createConcurrency>, capacity: number, count: number): number[] => {
  const refusals: number[] = [];
  for (let round = 1; round <= count; round += 1) {
    const startedAtMs = round * 1_000;
    const sent = concurrency.limit();
    const refused = Math.max(0, sent - capacity);
    for (let n = 0; n < refused; n += 1) concurrency.refused(startedAtMs, startedAtMs + 10 + n, sent - n);
    for (let n = refused; n < sent; n += 1) concurrency.passed(startedAtMs + 500);
    refusals.push(refused);
  }
  return refusals;
};

describe('how many calls a receiver takes at once', () => {
  test('is found in the one round in which it refuses some: the rest is what it took', () => {
    const concurrency = createConcurrency({}, 10);
    expect(rounds(concurrency, 5, 4)).toEqual([5, 0, 0, 0]);
    expect(concurrency.limit()).toBe(5);
  });

  test('is found for any receiver and ceiling, and from then on nothing is refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (capacity, ceiling) => {
        const concurrency = createConcurrency({}, ceiling);
        expect(rounds(concurrency, capacity, 5).slice(1)).toEqual([0, 0, 0, 0]);
        expect(concurrency.limit()).toBe(Math.min(capacity, ceiling));
      }),
    );
  });

  test('is what an earlier worker has learned', () => {
    expect(createConcurrency({ concurrency: 4, concurrencyAtMs: 0 }, 10).limit()).toBe(4);
    expect(createConcurrency({ concurrency: 12, concurrencyAtMs: 0 }, 10).limit()).toBe(10);
  });

  test('is not what every call is refused for: then the limit stays as it was', () => {
    const concurrency = createConcurrency({}, 3);
    expect([1, 2, 3].map((n) => concurrency.refused(0, n, 4 - n))).toEqual(['limit', 'limit', 'everything']);
    expect(concurrency.limit()).toBe(3);
    expect(createConcurrency({ concurrency: 1, concurrencyAtMs: 0 }, 3).refused(0, 5, 1)).toBe('everything');
  });

  test('is tried out again half an hour after the last refusal, one call at a time', () => {
    const concurrency = createConcurrency({}, 10);
    concurrency.refused(0, 10, 10);
    expect(concurrency.limit()).toBe(9);
    expect(concurrency.passed(29 * MINUTE)).toBe(false);
    expect(concurrency.passed(31 * MINUTE)).toBe(true);
    expect(concurrency.learned()).toEqual({});
    concurrency.refused(32 * MINUTE, 32 * MINUTE + 10, 10);
    expect(concurrency.learned()).toEqual({ concurrency: 9, concurrencyAtMs: 32 * MINUTE + 10 });
    expect(concurrency.passed(40 * MINUTE)).toBe(false);
  });
});
