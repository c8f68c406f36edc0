import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toNumber } from '../../../../../lib/mapping/transforms/number.ts';

test.each([
  ['42', 42],
  ['+42', 42],
  ['-1.50', -1.5],
  ['0', 0],
  ['-0', 0],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['007', 7],
  ['0.000000001', 1e-9],
  ['9007199254740991', 9007199254740991],
])('%s is sent as the number it is', (typed, value) => expect(toNumber([typed])).toEqual({ value }));

test.each(['1,000', '1.000,5', 'HK$ 5', 'ten', '', 'NaN', 'Infinity', '0x10', '1 000', '1e', '1e999'])(
  'what could mean something else is not guessed (%s)',
  (typed) => expect(toNumber([typed])).toEqual({ leftOut: 'not_a_number' }),
);

test.each(['9007199254740993', '12345678901234567', '0.1234567891', '1234567890.123456789', '1e99'])(
  'digits that would be lost are not sent (%s)',
  (typed) => expect(toNumber([typed])).toEqual({ leftOut: 'not_exact' }),
);

test('every amount of money is written in JSON with exactly its digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
      const outcome = toNumber([`${whole}.${String(cents).padStart(2, '0')}`]);
      const sent = JSON.stringify('value' in outcome ? outcome.value : undefined);
      const [sentWhole, sentCents = ''] = sent.split('.');
      expect([sentWhole, sentCents.padEnd(2, '0')]).toEqual([String(whole), String(cents).padStart(2, '0')]);
    }),
  );
});
