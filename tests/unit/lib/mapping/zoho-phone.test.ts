import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPhone } from '../../../../infra/local/sandbox/crm/check-value.ts';
import { isZohoPhone } from '../../../../lib/mapping/zoho-phone.ts';

test.each(['+85251234567', '(852) 5123-4567', '852(5123)4567', '1 800 FLOWERS', '5', '+1', '202.555.0123'])(
  'Zoho takes %s',
  (text) => {
    expect(isZohoPhone(text)).toBe(true);
  },
);

test.each(['', '+', '()', '12-', '-12', '1--2', '1  2', '1/2', '1+2', '(12', '１２', '1'.repeat(31), 'a\n1'])(
  'Zoho does not take %p',
  (text) => {
    expect(isZohoPhone(text)).toBe(false);
  },
);

test('what passes here passes the CRM as well', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[+0-9a ().-]{0,12}$/), (text) => {
      fc.pre(isZohoPhone(text));
      expect(isPhone(text)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
