import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkValue } from '../../../../infra/local/sandbox/crm/check-value.ts';
import { leadsFields } from '../../../../infra/local/sandbox/crm/leads-fields.ts';
import { type MappingForm, toZohoRecord } from '../../../../lib/mapping/to-zoho-record.ts';
import { type Form, formSchema } from '../../../../lib/sources/form.ts';
import { readSourceFile } from '../../../../lib/sources/read-source-file.ts';

const demoForm = (): Form => {
  const read = readSourceFile(readFileSync(resolve(import.meta.dirname, '../../../../infra/sources/demo.yml'), 'utf8'));
  const form = 'source' in read ? read.source.forms.contact : undefined;
  if (form === undefined) throw new Error('the demo file has no contact form');
  return form;
};
const demo = demoForm();

const person = { first_name: 'Tai Man', last_name: 'Chan', email: 'tm@example.com', country: 'Hong Kong' };
const recordOf = (form: MappingForm, fields: Record<string, unknown>) => {
  const outcome = toZohoRecord(form, fields);
  if ('refused' in outcome) throw new Error(`refused: ${outcome.refused.code}`);
  return outcome.record;
};
const one = (rule: MappingForm['fields'][string], fields: Record<string, unknown>, more: Partial<MappingForm> = {}) =>
  toZohoRecord({ fields: { Field: rule, Other: 'other' }, ...more }, { other: 'x', ...fields });

describe('the demo form', () => {
  test('becomes the lead that a salesperson sees', () => {
    const fields = {
      ...person,
      phone: '5123 4567',
      productinterest: ['Solar Panels', 'Batteries'],
      message: 'Hello',
      cdp_id: 'v-81',
      gclid: 'Cj0K',
    };
    expect(toZohoRecord(demo, { ...fields, unmapped: 'kept elsewhere' })).toEqual({
      record: {
        First_Name: 'Tai Man',
        Last_Name: 'Chan',
        Email: 'tm@example.com',
        Phone: '+85251234567',
        Country: 'Hong Kong',
        Description: 'Hello',
        Product_Interest: ['Solar Panels', 'Batteries'],
        CDP_ID: 'v-81',
        Google_Click_Id: 'Cj0K',
        Lead_Source: 'Web Site',
      },
      warnings: [],
    });
  });

  test('has no key for what was left empty', () => {
    const record = recordOf(demo, { ...person, phone: '', productinterest: [], company: '  ', message: null });
    expect(Object.keys(record).sort()).toEqual(['Country', 'Email', 'First_Name', 'Last_Name', 'Lead_Source']);
  });

  test('keeps the lead of a phone number that cannot be dialled', () => {
    const outcome = toZohoRecord(demo, { ...person, phone: 'call me!' });
    expect(outcome).toMatchObject({
      record: { Last_Name: 'Chan' },
      warnings: [{ field: 'Phone', code: 'not_a_phone' }],
    });
    expect(JSON.stringify(outcome)).not.toContain('call me');
  });

  test('takes the last name from the e-mail address when there is none, at most 80 characters of it', () => {
    expect(recordOf(demo, { email: 'tm@example.com' }).Last_Name).toBe('tm');
    expect(recordOf(demo, { email: `${'x'.repeat(85)}@ex.com` }).Last_Name).toBe('x'.repeat(80));
    expect(recordOf(demo, { email: 'tm@example.com', last_name: 'Chan' }).Last_Name).toBe('Chan');
  });

  test('sends each click id to a field of its own', () => {
    const clicks = { gclid: 'a', gbraid: 'b', wbraid: 'c', fbclid: 'd', ttclid: 'e', msclkid: 'f', li_fat_id: 'g' };
    expect(recordOf(demo, { ...person, ...clicks })).toMatchObject({
      Google_Click_Id: 'a',
      Gbraid: 'b',
      Wbraid: 'c',
      Facebook_Click_Id: 'd',
      TikTok_Click_Id: 'e',
      Microsoft_Click_Id: 'f',
      LinkedIn_Click_Id: 'g',
    });
  });
});

describe('rules', () => {
  test('a form as the file writes it and the parsed form give the same record', () => {
    const written = { fields: { Last_Name: 'name', Email: { from: 'email', transform: 'email' as const } } };
    const fields = { name: 'Chan', email: 'TM@example.com' };
    expect(toZohoRecord(written, fields)).toEqual(toZohoRecord(formSchema.parse(written), fields));
    expect(toZohoRecord(written, fields)).toEqual({
      record: { Last_Name: 'Chan', Email: 'tm@example.com' },
      warnings: [],
    });
  });

  test.each([
    ['the first filled field wins', { from: ['a', 'b', 'c'] }, { a: ' ', b: 'two', c: 'three' }, 'two'],
    [
      'joined fields stand together',
      { from: ['a', 'b', 'c'], transform: { join: ' / ' } },
      { a: 'one', c: 'three' },
      'one / three',
    ],
    ['a default stands in for nothing', { from: 'a', default: 'none' }, {}, 'none'],
    ['a default of zero is a value', { from: 'a', default: 0 }, {}, 0],
    ['a default of false is a value', { from: 'a', default: false }, { a: '' }, false],
    ['a default does not replace a value', { from: 'a', default: 'none' }, { a: 'some' }, 'some'],
    [
      'a declared date format is read',
      { from: 'a', transform: { date: 'dd/mm/yyyy' } },
      { a: '21/11/2026' },
      '2026-11-21',
    ],
    [
      'a zone is applied',
      { from: 'a', transform: { datetime: { timeZone: 'Asia/Hong_Kong' } } },
      { a: '2026-11-21T17:30' },
      '2026-11-21T09:30:00+00:00',
    ],
    ['a picklist is mapped', { from: 'a', transform: { picklist: { s: 'Small' } } }, { a: 'S' }, 'Small'],
    ['a custom transform runs', { from: 'a', transform: { custom: 'family_name' } }, { a: 'Tai Man Chan' }, 'Chan'],
    ['a number is a number', { from: 'a', transform: 'number' }, { a: 5 }, 5],
    ['a boolean is a boolean', { from: 'a', transform: 'boolean' }, { a: 'on' }, true],
    ['a number in a text field is text', 'a', { a: 5 }, '5'],
    ['a list of one is a list', { from: 'a', transform: 'multiselect' }, { a: ['Solar, roof'] }, ['Solar, roof']],
  ] as Array<[string, MappingForm['fields'][string], Record<string, unknown>, unknown]>)(
    '%s',
    (_, rule, fields, value) => {
      expect(one(rule, fields)).toEqual({ record: { Field: value, Other: 'x' }, warnings: [] });
    },
  );

  test('a value that cannot be used is left out with a warning, and no default takes its place', () => {
    expect(one({ from: 'a', transform: 'number', default: 0 }, { a: 'ten' })).toEqual({
      record: { Other: 'x' },
      warnings: [{ field: 'Field', code: 'not_a_number' }],
    });
  });

  test('constants stand in every record', () => {
    expect(one('a', {}, { constants: { Lead_Source: 'Web Site', Score: 0, Tags: ['a'] } })).toMatchObject({
      record: { Other: 'x', Lead_Source: 'Web Site', Score: 0, Tags: ['a'] },
    });
  });

  test('a layout is sent as an id', () => {
    expect(one('a', {}, { layout: '5725767000000091055' })).toMatchObject({
      record: { Layout: { id: '5725767000000091055' } },
    });
  });

  test('appended lists are named, and only those that are sent', () => {
    const rule = { from: 'a', transform: 'multiselect' as const, append: true };
    expect(one(rule, { a: 'Solar' })).toMatchObject({ record: { Field: ['Solar'], $append_values: { Field: true } } });
    expect(one(rule, { a: '' })).toEqual({ record: { Other: 'x' }, warnings: [] });
  });

  test('an over-long name is cut, and the submission says so without repeating it', () => {
    expect(toZohoRecord({ fields: { Last_Name: 'name' } }, { name: 'x'.repeat(100) })).toEqual({
      record: { Last_Name: 'x'.repeat(80) },
      warnings: [{ field: 'Last_Name', code: 'shortened', limit: 80 }],
    });
  });
});

describe('refused', () => {
  test.each([
    ['nothing at all', {}],
    ['blanks', { email: ' ', last_name: '' }],
    ['unmapped fields only', { other: 'x' }],
  ])('%s makes no record, constants or not', (_, fields) => {
    expect(toZohoRecord(demo, fields)).toEqual({ refused: { code: 'empty_record' } });
    expect(toZohoRecord({ fields: { Last_Name: 'name' }, constants: { Lead_Source: 'Web' } }, fields)).toEqual({
      refused: { code: 'empty_record' },
    });
  });

  test('what the form requires and nobody filled in is named', () => {
    expect(toZohoRecord(demo, { last_name: 'Chan' })).toEqual({
      refused: { code: 'missing_required', fields: ['Email'] },
    });
  });

  test('a required value that Zoho would not take is named', () => {
    expect(toZohoRecord(demo, { ...person, email: `${'x'.repeat(100)}@example.com` })).toEqual({
      refused: { code: 'unusable_required', fields: ['Email'] },
    });
  });

  test('a required phone number that cannot be used was given all the same', () => {
    const rule = { from: 'phone', transform: 'phone' as const, required: true };
    expect(one(rule, { phone: 'call me!' })).toEqual({
      record: { Other: 'x' },
      warnings: [{ field: 'Field', code: 'not_a_phone' }],
    });
    expect(one(rule, { phone: '' })).toEqual({ refused: { code: 'missing_required', fields: ['Field'] } });
  });
});

describe('names from the prototype', () => {
  test('are fields like any other', () => {
    const form: MappingForm = { fields: { Last_Name: 'constructor', First_Name: '__proto__', Company: 'toString' } };
    expect(toZohoRecord(form, {})).toEqual({ refused: { code: 'empty_record' } });
    const sent = JSON.parse('{"constructor":"Chan","__proto__":"Tai Man"}');
    expect(toZohoRecord(form, sent)).toEqual({ record: { Last_Name: 'Chan', First_Name: 'Tai Man' }, warnings: [] });
    expect(({} as Record<string, unknown>).Last_Name).toBeUndefined();
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('', ' ', '[]', '[null]', ';', '\ud800', '0'),
);
const anyValue = fc.oneof(
  anyText,
  fc.array(anyText, { maxLength: 4 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.object(),
);
const formFields = [
  'first_name',
  'last_name',
  'phone',
  'mobile',
  'company',
  'country',
  'message',
  'productinterest',
  'cdp_id',
  'gclid',
  'a',
  'b',
];
const anyFields = fc.dictionary(fc.constantFrom(...formFields, 'constructor', '__proto__'), anyValue, { maxKeys: 14 });
const rules: MappingForm['fields'] = Object.fromEntries(
  ['trim', 'lower', 'upper', 'email', 'phone', 'number', 'boolean', 'date', 'datetime', 'multiselect', 'hash'].map(
    (name) => [
      `T_${name}`,
      {
        from: ['a', 'b'],
        transform: name,
        ...(name === 'multiselect' ? { append: true } : {}),
      } as MappingForm['fields'][string],
    ],
  ),
);
const everything: MappingForm = {
  ...demo,
  fields: {
    ...demo.fields,
    ...rules,
    Joined: { from: ['a', 'b', 'message'], transform: { join: ';' } },
    Picked: { from: 'a', transform: { picklist: { x: 'X' } } },
    Custom: { from: 'a', transform: { custom: 'given_names' } },
  },
};

const says = (value: unknown): boolean => {
  if (value === null || value === undefined || value === '') return false;
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || (Object.keys(value).length > 0 && Object.values(value).every(says));
};

describe('whatever a form sends', () => {
  const withEmail = anyFields.map((fields) => ({ ...fields, email: 'tm@example.com' }));

  test('no key of the record is null, empty or undefined', () => {
    fc.assert(
      fc.property(withEmail, (fields) => {
        const record = recordOf(everything, fields);
        expect(Object.entries(record).filter(([, value]) => !says(value))).toEqual([]);
        expect(JSON.parse(JSON.stringify(record))).toEqual(record);
      }),
      { numRuns: 400 },
    );
  });

  test('the order of the fields makes no difference, nor does a second time', () => {
    fc.assert(
      fc.property(withEmail, (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        const first = toZohoRecord(everything, fields);
        expect(toZohoRecord(everything, reversed)).toEqual(first);
        expect(toZohoRecord(everything, fields)).toEqual(first);
      }),
    );
  });

  test('the CRM takes every value of the demo form', () => {
    const byName = new Map(leadsFields.map((field) => [field.apiName, field]));
    // Fields of the client's own have no limit that we know of; a short one is fair.
    const short = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.array(anyText, { maxLength: 2 }));
    fc.assert(
      fc.property(withEmail, short, (fields, text) => {
        const record = recordOf(demo, { ...fields, cdp_id: 'v-81', gclid: 'Cj0K', phone: text });
        const refused = Object.entries(record).filter(([name, value]) => {
          const field = byName.get(name);
          return field === undefined || checkValue(field, value).status === 'wrong';
        });
        expect(refused).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('nothing is thrown, and no warning repeats a value', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const outcome = toZohoRecord(everything, fields);
        const warnings = 'record' in outcome ? outcome.warnings : [];
        for (const warning of warnings)
          expect(Object.keys(warning).filter((key) => !['field', 'code', 'limit'].includes(key))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
