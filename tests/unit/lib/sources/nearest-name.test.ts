import { expect, test } from '@jest/globals';
import { nearestName } from '../../../../lib/sources/nearest-name.ts';

const known = ['duplicateCheckFields', 'destinations', 'redirect', 'origins', 'from'];

test.each([
  ['redirct', 'redirect'],
  ['orgins', 'origins'],
  ['form', 'from'],
  ['duplicate_check_fields', 'duplicateCheckFields'],
  ['Destination', 'destinations'],
])('%s was meant to be %s', (written, meant) => expect(nearestName(written, known)).toBe(meant));

test.each(['', 'colour', 'x'.repeat(500), '__proto__', '🙂'])('nothing is near %p', (written) => {
  expect(nearestName(written, known)).toBeUndefined();
});
