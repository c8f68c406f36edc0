import { expect, test } from '@jest/globals';
import { chunk } from '../../../../lib/leads/chunk.ts';

test('a hundred and one records are two calls, in their order', () => {
  const records = Array.from({ length: 101 }, (_, index) => index);
  const chunks = chunk(records);
  expect(chunks.map(({ length }) => length)).toEqual([100, 1]);
  expect(chunks.flat()).toEqual(records);
});

test('nothing is no call', () => {
  expect(chunk([])).toEqual([]);
});

test.each([0, -1, 1.5, Number.NaN])('a size of %s is refused instead of going on for ever', (max) => {
  expect(() => chunk([1, 2, 3], max)).toThrow(RangeError);
});
