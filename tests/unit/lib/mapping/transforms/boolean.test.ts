import { expect, test } from '@jest/globals';
import { toBoolean } from '../../../../../lib/mapping/transforms/boolean.ts';

test.each(['true', 'on', 'Yes', '1', 'TRUE', 'checked'])('%s is true', (typed) => {
  expect(toBoolean([typed])).toEqual({ value: true });
});

test.each(['false', 'off', 'No', '0'])('%s is false', (typed) => expect(toBoolean([typed])).toEqual({ value: false }));

test('a ticked box overrides the hidden "no" before it', () => {
  expect(toBoolean(['0', '1'])).toEqual({ value: true });
});

test('anything else is left out', () => expect(toBoolean(['maybe'])).toEqual({ leftOut: 'not_a_boolean' }));
