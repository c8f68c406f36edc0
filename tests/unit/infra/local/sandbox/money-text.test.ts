import { expect, test } from '@jest/globals';
import { readMoney } from '../../../../../infra/local/sandbox/screen/money-text.ts';

test.each<[string, number | null]>([
  ['', null],
  [' 1000 ', 1000],
  ['1,234,567.89', 1234567.89],
  ['0', 0],
  ['-5.5', -5.5],
])('%j is read as %s', (typed, value) => expect(readMoney(typed)).toEqual({ status: 'read', value }));

test.each(['abc', '1.2.3', '12,34', '1e3', 'HK$ 5', '.5'])('%j is not read', (typed) =>
  expect(readMoney(typed)).toEqual({ status: 'unreadable' }),
);
