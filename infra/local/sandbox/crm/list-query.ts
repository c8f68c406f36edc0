import type { SandboxAnswer } from '../answer.ts';
import { badRequest, invalidData, limitExceeded, otherRefusal } from './errors.ts';
import type { CrmRecord } from './record-store.ts';

// "Get Records" and "Search Records" share their parameters and these numbers.
export const MAX_FIELDS = 50;
export const MAX_PER_PAGE = 200;
export const MAX_BY_PAGE_NUMBER = 2_000;
const SORT_FIELDS = ['id', 'Created_Time', 'Modified_Time'] as const;
const SORT_ORDERS = ['asc', 'desc'] as const;
const CONVERTED = ['true', 'false', 'both'] as const;

export type ListQuery = {
  /** Undefined when none is named. */
  fields: string[] | undefined;
  perPage: number;
  page: number;
  sortBy: (typeof SORT_FIELDS)[number];
  sortOrder: (typeof SORT_ORDERS)[number];
  /** Leads only have it, but every module takes it. */
  converted: (typeof CONVERTED)[number];
};

/** What lists and searches are asked for alike, or the answer that refuses it. */
export const readListQuery = (
  query: URLSearchParams,
): { status: 'read'; wanted: ListQuery } | { status: 'refused'; answer: SandboxAnswer } => {
  const fields = namesIn(query);
  if (fields && fields.length > MAX_FIELDS)
    return {
      status: 'refused',
      answer: limitExceeded({ limit: MAX_FIELDS, param_name: 'fields' }, 'maximum number of fields exceeded'),
    };
  const refused = (name: string) => ({ status: 'refused', answer: wrongParam(name) }) as const;
  // The demo org has no custom views.
  if (query.has('cvid'))
    return { status: 'refused', answer: query.has('sort_by') ? ambiguous('cvid', 'sort_by') : wrongParam('cvid') };
  const perPage = wholeNumber(query.get('per_page'), MAX_PER_PAGE);
  if (perPage === undefined || perPage > MAX_PER_PAGE) return refused('per_page');
  const page = wholeNumber(query.get('page'), 1);
  if (page === undefined) return refused('page');
  const sortBy = oneOf(SORT_FIELDS, query.get('sort_by') ?? 'id');
  if (sortBy === undefined) return refused('sort_by');
  const sortOrder = oneOf(SORT_ORDERS, query.get('sort_order') ?? 'desc');
  if (sortOrder === undefined) return refused('sort_order');
  const converted = oneOf(CONVERTED, query.get('converted') ?? 'false');
  if (converted === undefined) return refused('converted');
  return { status: 'read', wanted: { fields, perPage, page, sortBy, sortOrder, converted } };
};

export const ambiguous = (...names: string[]): SandboxAnswer =>
  otherRefusal('AMBIGUITY_DURING_PROCESSING', { param_names: names }, 'ambiguity while processing the request');

export const wrongParam = (name: string): SandboxAnswer => badRequest(invalidData({ param_name: name }));

/** The names in `fields`; undefined when there is none. */
export const namesIn = (query: URLSearchParams): string[] | undefined => {
  const names = (query.get('fields') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? undefined : names;
};

const wholeNumber = (text: string | null, absent: number): number | undefined =>
  text === null ? absent : /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;

const oneOf = <Name extends string>(names: readonly Name[], text: string): Name | undefined =>
  names.find((name) => name === text);

export const isConvertedAsWanted = (record: CrmRecord, { converted }: Pick<ListQuery, 'converted'>): boolean =>
  converted === 'both' || record.converted === (converted === 'true');

/** @param records in the order of ids; sorted in place */
export const sortRecords = (
  records: CrmRecord[],
  { sortBy, sortOrder }: Pick<ListQuery, 'sortBy' | 'sortOrder'>,
): CrmRecord[] => {
  const timeOf = (record: CrmRecord): number => (sortBy === 'Created_Time' ? record.createdAtMs : record.modifiedAtMs);
  // Among equal times the id decides.
  const ascending = sortBy === 'id' ? records : records.sort((a, b) => timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1));
  return sortOrder === 'asc' ? ascending : ascending.reverse();
};
