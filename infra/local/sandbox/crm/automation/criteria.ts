import { criterionTest, type Operator, type RecordTest } from '../criterion-test.ts';
import { type Expression, testOf } from '../expression.ts';
import type { Field } from '../field.ts';
import type { Module } from '../modules.ts';
import { isJson, type Json, listAt, objectAt, placeOf, textAt, wrong } from './reading.ts';

/** `holds` is undefined for "any value". */
export type RuleCriterion = { field: Field; holds: RecordTest | undefined };

const COMPARATORS: Partial<Record<string, Operator>> = {
  equal: '=',
  not_equal: '!=',
  in: 'in',
  not_in: 'not in',
  contains: 'like',
  not_contains: 'not like',
  starts_with: 'like',
  ends_with: 'like',
  greater_than: '>',
  greater_equal: '>=',
  less_than: '<',
  less_equal: '<=',
};
const ANY_VALUE = '${ANYVALUE}';

/**
 * Reads `{ comparator, field, value }`, or a group of such with `group_operator`.
 * @throws {ItemProblem}
 */
export const readCriteria = (raw: Json, path: string, module: Module): Expression<RuleCriterion> => {
  if (raw.group_operator === undefined) return { kind: 'criterion', criterion: readCriterion(raw, path, module) };
  const kind = textAt(raw, 'group_operator', path, 5).toLowerCase();
  if (kind !== 'and' && kind !== 'or') throw wrong(placeOf(path, 'group_operator'));
  const [first, ...rest] = listAt(raw, 'group', path).map((entry, index) => {
    const at = `${path}.group[${index}]`;
    if (!isJson(entry)) throw wrong({ api_name: 'group', json_path: at }, 'Invalid data type');
    return readCriteria(entry, at, module);
  });
  if (!first) throw wrong(placeOf(path, 'group'), 'Empty value is not allowed');
  return rest.reduce((left, right) => ({ kind, left, right }), first);
};

const readCriterion = (raw: Json, path: string, module: Module): RuleCriterion => {
  const apiName = textAt(objectAt(raw, 'field', path), 'api_name', `${path}.field`, 255);
  const field = module.fieldsByName.get(apiName);
  if (!field) throw wrong(placeOf(`${path}.field`, 'api_name'), 'the field given seems to be invalid');
  const comparator = textAt(raw, 'comparator', path, 50);
  if (comparator === ANY_VALUE) {
    if (raw.value !== ANY_VALUE) throw wrong(placeOf(path, 'value'));
    return { field, holds: undefined };
  }
  const operator = COMPARATORS[comparator];
  if (operator === undefined) throw wrong(placeOf(path, 'comparator'));
  const test = criterionTest(field, toCriterion(comparator, operator, raw.value));
  if (test.status === 'wrong') throw wrong(placeOf(path, 'value'), test.reason);
  return { field, holds: test.holds };
};

const toCriterion = (
  comparator: string,
  operator: Operator,
  value: unknown,
): { operator: Operator; values: string[] } => {
  const wantsEmpty = value === '${EMPTY}' ? operator === '=' : value === '${NOTEMPTY}' ? operator !== '=' : undefined;
  if (wantsEmpty !== undefined) return { operator: wantsEmpty ? 'is null' : 'is not null', values: [] };
  const values = (Array.isArray(value) ? value : [value]).map(String);
  const pattern = (text: string): string =>
    comparator === 'starts_with' ? `${text}%` : comparator === 'ends_with' ? `%${text}` : `%${text}%`;
  return { operator, values: operator.endsWith('like') ? values.map(pattern) : values };
};

/** The criteria as a test of one record. */
export const recordTest = (criteria: Expression<RuleCriterion>): RecordTest =>
  testOf(criteria, ({ holds }) => holds ?? (() => true));

/** The criteria as a test of a change: each field must have changed, and to such a value. */
export const changeTest = (
  criteria: Expression<RuleCriterion>,
): ((change: { record: Parameters<RecordTest>[0]; changed: readonly string[] }) => boolean) =>
  testOf(
    criteria,
    ({ field, holds }) =>
      ({ record, changed }) =>
        changed.includes(field.apiName) && (holds?.(record) ?? true),
  );
