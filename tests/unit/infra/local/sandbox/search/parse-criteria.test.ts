import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCriteria } from '../../../../../../infra/local/sandbox/crm/search/parse-criteria.ts';

const one = (text: string) => {
  const parsed = parseCriteria(text);
  return parsed?.kind === 'criterion' ? parsed.criterion : undefined;
};

describe('a criterion', () => {
  test.each<[string, string, string, string[]]>([
    ['(Email:equals:a@b.com)', 'Email', 'equals', ['a@b.com']],
    ['Email:equals:a@b.com', 'Email', 'equals', ['a@b.com']],
    ['((Last_Name:starts_with:M))', 'Last_Name', 'starts_with', ['M']],
    ['(Last_Name:equals:Burns\\,B)', 'Last_Name', 'equals', ['Burns,B']],
    ['(Company:equals:ABC \\(HK\\))', 'Company', 'equals', ['ABC (HK)']],
    ['(Last_Name:equals:K\\\\)', 'Last_Name', 'equals', ['K\\']],
    ['(Full_Name:in:Patricia,Boyle,Kate)', 'Full_Name', 'in', ['Patricia', 'Boyle', 'Kate']],
    [
      '(Created_Time:between:2026-11-21T09:30:00+08:00,2026-11-22T09:30:00+08:00)',
      'Created_Time',
      'between',
      ['2026-11-21T09:30:00+08:00', '2026-11-22T09:30:00+08:00'],
    ],
    ['(Website:equals:https://example.com)', 'Website', 'equals', ['https://example.com']],
    ['( Email : equals : )', 'Email', 'equals', ['']],
  ])('%s', (text, fieldName, operator, values) => expect(one(text)).toEqual({ fieldName, operator, values }));
});

test('criteria are joined by and/or, from left to right', () => {
  const shape = (text: string) => JSON.parse(JSON.stringify(parseCriteria(text) ?? null));
  const leaf = (fieldName: string) => ({
    kind: 'criterion',
    criterion: { fieldName, operator: 'equals', values: ['1'] },
  });
  const [a, b, c] = [leaf('A'), leaf('B'), leaf('C')];
  expect(shape('((A:equals:1)and(B:equals:1))')).toEqual({ kind: 'and', left: a, right: b });
  expect(shape('((A:equals:1) OR (B:equals:1) and (C:equals:1))')).toEqual({
    kind: 'and',
    left: { kind: 'or', left: a, right: b },
    right: c,
  });
  expect(shape('((A:equals:1)or((B:equals:1)and(C:equals:1)))')).toEqual({
    kind: 'or',
    left: a,
    right: { kind: 'and', left: b, right: c },
  });
});

test.each([
  '',
  '()',
  'Email',
  'Email:equals',
  '(Email:equals:a',
  'Email:equals:a)',
  '(Email:equals:a)(City:equals:b)',
  '((Email:equals:a)xor(City:equals:b))',
  '((Email:equals:a)and)',
  '(and(Email:equals:a))',
  '(Company:equals:ABC (HK))',
  `${'('.repeat(60)}Email:equals:a${')'.repeat(60)}`,
])('%j is none', (text) => expect(parseCriteria(text)).toBeUndefined());

describe('whatever is sent', () => {
  test('is read or refused', () => {
    const piece = fc.oneof(fc.constantFrom('(', ')', ':', ',', '\\', 'and', 'or', 'A:equals:', ' '), fc.string());
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(['object', 'undefined']).toContain(typeof parseCriteria(pieces.join('')));
      }),
    );
  });

  test('a value with its signs escaped comes out as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = text.replace(/[,()\\]/g, '\\$&');
        expect(one(`(Last_Name:equals:${escaped})`)?.values).toEqual([text.trim()]);
      }),
    );
  });
});
