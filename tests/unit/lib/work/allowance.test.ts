import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { goesOnAtMs, levelOf, remainingOf, type Spending, spend } from '../../../../lib/work/allowance.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const budget = { perDay: 1_000, keep: 20 };
const nothing: Spending = { hours: {} };
const START = 1_000 * HOUR;

describe('what a receiver still lets a client spend', () => {
  test('is what the receiver says, brought up to date with what was spent since', () => {
    const told = spend(nothing, { cost: 10, remaining: 400 }, START);
    expect(remainingOf(told, budget, START)).toBe(400);
    expect(remainingOf(spend(told, { cost: 7 }, START + MINUTE), budget, START + MINUTE)).toBe(393);
  });

  test('is counted where the receiver says nothing', () => {
    const own = spend(spend(nothing, { cost: 100 }, START), { cost: 50 }, START + 2 * HOUR);
    expect(remainingOf(own, budget, START + 2 * HOUR)).toBe(850);
  });

  test('is counted, too, once the receiver says nothing any more', () => {
    const told = spend(nothing, { cost: 10, remaining: 5 }, START);
    const silent = spend(told, { cost: 1, remaining: 'untold' }, START + HOUR);
    expect(remainingOf(silent, budget, START + HOUR)).toBe(989);
  });

  test('comes back hour by hour: what was spent a day ago counts no more', () => {
    const own = spend(spend(nothing, { cost: 100 }, START), { cost: 50 }, START + 2 * HOUR);
    expect(remainingOf(own, budget, START + 24 * HOUR)).toBe(950);
    expect(remainingOf(own, budget, START + 26 * HOUR)).toBe(1_000);
  });

  test('is not believed for longer than a day', () => {
    const told = spend(nothing, { cost: 10, remaining: 5 }, START);
    expect(levelOf(told, budget, START + 23 * HOUR)).toBe('spent');
    expect(levelOf(told, budget, START + 25 * HOUR)).toBe('ample');
  });

  test.each([
    [1_000, 'ample'],
    [251, 'ample'],
    [250, 'low'],
    [101, 'low'],
    [100, 'scarce'],
    [21, 'scarce'],
    [20, 'spent'],
    [0, 'spent'],
  ])('with %i of 1,000 left it is %s', (remaining, level) => {
    expect(levelOf(spend(nothing, { cost: 1, remaining }, START), budget, START)).toBe(level);
  });

  test('is asked for again after a quarter of an hour, or when the oldest hour of one’s own leaves the day', () => {
    const atHalf = START + HOUR / 2;
    expect(goesOnAtMs(nothing, atHalf)).toBe(atHalf + 15 * MINUTE);
    const early = spend(nothing, { cost: 900 }, START);
    expect(goesOnAtMs(early, START + 24 * HOUR - 5 * MINUTE)).toBe(START + 24 * HOUR);
  });

  test('remembers a day and no more, however often something is spent', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * HOUR }), fc.integer({ min: 1, max: 10 }))),
        (steps) => {
          let nowMs = START;
          let spending = nothing;
          const all: Array<[number, number]> = [];
          for (const [waitMs, cost] of steps) {
            nowMs += waitMs;
            spending = spend(spending, { cost }, nowMs);
            all.push([nowMs, cost]);
          }
          expect(Object.keys(spending.hours).length).toBeLessThanOrEqual(24);
          const hours = Math.floor(nowMs / HOUR);
          const inWindow = all
            .filter(([at]) => hours - Math.floor(at / HOUR) < 24)
            .reduce((sum, [, cost]) => sum + cost, 0);
          expect(remainingOf(spending, { perDay: 1e9, keep: 0 }, nowMs)).toBe(1e9 - inWindow);
        },
      ),
    );
  });
});
