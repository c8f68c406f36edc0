import { expect, test } from '@jest/globals';
import { toEmail } from '../../../../../lib/mapping/transforms/email.ts';

test('an address is sent in lower case, as Zoho compares it', () => {
  expect(toEmail([' Tai.Man@Example.COM '])).toEqual({ value: 'tai.man@example.com' });
});

test.each([
  'tm',
  '@example.com',
  'tm@',
  'a b@example.com',
  'a@b@example.com',
  'tm@example.com,x@example.com',
  '<tm@example.com>',
  'tm@\u0000example.com',
])('what is no address is left out (%#)', (typed) => expect(toEmail([typed])).toEqual({ leftOut: 'not_an_email' }));
