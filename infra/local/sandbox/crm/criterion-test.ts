import { type Comparable, type ComparableKind, comparableOf, compare, kindOf, readComparable } from './comparable.ts';
import type { Field } from './field.ts';
import type { CrmRecord } from './record-store.ts';

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'not in'
  | 'like'
  | 'not like'
  | 'between'
  | 'not between'
  | 'is null'
  | 'is not null';

export type Criterion = { operator: Operator; values: string[] };

export type RecordTest = (record: CrmRecord) => boolean;

const OF_EVERY_KIND: Operator[] = ['=', '!=', 'in', 'not in', 'is null', 'is not null'];
const OF_SIZES: Operator[] = [...OF_EVERY_KIND, '<', '<=', '>', '>=', 'between', 'not between'];
const OPERATORS: Record<ComparableKind, Operator[]> = {
  text: [...OF_EVERY_KIND, 'like', 'not like'],
  number: OF_SIZES,
  id: OF_SIZES,
  date: OF_SIZES,
  time: OF_SIZES,
  boolean: ['=', '!=', 'is null', 'is not null'],
};

/** Whether a record meets one criterion, or why no record could: the operator is not for such a field, or the value is none. */
export const criterionTest = (
  field: Field,
  { operator, values }: Criterion,
): { status: 'fine'; holds: RecordTest } | { status: 'wrong'; reason: string } => {
  if (!OPERATORS[kindOf(field)].includes(operator)) return { status: 'wrong', reason: 'invalid operator found' };
  const wanted = values.map((text) => readComparable(field, text)).filter((value) => value !== undefined);
  if (wanted.length < values.length)
    return { status: 'wrong', reason: 'value given seems to be invalid for the column' };
  const holds = valueTest(operator, wanted, values);
  return { status: 'fine', holds: (record) => holds(comparableOf(record, field)) };
};

/** What is empty meets only `is null` and the denials. */
const valueTest = (
  operator: Operator,
  wanted: Comparable[],
  texts: string[],
): ((value: Comparable | undefined) => boolean) => {
  const [first, second] = wanted;
  const isThere =
    (holds: (value: Comparable) => boolean) =>
    (value: Comparable | undefined): boolean =>
      value !== undefined && holds(value);
  const isBetween = isThere((value) => compare(value, first) >= 0 && compare(value, second) <= 0);
  switch (operator) {
    case 'is null':
      return (value) => value === undefined;
    case 'is not null':
      return (value) => value !== undefined;
    case '=':
    case 'in': {
      const set = new Set(wanted);
      return isThere((value) => set.has(value));
    }
    case '!=':
    case 'not in': {
      const set = new Set(wanted);
      return (value) => value === undefined || !set.has(value);
    }
    case '<':
      return isThere((value) => compare(value, first) < 0);
    case '<=':
      return isThere((value) => compare(value, first) <= 0);
    case '>':
      return isThere((value) => compare(value, first) > 0);
    case '>=':
      return isThere((value) => compare(value, first) >= 0);
    case 'between':
      return isBetween;
    case 'not between':
      return (value) => !isBetween(value);
    case 'like':
      return isThere(likeTest(texts[0] ?? ''));
    case 'not like': {
      const isLike = isThere(likeTest(texts[0] ?? ''));
      return (value) => !isLike(value);
    }
  }
};

/**
 * `%` stands for any characters, also none; nothing else is special. The parts are looked for one after the other, so
 * that no pattern takes longer than the text times its own length.
 */
const likeTest = (pattern: string): ((value: Comparable) => boolean) => {
  const [start = '', ...parts] = pattern.toLowerCase().split('%');
  const end = parts.pop();
  return (value) => {
    const text = String(value);
    if (end === undefined) return text === start;
    if (!text.startsWith(start) || !text.endsWith(end) || text.length < start.length + end.length) return false;
    let at = start.length;
    for (const part of parts) {
      const found = text.indexOf(part, at);
      if (found === -1 || found + part.length > text.length - end.length) return false;
      at = found + part.length;
    }
    return true;
  };
};
