import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import { isZohoPhone } from '../zoho-phone.ts';
import type { Transformed } from '../zoho-value.ts';
import { countryCodeOf } from './country-code.ts';

const phoneCountry = (country: string | undefined): CountryCode | undefined => {
  const code = country === undefined ? undefined : countryCodeOf(country);
  return code !== undefined && isSupportedCountry(code) ? code : undefined;
};

const valid = (text: string, country: CountryCode | undefined): PhoneNumber | undefined => {
  const options = { extract: false, ...(country === undefined ? {} : { defaultCountry: country }) };
  const number = parsePhoneNumberFromString(text, options);
  if (number?.isValid()) return number;
  // `00` is the way abroad from most countries; the library knows it only of the country it is told.
  return /^00[1-9]/.test(text) ? valid(text.replace('00', '+'), country) : undefined;
};

/** E.164, and the extension behind it, which is no part of E.164 but of the way to the person. */
const written = (number: PhoneNumber): string => {
  const extended = number.ext === undefined ? number.number : `${number.number} x${number.ext}`;
  return isZohoPhone(extended) ? extended : number.number;
};

/**
 * A number that is valid in the lead's country, or written with its country code: E.164. Another one as it was typed,
 * if Zoho's phone type takes it: a person can still make sense of it. Else left out, never the lead with it.
 * @param country ISO code or English name, as the form sent it
 */
export const toPhone = ([typed = '']: readonly string[], country?: string): Transformed => {
  const text = typed.trim().replace(/^tel:/i, '').replace(/\s+/gu, ' ');
  const number = valid(text, phoneCountry(country));
  if (number !== undefined) return { value: written(number) };
  return isZohoPhone(text) ? { value: text } : { leftOut: 'not_a_phone' };
};
