import type { Field } from './field.ts';

/** A stored value. Lookups keep the id and the name they showed when they were written. */
export type Lookup = { id: string; name: string | null; email?: string | undefined };
export type Cell = string | number | boolean | null | string[] | Lookup | Array<{ name: string }>;

/** `details` are those of Zoho's INVALID_DATA. */
export type ValueCheck = { status: 'fine'; value: Cell } | { status: 'wrong'; details: Record<string, unknown> };

const fine = (value: Cell): ValueCheck => ({ status: 'fine', value });
const expected = (type: string): ValueCheck => ({ status: 'wrong', details: { expected_data_type: type } });
const tooLong = (length: number): ValueCheck => ({ status: 'wrong', details: { maximum_length: length } });

/** null and "" both clear a field, whatever its type. */
export const isEmpty = (raw: unknown): boolean => raw === null || raw === undefined || raw === '';

/** Judges one value against its field ("Insert Records", "Field types"). Nothing is converted and nothing is cut. */
export const checkValue = (field: Field, raw: unknown): ValueCheck => {
  if (isEmpty(raw)) return fine(null);
  switch (field.type) {
    case 'text':
    case 'textarea':
    case 'picklist':
      return checkText(field, raw, 'text', () => true);
    case 'email':
      return checkText(field, raw, 'email', isEmail);
    case 'phone':
      return checkText(field, raw, 'phone', isPhone);
    case 'website':
      return checkText(field, raw, 'website', isWebsite);
    case 'date':
      return typeof raw === 'string' && isDate(raw) ? fine(raw) : expected('date');
    case 'datetime':
      return typeof raw === 'string' && isDateTime(raw) ? fine(raw) : expected('datetime');
    case 'boolean':
      return typeof raw === 'boolean' ? fine(raw) : expected('boolean');
    case 'integer':
      return typeof raw === 'number' && Number.isInteger(raw) ? checkDigits(field, raw) : expected('integer');
    case 'bigint':
      return typeof raw === 'string' && /^-?\d+$/.test(raw)
        ? checkText(field, raw, 'bigint', () => true)
        : expected('bigint');
    case 'currency':
    case 'double':
      return typeof raw === 'number' ? checkDigits(field, raw) : expected('double');
    case 'multiselectpicklist':
      return Array.isArray(raw) && raw.every((item) => typeof item === 'string')
        ? fine(raw.length === 0 ? null : [...new Set(raw)])
        : expected('jsonarray');
    case 'tags':
      return Array.isArray(raw) && raw.every(hasName) ? fine(raw.map(({ name }) => ({ name }))) : expected('jsonarray');
    case 'lookup':
    case 'ownerlookup':
      return hasId(raw) ? fine({ id: raw.id, name: null }) : expected('jsonobject');
  }
};

const checkText = (field: Field, raw: unknown, type: string, isOne: (text: string) => boolean): ValueCheck => {
  if (typeof raw !== 'string') return expected(type);
  if (raw.length > field.length) return tooLong(field.length);
  return isOne(raw) ? fine(raw) : expected(type);
};

const MAX_DECIMALS = 9;

const checkDigits = (field: Field, raw: number): ValueCheck => {
  const [whole = '', decimals = ''] = decimalText(Math.abs(raw)).split('.');
  return whole.length > field.length || decimals.length > MAX_DECIMALS ? tooLong(field.length) : fine(raw);
};

/** A JSON number in plain digits, never with an exponent: `1e-7` is 0.0000001. */
export const decimalText = (value: number): string => {
  const text = String(value);
  const [, sign = '', whole = '', fraction = '', exponent] = /^(-?)(\d+)\.?(\d*)(?:e([+-]\d+))?$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  return shift < 0
    ? `${sign}0.${'0'.repeat(-shift - whole.length)}${whole}${fraction}`
    : `${sign}${whole}${fraction.padEnd(shift, '0')}`;
};

const isEmail = (text: string): boolean =>
  /^[^\s@<>,;:"()[\]\\]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i.test(text);

/**
 * An optional leading +, then digits and letters in groups separated by space . - or parentheses. Whatever else has to
 * hold for a number that can be dialled is not asked.
 */
export const isPhone = (text: string): boolean => {
  const number = text.startsWith('+') ? text.slice(1) : text;
  if (!/^[0-9a-z .()-]+$/i.test(number)) return false;
  if (!/^[0-9a-z(]/i.test(number) || !/[0-9a-z)]$/i.test(number)) return false;
  if (/[.-]{2}|\(\s*\)/.test(number)) return false;
  const parentheses = number.replace(/[^()]/g, '');
  return parentheses.replaceAll('()', '') === '';
};

const isWebsite = (text: string): boolean => /^(?:https?:\/\/)?[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#]\S*)?$/i.test(text);

const isDate = (text: string): boolean => {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return year !== '' && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
};

/** `yyyy-MM-ddTHH:mm:ss±HH:mm`. A fraction of a second, as `toISOString` writes it, is refused. */
const isDateTime = (text: string): boolean => {
  const [, date = '', hour = '', minute = '', second = ''] =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  return isDate(date) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
};

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);
const hasId = (raw: unknown): raw is { id: string } =>
  isObject(raw) && typeof raw.id === 'string' && /^\d{1,19}$/.test(raw.id);
const hasName = (raw: unknown): raw is { name: string } =>
  isObject(raw) && typeof raw.name === 'string' && raw.name !== '';
