import { criterionTest, type RecordTest } from '../criterion-test.ts';
import { type ErrorItem, error } from '../errors.ts';
import { criteriaOf, testOf } from '../expression.ts';
import type { Field } from '../field.ts';
import { isModuleName, type Module, type Modules } from '../modules.ts';
import type { Column, Condition, Query } from './query.ts';

/** A query that can be run. `columns` by the name they are answered under. */
export type JudgedQuery = {
  columns: Array<{ key: string; field: Field }>;
  holds: RecordTest;
  orderBy: Array<{ field: Field; descending: boolean }>;
  offset: number;
  limit: number;
};

// "Get Records through a COQL Query": the numbers and the codes.
const MAX_COLUMNS = 50;
const MAX_CRITERIA = 25;
const MAX_IN_VALUES = 100;
export const MAX_LIMIT = 2_000;
const MAX_ROWS = 100_000;

class QueryProblem extends Error {
  override readonly name = 'QueryProblem';
  readonly item: ErrorItem;
  constructor(item: ErrorItem) {
    super(item.message);
    this.item = item;
  }
}

/** The module the query is about; its scope is asked for before the query is judged further. */
export const moduleOf = (query: Query, modules: Pick<Modules, 'named'>): Module | undefined =>
  isModuleName(query.moduleName) ? modules.named(query.moduleName) : undefined;

/** Judges names, operators, values and limits against the module. */
export const judgeQuery = (
  query: Query,
  module: Module,
): { status: 'fine'; query: JudgedQuery } | { status: 'wrong'; item: ErrorItem } => {
  try {
    return {
      status: 'fine',
      query: {
        columns: judgeColumns(query.columns, module),
        holds: judgeWhere(query.where, module),
        orderBy: query.orderBy.map(({ column, descending }) => ({ field: fieldNamed(module, column), descending })),
        ...judgeRange(query),
      },
    };
  } catch (thrown) {
    if (thrown instanceof QueryProblem) return { status: 'wrong', item: thrown.item };
    throw thrown;
  }
};

const problem = (code: string, details: Record<string, unknown>, message: string): QueryProblem =>
  new QueryProblem(error(code, details, message));

const invalidQuery = (reason: string, columnName: string, operator?: string): QueryProblem =>
  problem(
    'INVALID_QUERY',
    { reason, column_name: columnName, ...(operator === undefined ? {} : { operator }) },
    'invalid query formed',
  );

const tooMany = (limit: number, what: string): QueryProblem =>
  problem('LIMIT_EXCEEDED', { limit }, `maximum number of ${what} exceeded`);

const fieldNamed = (module: Module, name: string, operator?: string): Field => {
  const field = module.fieldsByName.get(name);
  if (!field) throw invalidQuery('column given seems to be invalid', name, operator);
  return field;
};

const judgeColumns = (columns: Column[], module: Module): JudgedQuery['columns'] => {
  if (columns.length > MAX_COLUMNS) throw tooMany(MAX_COLUMNS, 'columns');
  const judged = columns.map(({ name, alias }) => {
    if (alias === '')
      throw problem('INVALID_ALIAS', { column_name: name, alias }, 'alias name cannot be an empty string');
    return { name, alias, key: alias ?? name, field: fieldNamed(module, name) };
  });
  for (const [index, { name, alias, key }] of judged.entries()) {
    const earlier = judged.slice(0, index);
    if (earlier.some((column) => column.name === name))
      throw problem('DUPLICATE_DATA', { column_name: name }, 'duplicate select column');
    const clash = judged.find((column) => column.name !== name && column.key === key);
    if (!clash || (alias === undefined && clash.alias === undefined)) continue;
    if (alias !== undefined && clash.alias !== undefined)
      throw problem(
        'DUPLICATE_ALIAS',
        { referred_columns: [name, clash.name], alias },
        'same alias cannot refer more than one column',
      );
    throw problem(
      'INVALID_QUERY',
      { column_name: alias === undefined ? clash.name : name, alias: key },
      'column name or property name given in select columns without alias name cannot be an alias name for other select columns',
    );
  }
  return judged.map(({ key, field }) => ({ key, field }));
};

const judgeWhere = (where: Condition, module: Module): RecordTest => {
  if (criteriaOf(where).length > MAX_CRITERIA) throw tooMany(MAX_CRITERIA, 'criteria');
  return testOf(where, (criterion) => {
    const { column, operator, values } = criterion;
    if (values.length > MAX_IN_VALUES) throw tooMany(MAX_IN_VALUES, 'values');
    const judged = criterionTest(fieldNamed(module, column, operator), criterion);
    if (judged.status === 'wrong') throw invalidQuery(judged.reason, column, operator);
    return judged.holds;
  });
};

const judgeRange = ({ offset, limit }: Query): Pick<JudgedQuery, 'offset' | 'limit'> => {
  const count = wholeNumber(limit, 'limit');
  if (count === 0) throw problem('INVALID_DATA', {}, 'limit should be greater than 0');
  if (count > MAX_LIMIT) throw tooMany(MAX_LIMIT, 'records in one call');
  const skipped = wholeNumber(offset, 'offset');
  if (skipped + count > MAX_ROWS) throw tooMany(MAX_ROWS, 'records');
  return { offset: skipped, limit: count };
};

const wholeNumber = (text: string, name: 'limit' | 'offset'): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw problem('INVALID_QUERY', { [name]: text }, `${name} given seems to be invalid`);
};
