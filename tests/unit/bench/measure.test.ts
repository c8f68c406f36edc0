import { expect, test } from '@jest/globals';
import { interleave } from '../../bench/measure/interleave.ts';
import { quantile, summarize, summaryText } from '../../bench/measure/statistics.ts';

test('every contender is measured once a round, and each goes first in turn', async () => {
  const order: string[] = [];
  const values = await interleave(['a', 'b', 'c'], 3, async (name, round) => {
    order.push(name);
    return `${name}${round}`;
  });
  expect(order.join('')).toBe('abcbcacab');
  expect([...values]).toEqual([
    ['a', ['a0', 'a1', 'a2']],
    ['b', ['b0', 'b1', 'b2']],
    ['c', ['c0', 'c1', 'c2']],
  ]);
});

test('the median lies in the middle, the spread between the quartiles', () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, count: 5 });
  expect(summarize([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75, count: 2 });
  expect(summaryText(summarize([5, 1, 4, 2, 3]))).toBe('3.0 (2.0–4.0)');
});

test('quantiles leave the values as they were, and of nothing there is none', () => {
  const values = [3, 1, 2];
  expect(quantile(values, 1)).toBe(3);
  expect(values).toEqual([3, 1, 2]);
  expect(quantile([], 0.5)).toBeNaN();
});
