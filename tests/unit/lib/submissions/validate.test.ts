import { describe, expect, test } from '@jest/globals';
import { validate } from '../../../../lib/submissions/validate.ts';
import { contactForm } from './contact-form.ts';

const form = contactForm();

describe('required fields', () => {
  test('only the e-mail is required unless the form says otherwise', () => {
    expect(validate(form, { email: 'wing@example.com' })).toEqual([]);
    expect(validate(form, {})).toMatchObject([{ field: 'email', code: 'required' }]);
  });
  test('blanks do not fill a field', () => {
    expect(validate(form, { email: ' \t ' })).toMatchObject([{ field: 'email', code: 'required' }]);
  });
  test('every problem is named at once', () => {
    const strict = contactForm({
      fields: {
        Email: { from: 'email', required: true },
        Company: { from: 'company', required: true },
        Last_Name: { from: 'last_name', required: true },
      },
    });
    expect(
      validate(strict, { email: 'nobody' })
        .map(({ field, code }) => `${field}:${code}`)
        .sort(),
    ).toEqual(['company:required', 'email:invalid_email', 'last_name:required']);
  });
  test('a rule with several form fields is satisfied by any of them', () => {
    const strict = contactForm({ fields: { Email: 'email', Phone: { from: ['phone', 'mobile'], required: true } } });
    expect(validate(strict, { email: 'wing@example.com', mobile: '+1 202 555 0123' })).toEqual([]);
    expect(validate(strict, { email: 'wing@example.com' })).toMatchObject([{ field: 'phone', code: 'required' }]);
  });
  test('a form may do without an e-mail when it says so', () => {
    expect(validate(contactForm({ fields: { Email: { from: 'email', required: false } } }), {})).toEqual([]);
  });
});

describe('e-mail', () => {
  test.each([
    ['wing@example.com'],
    [' wing@example.com\n'],
    ["o'neil+tag@sub.example.com"],
    ['名前@example.com'],
    [`${'a'.repeat(242)}@example.com`],
  ])('accepts %j', (email) => {
    expect(validate(form, { email })).toEqual([]);
  });
  test.each([
    ['wing'],
    ['@'],
    ['wing@'],
    ['@example.com'],
    ['a@b@example.com'],
    ['a b@example.com'],
    ['a,b@example.com'],
    ['<a@example.com>'],
    ['a\u0000@example.com'],
    ['a@example.com\r\nBcc: b@example.com'],
    ['a\u0085@example.com'],
    ['a\u202emoc.elpmaxe@example.com'],
    ['\u2066a@example.com'],
    ['caf\ufffd@example.com'],
    [`${'a'.repeat(243)}@example.com`],
  ])('refuses %j', (email) => {
    expect(validate(form, { email })).toMatchObject([{ field: 'email', code: 'invalid_email' }]);
  });
  test('a refusal never repeats what was typed', () => {
    expect(JSON.stringify(validate(form, { email: 'wing.chan at example.com' }))).not.toMatch(/wing|example/);
  });
  test.each([[['wing@example.com']], [['a@example.com', 'b@example.com']], [[]]])(
    'must be one text, not a list',
    (email) => {
      expect(validate(form, { email })).toMatchObject([{ field: 'email', code: 'not_one_text' }]);
    },
  );
});
