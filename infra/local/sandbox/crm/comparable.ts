import type { Field } from './field.ts';
import { presentValue } from './present-record.ts';
import type { CrmRecord } from './record-store.ts';

/** What a value is compared as: text without case, ids as whole numbers of any size, times to the second. */
export type Comparable = string | number | bigint | boolean;
export type ComparableKind = 'text' | 'number' | 'id' | 'date' | 'time' | 'boolean';

export const kindOf = ({ type }: Pick<Field, 'type'>): ComparableKind => {
  switch (type) {
    case 'integer':
    case 'currency':
    case 'double':
      return 'number';
    case 'bigint':
    case 'lookup':
    case 'ownerlookup':
      return 'id';
    case 'datetime':
      return 'time';
    case 'date':
    case 'boolean':
      return type;
    default:
      return 'text';
  }
};

/** A record's value for comparing; undefined when it is empty. Several values of one field stand in one text, as in queries. */
export const comparableOf = (record: CrmRecord, field: Field): Comparable | undefined => {
  const value = presentValue(record, field);
  if (value === null || value === '') return undefined;
  if (Array.isArray(value)) {
    const names = value.map((item) => (typeof item === 'string' ? item : item.name));
    return names.length === 0 ? undefined : names.join(';').toLowerCase();
  }
  if (typeof value === 'object') return BigInt(value.id);
  return typeof value === 'string' ? readComparable(field, value) : value;
};

/** A value written in a query, as the field's values compare; undefined when it cannot be one of them. */
export const readComparable = (field: Pick<Field, 'type'>, text: string): Comparable | undefined => {
  switch (kindOf(field)) {
    case 'text':
      return text.toLowerCase();
    case 'number':
      return /^-?\d{1,20}(?:\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
    case 'id':
      return /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
    case 'time':
      return readTime(text);
  }
};

const readTime = (text: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
};

/** Order of two values of one kind; what is empty comes first. */
export const compare = (a: Comparable | undefined, b: Comparable | undefined): number => {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
};
