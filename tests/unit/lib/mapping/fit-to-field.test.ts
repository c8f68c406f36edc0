import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leadsFields } from '../../../../infra/local/sandbox/crm/leads-fields.ts';
import { fieldLimit } from '../../../../lib/mapping/field-limits.ts';
import { cut, fitToField } from '../../../../lib/mapping/fit-to-field.ts';

describe('text longer than its field', () => {
  test('is cut to what the field takes, and said so', () => {
    expect(fitToField('x'.repeat(81), fieldLimit('Leads', 'Last_Name'))).toEqual({
      value: 'x'.repeat(80),
      warning: { code: 'shortened', limit: 80 },
    });
    expect(fitToField('x'.repeat(80), fieldLimit('Leads', 'Last_Name'))).toEqual({ value: 'x'.repeat(80) });
  });

  test('is left out where a part means something else', () => {
    expect(fitToField(`${'x'.repeat(100)}@example.com`, fieldLimit('Leads', 'Email'))).toEqual({
      warning: { code: 'too_long', limit: 100 },
    });
  });

  test('is never cut through the middle of a character', () => {
    expect(cut(`${'x'.repeat(79)}😀`, 80)).toBe('x'.repeat(79));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, max) =>
        cut(text.toWellFormed(), max).isWellFormed(),
      ),
    );
  });

  test('is sent as it is to a field whose limit is not known', () => {
    expect(fitToField('x'.repeat(5000), fieldLimit('Leads', 'My_Field'))).toEqual({ value: 'x'.repeat(5000) });
    expect(fieldLimit('Widgets', 'Last_Name')).toBeUndefined();
    expect(fieldLimit('constructor', 'name')).toBeUndefined();
    expect(fieldLimit('Leads', 'toString')).toBeUndefined();
  });
});

test('a phone field gets nothing that would make Zoho refuse the lead', () => {
  expect(fitToField('call me!', fieldLimit('Leads', 'Mobile'))).toEqual({ warning: { code: 'not_a_phone' } });
  expect(fitToField('5123 4567', fieldLimit('Leads', 'Mobile'))).toEqual({ value: '5123 4567' });
});

test('the limits are those that the CRM states of its own fields', () => {
  const stated = leadsFields.flatMap(({ apiName, length }) => {
    const limit = fieldLimit('Leads', apiName);
    return limit === undefined || apiName === 'First_Visited_URL' || apiName === 'Referrer'
      ? []
      : [[apiName, limit.max, length]];
  });
  expect(stated.length).toBeGreaterThan(20);
  for (const [field, max, length] of stated) expect([field, max]).toEqual([field, length]);
});
