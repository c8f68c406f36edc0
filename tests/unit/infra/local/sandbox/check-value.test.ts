import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkValue, decimalText, isPhone } from '../../../../../infra/local/sandbox/crm/check-value.ts';
import { type DataType, field } from '../../../../../infra/local/sandbox/crm/field.ts';

const check = (type: DataType, raw: unknown, length = 40) => checkValue(field('F', 'F', type, length), raw);
const expected = (type: string) => ({ status: 'wrong', details: { expected_data_type: type } });
const tooLong = (length: number) => ({ status: 'wrong', details: { maximum_length: length } });

describe('values that are taken', () => {
  test.each<[DataType, unknown]>([
    ['text', 'Chan'],
    ['text', ' '],
    ['textarea', 'two\nlines'],
    ['picklist', 'not on any list'],
    ['email', 'tai.man+ads@mail.example.com'],
    ['phone', '+852 5123 4567'],
    ['website', 'www.example.com/a?b=c'],
    ['website', 'https://example.com'],
    ['integer', -12],
    ['bigint', '123456789012345678'],
    ['currency', 1234.5],
    ['currency', 0],
    ['currency', 0.000000001],
    ['double', -3],
    ['boolean', false],
    ['date', '2024-02-29'],
    ['datetime', '2026-11-21T09:30:00+08:00'],
    ['datetime', '2026-11-21T09:30:00Z'],
    ['multiselectpicklist', ['Solar Panels', 'something new']],
    ['tags', [{ name: 'vip' }]],
  ])('%s %j stays as it is', (type, raw) => expect(check(type, raw)).toEqual({ status: 'fine', value: raw }));

  test.each<DataType>(['text', 'integer', 'currency', 'boolean', 'date', 'multiselectpicklist', 'lookup'])(
    'null and "" clear a field of type %s',
    (type) => {
      expect(check(type, null)).toEqual({ status: 'fine', value: null });
      expect(check(type, '')).toEqual({ status: 'fine', value: null });
    },
  );

  test('a multi-select value counts once', () =>
    expect(check('multiselectpicklist', ['a', 'b', 'a'])).toEqual({ status: 'fine', value: ['a', 'b'] }));
});

describe('values of the wrong type', () => {
  test.each<[DataType, unknown, string]>([
    ['text', 5, 'text'],
    ['text', ['a'], 'text'],
    ['picklist', true, 'text'],
    ['email', 'nobody', 'email'],
    ['email', 'a b@example.com', 'email'],
    ['email', 'a@@example.com', 'email'],
    ['email', 'a@example', 'email'],
    ['phone', 'call me?', 'phone'],
    ['phone', 85251234567, 'phone'],
    ['website', 'nothing', 'website'],
    ['integer', '5', 'integer'],
    ['integer', 5.5, 'integer'],
    ['bigint', 5, 'bigint'],
    ['currency', '1000', 'double'],
    ['double', '1.5', 'double'],
    ['boolean', 'true', 'boolean'],
    ['boolean', 1, 'boolean'],
    ['date', '21/11/2026', 'date'],
    ['date', '2026-02-29', 'date'],
    ['date', '2026-13-01', 'date'],
    ['datetime', '2025-08-16T16:26:04.240Z', 'datetime'],
    ['datetime', '2025-08-16T16:26:04', 'datetime'],
    ['datetime', '2025-08-16T25:26:04+08:00', 'datetime'],
    ['multiselectpicklist', 'Solar Panels;Batteries', 'jsonarray'],
    ['multiselectpicklist', [1], 'jsonarray'],
    ['tags', ['vip'], 'jsonarray'],
    ['lookup', '5725767000000524001', 'jsonobject'],
    ['ownerlookup', { id: 5 }, 'jsonobject'],
  ])('%s %j is refused', (type, raw, name) => expect(check(type, raw)).toEqual(expected(name)));
});

describe('values that are too long', () => {
  test('nothing is cut', () => {
    expect(check('text', 'x'.repeat(80), 80).status).toBe('fine');
    expect(check('text', 'x'.repeat(81), 80)).toEqual(tooLong(80));
    expect(check('email', `${'x'.repeat(90)}@example.com`, 100)).toEqual(tooLong(100));
    expect(check('phone', '1'.repeat(31), 30)).toEqual(tooLong(30));
  });

  test('numbers have digits before the point, and nine after it', () => {
    expect(check('integer', 999_999_999, 9).status).toBe('fine');
    expect(check('integer', 1_000_000_000, 9)).toEqual(tooLong(9));
    expect(check('currency', 1e15, 16).status).toBe('fine');
    expect(check('currency', 1e16, 16)).toEqual(tooLong(16));
    expect(check('currency', 1e-10, 16)).toEqual(tooLong(16));
  });
});

describe('phone numbers', () => {
  test.each([
    '+85251234567',
    '+852 5123-4567',
    '(202) 555-0143',
    '+1 (202) 555.0143',
    '1-800-FLOWERS',
    '5123 4567',
    '+(852)51234567',
  ])('%s is taken', (text) => expect(isPhone(text)).toBe(true));
  test.each([
    '',
    '+',
    '++852',
    '5123/4567',
    '5123..4567',
    '-5123',
    '5123-',
    '(5123',
    '5123)',
    '((5123))',
    '()5123',
    '5123 ☎',
    'a@example.com',
    '5123\n4567',
  ])('%j is refused', (text) => expect(isPhone(text)).toBe(false));
});

test('a number as text has no exponent and the same value', () => {
  expect(decimalText(1e21)).toBe('1000000000000000000000');
  expect(decimalText(-1.5e-7)).toBe('-0.00000015');
  expect(decimalText(1000)).toBe('1000');
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = decimalText(value);
      expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(text)).toBe(value === 0 ? 0 : value);
    }),
  );
});
