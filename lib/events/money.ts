import Big from 'big.js';
import type { AmountFormat } from '../sources/webhook-settings.ts';
import { minorUnitOf } from './currency-minor-unit.ts';

/** Why an amount was not taken. A number is read exactly as the declared format writes it, or not at all. */
export const amountProblems = [
  /** No number: no digits, several numbers, an exponent, other signs. */
  'not_a_number',
  /** Separators that the declared format does not put there. */
  'wrong_format',
  /** Letters or signs at the number that are no currency, and may change its size: `k`, `M`, `lakh`, `%`. */
  'unknown_unit',
  /** Conversion values cannot be negative; a refund is no tracking event. */
  'negative',
  /** More than 20 integer digits or 9 decimals, as written or once converted. */
  'too_many_digits',
] as const;
export type AmountProblem = (typeof amountProblems)[number];

/** `value`: decimal text without grouping, its decimals as they came. */
export type ParsedAmount = { status: 'amount'; value: string } | { status: 'refused'; problem: AmountProblem };

const refused = (problem: AmountProblem): ParsedAmount => ({ status: 'refused', problem });

const MAX_INTEGER_DIGITS = 20;
const MAX_DECIMALS = 9;

type Separators = { group: ',' | '.' | ' ' | undefined; decimal: ',' | '.' };
const separators: Record<AmountFormat, Separators> = {
  '1,234.50': { group: ',', decimal: '.' },
  '1.234,50': { group: '.', decimal: ',' },
  '1 234,50': { group: ' ', decimal: ',' },
  '1234.50': { group: undefined, decimal: '.' },
};

/** Groups of three, or India's: a last group of three behind groups of two. */
const GROUPED = /^(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})$/;

/** A currency in front of a number, and the dot some of them end with (`HK$`, `Rs.`, `USD`). */
const BEFORE = /^(?<currency>[\p{L}\p{Sc}/]{1,5})(?<dot>\.?) ?(?<number>(?=[\d(+-]).*)$/u;
/** The same behind it, where letters may as well multiply. */
const BEHIND = /^(?<number>.*?[\d)-]) ?(?<unit>[\p{L}\p{Sc}%‰]{1,10})\.?$/u;

const ISO_CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** What people write that is neither an ISO 4217 code nor a bare currency sign. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  'hk$ us$ nt$ nz$ mx$ a$ c$ s$ r$ kr kč zł ft lei rs rm rp fr din kn лв руб р грн 元 円 圓 원 บาท bs gs cfa fcfa ksh tsh ush tk'.split(
    ' ',
  ),
);
/** In front of a number they are currencies; behind it `k`, `k$` and `L` would be thousands and lakhs. */
const ONLY_BEFORE = /^(k|l|q|r|s\/|br|le|sh|\p{L}{1,2}\p{Sc})$/iu;

const isCurrency = (text: string): boolean =>
  /^\p{Sc}$/u.test(text) || ISO_CODES.has(text.toUpperCase()) || ABBREVIATIONS.has(text.toLowerCase());

/** Blanks of every width as one kind, minus and plus as ASCII; marks that only steer writing direction are dropped. */
const plain = (text: string): string =>
  text
    .replace(/[\u200b\u200e\u200f\u061c\u2066-\u2069\ufeff]/g, '')
    .replace(/\p{Z}+|\s+/gu, ' ')
    .replace(/[\u2212\u2012\u2013\ufe63\uff0d]/g, '-')
    .trim();

type Signed = { number: string; isNegative: boolean };

/** `-5`, `5-` and the bookkeeper's `(5)`. */
const withoutSign = (text: string): Signed => {
  const [, inner] = /^\((.*)\)$/.exec(text) ?? [];
  if (inner !== undefined) return { number: inner.trim(), isNegative: true };
  const [, before = '', number = '', behind = ''] = /^([+-]?) ?(.*?)(-?)$/.exec(text) ?? [];
  return { number, isNegative: before === '-' || behind === '-' };
};

/** Takes the currency off either end; undefined when what stands there is none. */
const withoutCurrency = (text: string, { decimal }: Separators): string | undefined => {
  const { currency, dot = '', number: rest = text } = BEFORE.exec(text)?.groups ?? {};
  if (currency !== undefined && !isCurrency(currency) && !ONLY_BEFORE.test(currency)) return undefined;
  // `Rs.50` could be fifty rupees or half a one; only a decimal mark further on tells.
  if (dot !== '' && decimal === '.' && text[`${currency}.`.length] !== ' ' && !rest.includes('.')) return text;
  const { number, unit } = BEHIND.exec(rest)?.groups ?? {};
  if (number === undefined || unit === undefined) return rest;
  return isCurrency(unit) ? number : undefined;
};

const readInteger = (text: string, group: Separators['group']): string | undefined => {
  if (/^\d+$/.test(text)) return text;
  if (group === undefined) return undefined;
  const grouped = text.replaceAll(group, ',');
  // A comma that is not the group mark must not pass for one.
  return (group === ',' || !text.includes(',')) && GROUPED.test(grouped) ? grouped.replaceAll(',', '') : undefined;
};

const withoutLeadingZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, '');

/**
 * Reads one amount as the source's declared format writes it: `HK$ 1,000.00` as `1,234.50` gives `1000.00`.
 * Currency signs, codes and blanks are taken off; everything that could be read two ways is refused.
 */
export const parseAmount = (text: string, format: AmountFormat): ParsedAmount => {
  const marks = separators[format];
  const signedFirst = withoutSign(plain(text));
  const bare = withoutCurrency(signedFirst.number, marks);
  if (bare === undefined) return refused('unknown_unit');
  const { number, isNegative } = withoutSign(bare);
  if (!/^[\d., ]+$/.test(number) || !/\d/.test(number)) return refused('not_a_number');
  const [whole = '', decimals, ...more] = number.split(marks.decimal);
  const integer = readInteger(whole, marks.group);
  if (integer === undefined || more.length > 0 || (decimals !== undefined && !/^\d+$/.test(decimals)))
    return refused('wrong_format');
  if (isNegative || signedFirst.isNegative) return refused('negative');
  const digits = withoutLeadingZeros(integer);
  if (digits.length > MAX_INTEGER_DIGITS || (decimals?.length ?? 0) > MAX_DECIMALS) return refused('too_many_digits');
  return { status: 'amount', value: decimals === undefined ? digits : `${digits}.${decimals}` };
};

/**
 * `value` × `exchangeRate`, exactly, then rounded half up once to the currency's minor unit.
 * @param value and `exchangeRate`: decimal texts, not negative
 */
export const convertAmount = (value: string, exchangeRate: string, currency: string): ParsedAmount => {
  const converted = new Big(value).times(exchangeRate).toFixed(minorUnitOf(currency), Big.roundHalfUp);
  const [integer = ''] = converted.split('.');
  return integer.length > MAX_INTEGER_DIGITS ? refused('too_many_digits') : { status: 'amount', value: converted };
};
