import { expect, test } from '@jest/globals';
import { toPicklist } from '../../../../../lib/mapping/transforms/picklist.ts';

const options = { small: 'Small Business', 'Large ': 'Enterprise' };

test.each([
  ['small', 'Small Business'],
  ['SMALL ', 'Small Business'],
  ['large', 'Enterprise'],
  ['enterprise', 'Enterprise'],
])('%s is %s in Zoho', (typed, value) => expect(toPicklist([typed], options)).toEqual({ value }));

test.each(['medium', 'constructor', '__proto__', 'toString'])('%s is no option and left out', (typed) => {
  expect(toPicklist([typed], options)).toEqual({ leftOut: 'unknown_option' });
});
