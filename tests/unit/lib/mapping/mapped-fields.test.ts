import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { emailFieldsOf, mappedFormFields } from '../../../../lib/mapping/mapped-fields.ts';

describe('the mapped form fields', () => {
  test('are all that can change the record, each once', () => {
    const fields = {
      First_Name: 'name',
      Last_Name: { from: 'name', default: { emailName: 'login' } },
      Phone: { from: ['phone', 'mobile'], transform: { phone: { country: 'land' } } },
      Company: { from: 'company', default: ['x'] },
    };
    expect(mappedFormFields({ fields })).toEqual(['name', 'login', 'phone', 'mobile', 'land', 'company']);
  });
});

describe('the e-mail fields', () => {
  test('are what Email is mapped from, with or without a transform', () => {
    expect(
      emailFieldsOf({ fields: { Email: 'mail', Secondary_Email: { from: 'other', transform: 'email' } } }),
    ).toEqual(['mail']);
    expect(emailFieldsOf({ fields: { Email: { from: ['work', 'home'] } } })).toEqual(['work', 'home']);
  });

  test('are those of any e-mail transform where there is no Email field', () => {
    expect(
      emailFieldsOf({ fields: { Deal_Name: 'title', Contact_Mail: { from: 'mail', transform: 'email' } } }),
    ).toEqual(['mail']);
    expect(emailFieldsOf({ fields: { Deal_Name: 'title' } })).toEqual([]);
  });
});

test('asking for them loads no library of the transforms', () => {
  const root = resolve(import.meta.dirname, '../../../../lib/mapping');
  const imported = (file: string): string[] =>
    [...readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)]
      .map(([, specifier = '']) => specifier)
      .flatMap((specifier) => (specifier.startsWith('.') ? imported(resolve(dirname(file), specifier)) : [specifier]));
  expect(new Set(imported(resolve(root, 'mapped-fields.ts')))).toEqual(new Set(['zod/mini']));
  expect(imported(resolve(root, 'to-zoho-record.ts'))).toContain('libphonenumber-js/min'); // the walk does find it
});
