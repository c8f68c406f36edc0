import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Cell } from '../../../../../infra/local/sandbox/crm/check-value.ts';
import { criterionTest, type Operator } from '../../../../../infra/local/sandbox/crm/criterion-test.ts';
import { type DataType, field } from '../../../../../infra/local/sandbox/crm/field.ts';

const judge = (type: DataType, value: Cell, operator: Operator, ...values: string[]) => {
  const record = { id: '5725767000000524001', createdAtMs: 0, modifiedAtMs: 0, converted: false, values: { F: value } };
  const judged = criterionTest(field('F', 'F', type, 100), { operator, values });
  return judged.status === 'fine' ? judged.holds(record) : judged.reason;
};

test.each<[DataType, Cell, Operator, string[], boolean]>([
  ['text', 'Chan', '=', ['chan'], true],
  ['text', 'Chan', '=', ['cha'], false],
  ['text', 'Chan', '!=', ['chan'], false],
  ['text', null, '!=', ['chan'], true],
  ['text', null, '=', [''], false],
  ['text', 'b', 'in', ['a', 'B'], true],
  ['text', null, 'in', ['a'], false],
  ['text', 'b', 'not in', ['a', 'B'], false],
  ['text', null, 'is null', [], true],
  ['text', 'a', 'is null', [], false],
  ['text', 'a', 'is not null', [], true],
  ['text', 'Chan Tai Man', 'like', ['chan%'], true],
  ['text', 'Chan Tai Man', 'like', ['%man'], true],
  ['text', 'Chan Tai Man', 'like', ['%tai%'], true],
  ['text', 'Chan Tai Man', 'like', ['c%t%n'], true],
  ['text', 'Chan Tai Man', 'like', ['tai'], false],
  ['text', 'aba', 'like', ['ab%ba'], false],
  ['text', 'a.c', 'like', ['a_c'], false],
  ['text', 'Chan', 'not like', ['x%'], true],
  ['text', null, 'like', ['%'], false],
  ['email', 'a@b.com', '=', ['A@B.COM'], true],
  ['picklist', 'Contacted', '=', ['Contacted'], true],
  ['multiselectpicklist', ['A', 'B'], '=', ['a;b'], true],
  ['multiselectpicklist', [], 'is null', [], true],
  ['integer', 9, '<', ['10'], true],
  ['currency', 1000, '>=', ['1000.00'], true],
  ['currency', 0, 'is null', [], false],
  ['double', -2.5, 'between', ['-3', '-2'], true],
  ['double', -2.5, 'not between', ['-3', '-2'], false],
  ['double', null, '>', ['1'], false],
  ['boolean', true, '=', ['TRUE'], true],
  ['date', '2026-11-21', '<=', ['2026-11-21'], true],
  ['datetime', '2026-11-21T09:30:00+08:00', '=', ['2026-11-21T01:30:00+00:00'], true],
  ['datetime', '2026-11-21T09:30:00+08:00', '>', ['2026-11-21T01:29:59Z'], true],
  ['bigint', '9007199254740993', '=', ['9007199254740993'], true],
  ['bigint', '9007199254740993', '=', ['9007199254740992'], false],
  ['lookup', { id: '5725767000000524157', name: null }, '=', ['5725767000000524157'], true],
])('a %s of %j %s %j: %s', (type, value, operator, values, holds) =>
  expect(judge(type, value, operator, ...values)).toBe(holds),
);

describe('what cannot be asked', () => {
  test.each<[DataType, Operator]>([
    ['text', '>'],
    ['email', 'between'],
    ['integer', 'like'],
    ['boolean', '>'],
    ['boolean', 'in'],
    ['datetime', 'not like'],
  ])('a %s with %s', (type, operator) => expect(judge(type, null, operator, '1', '2')).toBe('invalid operator found'));

  test.each<[DataType, string]>([
    ['integer', 'many'],
    ['integer', ''],
    ['boolean', '1'],
    ['date', '21.11.2026'],
    ['datetime', '2026-11-21'],
    ['datetime', '2026-11-21T09:30:00.000Z'],
    ['datetime', '2026-13-41T09:30:00Z'],
    ['bigint', 'x'],
    ['lookup', '5.5'],
  ])('a %s for %j', (type, value) =>
    expect(judge(type, null, '=', value)).toBe('value given seems to be invalid for the column'),
  );
});

test('a text is like any pattern made from it by putting % for parts of it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.boolean())), (parts) => {
      const text = parts.map(([part]) => part.toLowerCase()).join('');
      const pattern = parts.map(([part, isHidden]) => (isHidden ? '%' : part.toLowerCase())).join('');
      if (text !== '') expect(judge('text', text, 'like', pattern.replaceAll(/%+/g, '%'))).toBe(true);
    }),
  );
});
