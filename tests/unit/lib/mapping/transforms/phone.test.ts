import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toPhone } from '../../../../../lib/mapping/transforms/phone.ts';
import { isZohoPhone } from '../../../../../lib/mapping/zoho-phone.ts';

describe('a number that can be dialled becomes E.164', () => {
  test.each([
    ['(202) 555-0123', 'US'],
    ['202.555.0123', 'USA'],
    ['202 555 0123', 'United States'],
    ['+1 202 555 0123', 'Hong Kong'],
    ['001 202 555 0123', undefined],
    ['00 1 202 555 0123', 'Germany'],
    ['tel:+1-202-555-0123', undefined],
    ['２０２５５５０１２３', 'us'],
    ['12025550123', 'us'],
  ])('%s in %s', (typed, country) => {
    expect(toPhone([typed], country)).toEqual({ value: '+12025550123' });
  });

  test.each(['HK', 'hkg', 'Hong Kong', 'hong kong sar', 'Hong Kong SAR China'])(
    'by the country given as %s',
    (country) => {
      expect(toPhone(['5123 4567'], country)).toEqual({ value: '+85251234567' });
    },
  );

  test('an extension is kept behind it', () => {
    expect(toPhone(['+1 202 555 0123 ext. 45'])).toEqual({ value: '+12025550123 x45' });
  });
});

describe('a number that cannot be dialled', () => {
  test.each([
    ['12345', 'HK', '12345'],
    ['5123 4567', undefined, '5123 4567'],
    ['5123 4567', 'Atlantis', '5123 4567'],
    ['(852) 5123-45', 'HK', '(852) 5123-45'],
    ['5123   4567', undefined, '5123 4567'],
  ])('is sent as typed if Zoho takes it: %s in %s', (typed, country, value) => {
    expect(toPhone([typed], country)).toEqual({ value });
  });

  test.each(['call me!', '++852', '123/45', '1'.repeat(31), '電話'])('is left out if Zoho does not (%#)', (typed) => {
    expect(toPhone([typed], 'HK')).toEqual({ leftOut: 'not_a_phone' });
  });
});

const typedPhone = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[+0-9() .x-]{1,40}$/));

test('whatever was typed, what is sent has the form that Zoho takes, and mapping it again changes nothing', () => {
  fc.assert(
    fc.property(typedPhone, fc.option(fc.constantFrom('HK', 'US', 'Germany', '')), (typed, country) => {
      const outcome = toPhone([typed], country ?? undefined);
      if ('leftOut' in outcome) return;
      expect(isZohoPhone(String(outcome.value))).toBe(true);
      expect(toPhone([String(outcome.value)], country ?? undefined)).toEqual(outcome);
    }),
    { numRuns: 500 },
  );
});
