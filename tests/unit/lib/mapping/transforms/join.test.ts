import { expect, test } from '@jest/globals';
import { toJoined } from '../../../../../lib/mapping/transforms/join.ts';

test('filled values stand one after the other with the separator between', () => {
  expect(toJoined(['1 Main Street', 'Flat 2'], ', ')).toEqual({ value: '1 Main Street, Flat 2' });
  expect(toJoined(['1 Main Street'], ', ')).toEqual({ value: '1 Main Street' });
});
