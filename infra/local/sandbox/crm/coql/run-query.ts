import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import type { Cell } from '../check-value.ts';
import { comparableOf, compare } from '../comparable.ts';
import { badRequest, bodyIsNoObject, error, invalidData, scopeMismatch } from '../errors.ts';
import type { ModuleName, Modules } from '../modules.ts';
import { presentValue } from '../present-record.ts';
import { parseObject } from '../read-write-body.ts';
import type { CrmRecord, RecordStore } from '../record-store.ts';
import { type JudgedQuery, judgeQuery, moduleOf } from './judge-query.ts';
import { parseQuery } from './parse-query.ts';

export type CoqlDeps = {
  stores: Record<ModuleName, RecordStore>;
  modules: Pick<Modules, 'named'>;
  /** Whether the token may read the module; COQL's own scope was asked for before. */
  mayRead: (module: ModuleName) => boolean;
};

/** `POST /coql`: reads the database itself, so it sees at once what was written. Converted leads are leads like others here. */
export const runQuery = ({ stores, modules, mayRead }: CoqlDeps, body: Buffer): SandboxAnswer => {
  const sent = parseObject(body);
  if (!sent) return bodyIsNoObject();
  const text = sent.select_query;
  if (text === undefined || text === null || text === '')
    return badRequest(error('MANDATORY_NOT_FOUND', { api_name: 'select_query' }, 'mandatory key not found'));
  if (typeof text !== 'string')
    return badRequest(
      invalidData({ expected_data_type: 'text', api_name: 'select_query', json_path: '$.select_query' }),
    );

  const parsed = parseQuery(text);
  if (parsed.status === 'wrong')
    return badRequest(error('SYNTAX_ERROR', parsed.problem.details, parsed.problem.message));
  const module = moduleOf(parsed.query, modules);
  if (!module) return badRequest(error('INVALID_MODULE', {}, 'the given module is not supported in api'));
  if (!mayRead(module.name)) return scopeMismatch();
  const judged = judgeQuery(parsed.query, module);
  if (judged.status === 'wrong') return badRequest(judged.item);

  const { columns, offset, limit } = judged.query;
  const found = foundBy(judged.query, stores[module.name].all());
  const rows = found.slice(offset, offset + limit);
  const credits = creditsOf(limit);
  if (rows.length === 0) return emptyAnswer(credits);
  return jsonAnswer(
    200,
    {
      data: rows.map((record) => ({
        ...Object.fromEntries(columns.map(({ key, field }) => [key, idOnly(presentValue(record, field))])),
        id: record.id,
      })),
      info: { count: rows.length, more_records: found.length > offset + rows.length },
    },
    credits,
  );
};

/** In the order asked for; without one, and among equals, the order of ids. */
const foundBy = ({ holds, orderBy }: JudgedQuery, records: CrmRecord[]): CrmRecord[] => {
  const found = records.filter(holds);
  if (orderBy.length === 0) return found;
  const keyed = found.map((record) => ({ record, keys: orderBy.map(({ field }) => comparableOf(record, field)) }));
  keyed.sort((a, b) => {
    for (const [index, { descending }] of orderBy.entries()) {
      const order = compare(a.keys[index], b.keys[index]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0; // sorting is stable
  });
  return keyed.map(({ record }) => record);
};

/** Lookups come as their id alone. */
const idOnly = (value: Cell): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { id: value.id } : value;

/** "API Limits": by the LIMIT asked for, not by what is found. */
const creditsOf = (limit: number): number => (limit <= 200 ? 1 : limit <= 1_000 ? 2 : 3);
