import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import type { RecordTest } from '../criterion-test.ts';
import { badRequest, error, limitExceeded, otherRefusal } from '../errors.ts';
import { criteriaOf, testOf } from '../expression.ts';
import type { DataType } from '../field.ts';
import { isConvertedAsWanted, MAX_BY_PAGE_NUMBER, readListQuery, sortRecords, wrongParam } from '../list-query.ts';
import type { Module } from '../modules.ts';
import { presentRecord } from '../present-record.ts';
import type { RecordStore } from '../record-store.ts';
import { parseCriteria } from './parse-criteria.ts';
import { indexed, searchCriterionTest, textsOf } from './search-criterion.ts';

const MAX_CRITERIA = 10;
const MAX_IN_VALUES = 100;

type Judged = { status: 'fine'; holds: RecordTest } | { status: 'refused'; answer: SandboxAnswer };

/** `GET /{module}/search`: what the index knows, which may be older than the records; 204 when it knows nothing. */
export const searchRecords = (module: Module, store: RecordStore, query: URLSearchParams): SandboxAnswer => {
  const judged = judgeSearch(module, query);
  if (judged.status === 'refused') return judged.answer;
  const read = readListQuery(query);
  if (read.status === 'refused') return read.answer;
  const { fields, perPage, page, sortBy, sortOrder } = read.wanted;
  const offset = (page - 1) * perPage;
  if (offset + perPage > MAX_BY_PAGE_NUMBER)
    return otherRefusal('LIMIT_REACHED', { limit: MAX_BY_PAGE_NUMBER }, 'no more records can be fetched by a search');
  // Every record of the demo org is approved.
  const found =
    query.get('approved') === 'false'
      ? []
      : store.indexed().filter((record) => isConvertedAsWanted(record, read.wanted) && judged.holds(record));
  const sorted = sortRecords(found, read.wanted);
  const records = sorted.slice(offset, offset + perPage);
  if (records.length === 0) return emptyAnswer(1);
  return jsonAnswer(
    200,
    {
      // Found by what the index knows, shown as they are.
      data: records.map((record) => presentRecord(module, store.get(record.id) ?? record, fields)),
      info: {
        per_page: perPage,
        count: records.length,
        sort_by: sortBy,
        page,
        sort_order: sortOrder,
        more_records: sorted.length > offset + perPage,
      },
    },
    1,
  );
};

/** Only one of the four counts, in this order. */
const judgeSearch = (module: Module, query: URLSearchParams): Judged => {
  const criteria = query.get('criteria') ?? '';
  if (criteria !== '') return judgeCriteria(module, criteria);
  const email = query.get('email') ?? '';
  if (email !== '') return { status: 'fine', holds: containsTest(module, ['email'], indexed(email.trim())) };
  const phone = query.get('phone') ?? '';
  if (phone !== '') {
    const digits = phone.replace(/\D/g, '');
    return digits.length < 3 ? refused(wrongParam('phone')) : { status: 'fine', holds: phoneTest(module, digits) };
  }
  const word = (query.get('word') ?? '').trim();
  if (word.length === 1) return refused(wrongParam('word'));
  if (word !== '') return { status: 'fine', holds: containsTest(module, TEXT_TYPES, indexed(word)) };
  return refused(
    badRequest(
      error(
        'EXPECTED_PARAM_MISSING',
        { param_names: ['criteria', 'email', 'phone', 'word'] },
        'One of the expected parameter is missing',
      ),
    ),
  );
};

const TEXT_TYPES: DataType[] = [
  'text',
  'textarea',
  'email',
  'phone',
  'website',
  'picklist',
  'multiselectpicklist',
  'tags',
];

const refused = (answer: SandboxAnswer): Judged => ({ status: 'refused', answer });

const judgeCriteria = (module: Module, text: string): Judged => {
  const parsed = parseCriteria(text);
  if (!parsed) return refused(invalidQuery({ reason: 'criteria is not well formed' }));
  const criteria = criteriaOf(parsed);
  if (criteria.length > MAX_CRITERIA)
    return refused(
      limitExceeded({ limit: MAX_CRITERIA, param_name: 'criteria' }, 'maximum number of criteria exceeded'),
    );
  const tests = new Map<unknown, RecordTest>();
  for (const criterion of criteria) {
    const { fieldName, operator, values } = criterion;
    const field = module.fieldsByName.get(fieldName);
    if (!field) return refused(invalidQuery({ reason: 'invalid field found', api_name: fieldName, operator }));
    if (values.length > MAX_IN_VALUES)
      return refused(limitExceeded({ limit: MAX_IN_VALUES, api_name: fieldName }, 'maximum number of values exceeded'));
    const judged = searchCriterionTest(field, criterion);
    if (judged.status === 'wrong')
      return refused(invalidQuery({ reason: judged.reason, api_name: fieldName, operator }));
    tests.set(criterion, judged.holds);
  }
  return { status: 'fine', holds: testOf(parsed, (criterion) => tests.get(criterion) ?? (() => false)) };
};

const invalidQuery = (details: Record<string, unknown>): SandboxAnswer =>
  badRequest(error('INVALID_QUERY', details, 'invalid query formed'));

const containsTest = (module: Module, types: DataType[], wanted: string): RecordTest => {
  const fields = module.fields.filter(({ type }) => types.includes(type));
  return (record) => fields.some((field) => textsOf(record, field).some((text) => text.includes(wanted)));
};

const phoneTest = (module: Module, digits: string): RecordTest => {
  const fields = module.fields.filter(({ type }) => type === 'phone');
  return (record) =>
    fields.some((field) => textsOf(record, field).some((text) => text.replace(/\D/g, '').includes(digits)));
};
