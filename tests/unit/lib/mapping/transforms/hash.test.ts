import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { toHash } from '../../../../../lib/mapping/transforms/hash.ts';

test('spellings of one value have one hash, and it is the published one', () => {
  const value = createHash('sha256').update('tm@example.com').digest('hex');
  expect(toHash(['tm@example.com'])).toEqual({ value });
  expect(toHash([' TM@Example.com '])).toEqual({ value });
});
