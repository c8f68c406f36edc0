import { expect, test } from '@jest/globals';
import { toUpper } from '../../../../../lib/mapping/transforms/upper.ts';

test.each([
  ['abc', 'ABC'],
  ['i', 'I'], // in every locale, Turkish included
  ['straße', 'STRASSE'],
])('%s in capitals is %s', (typed, value) => expect(toUpper([typed])).toEqual({ value }));
