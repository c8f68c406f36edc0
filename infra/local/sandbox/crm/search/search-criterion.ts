import { kindOf } from '../comparable.ts';
import { criterionTest, type Operator, type RecordTest } from '../criterion-test.ts';
import type { Field } from '../field.ts';
import { presentValue } from '../present-record.ts';
import type { CrmRecord } from '../record-store.ts';
import type { SearchCriterion } from './parse-criteria.ts';

const EQUALITY = ['equals', 'not_equal', 'in'];
const SIZE = [...EQUALITY, 'greater_equal', 'greater_than', 'less_equal', 'less_than', 'between'];
const OPERATORS: Record<string, Operator> = {
  equals: '=',
  not_equal: '!=',
  in: 'in',
  greater_equal: '>=',
  greater_than: '>',
  less_equal: '<=',
  less_than: '<',
  between: 'between',
};

/** "Search Records": which operators each type of field takes. */
const operatorsFor = ({ type }: Field): string[] => {
  switch (type) {
    case 'tags':
      return [];
    case 'textarea':
      return ['equals', 'not_equal', 'starts_with'];
    case 'picklist':
    case 'lookup':
    case 'ownerlookup':
      return EQUALITY;
    case 'boolean':
      return ['equals', 'not_equal'];
    case 'integer':
    case 'bigint':
    case 'currency':
    case 'double':
    case 'date':
    case 'datetime':
      return SIZE;
    default:
      return [...EQUALITY, 'starts_with'];
  }
};

/** Whether a record meets one criterion, or why the criterion makes no sense for the field. */
export const searchCriterionTest = (
  field: Field,
  { operator, values }: SearchCriterion,
): { status: 'fine'; holds: RecordTest } | { status: 'wrong'; reason: string } => {
  if (!operatorsFor(field).includes(operator)) return { status: 'wrong', reason: 'invalid operator found' };
  const count = operator === 'in' ? Math.max(values.length, 1) : operator === 'between' ? 2 : 1;
  if (values.length !== count || values.includes('')) return { status: 'wrong', reason: 'invalid value found' };
  if (kindOf(field) === 'text' && field.type !== 'picklist')
    return { status: 'fine', holds: textTest(field, operator, values) };
  const mapped = OPERATORS[operator];
  if (mapped === undefined) return { status: 'wrong', reason: 'invalid operator found' };
  const test = criterionTest(field, { operator: mapped, values });
  return test.status === 'fine' ? test : { status: 'wrong', reason: 'invalid value found' };
};

/**
 * The index knows words, not signs: `equals` finds what contains the value, whatever the case, and the signs of
 * "Search Records" count as blanks, so that sales-team and sales_team are one.
 */
const textTest = (field: Field, operator: string, values: string[]): RecordTest => {
  const wanted = values.map(indexed);
  const [first = ''] = wanted;
  const holds = (texts: string[]): boolean => {
    switch (operator) {
      case 'starts_with':
        return texts.some((text) => text.startsWith(first));
      case 'in':
        return texts.some((text) => wanted.includes(text));
      default:
        return texts.some((text) => text.includes(first));
    }
  };
  return operator === 'not_equal'
    ? (record) => !holds(textsOf(record, field))
    : (record) => holds(textsOf(record, field));
};

/** A field's texts as the index holds them: none when it is empty, several of a multi-select. */
export const textsOf = (record: CrmRecord, field: Field): string[] => {
  const value = presentValue(record, field);
  if (typeof value === 'string') return value === '' ? [] : [indexed(value)];
  return Array.isArray(value) ? value.map((item) => indexed(typeof item === 'string' ? item : item.name)) : [];
};

export const indexed = (text: string): string => text.toLowerCase().replace(/[{}[\]^:\-/!?*_@ ]/g, ' ');
