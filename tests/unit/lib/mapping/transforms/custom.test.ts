import { expect, test } from '@jest/globals';
import { customTransforms } from '../../../../../lib/mapping/transforms/custom.ts';

const { given_names, family_name } = customTransforms;

test.each([
  ['Tai Man Chan', 'Tai Man', 'Chan'],
  ['  Tai   Man\u00a0Chan ', 'Tai Man', 'Chan'],
  ['Chan', undefined, 'Chan'],
])('the whole name "%s" is parted', (typed, given, family) => {
  expect([given_names([typed]), family_name([typed])]).toEqual([given, family]);
});
