import { expect, test } from '@jest/globals';
import { getCountries } from 'libphonenumber-js/min';
import { countryCodeOf } from '../../../../../lib/mapping/transforms/country-code.ts';

test.each([
  ['HK', 'HK'],
  ['hkg', 'HK'],
  [' Hong Kong ', 'HK'],
  ['U.K.', 'GB'],
  ['England', 'GB'],
  ['USA', 'US'],
  ['United States of America', 'US'],
  ['The Netherlands', 'NL'],
  ['Korea, Republic of', 'KR'],
  ["Cote d'Ivoire", 'CI'],
  ['Ivory Coast', 'CI'],
  ['St. Lucia', 'LC'],
  ['Bosnia and Herzegovina', 'BA'],
  ['TÜRKIYE', 'TR'],
  ['Turkey', 'TR'],
  ['Viet Nam', 'VN'],
])('%s is %s', (country, code) => expect(countryCodeOf(country)).toBe(code));

test.each(['', ' ', 'Atlantis', 'constructor', '__proto__', '12', 'x'.repeat(200)])(
  'what is no country has no code (%#)',
  (text) => {
    expect(countryCodeOf(text)).toBeUndefined();
  },
);

test('every country that the phone library knows is known by its code and its English name', () => {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const islandsWithoutIsoCode = new Set(['AC', 'TA']);
  for (const code of getCountries().filter((country) => !islandsWithoutIsoCode.has(country)))
    expect([countryCodeOf(code), countryCodeOf(names.of(code) ?? '')]).toEqual([code, code]);
});
