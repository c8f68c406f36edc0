import { expect, test } from '@jest/globals';
import { toLower } from '../../../../../lib/mapping/transforms/lower.ts';

test.each([
  ['ABC', 'abc'],
  ['ÄÖÜ', 'äöü'],
  ['陳大文', '陳大文'],
])('%s in lower case is %s', (typed, value) => expect(toLower([typed])).toEqual({ value }));
