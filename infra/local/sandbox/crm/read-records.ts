import type { Now } from '../../../../lib/platform/clock.ts';
import { emptyAnswer, jsonAnswer, notModifiedAnswer, type SandboxAnswer } from '../answer.ts';
import { otherRefusal, paramMissing } from './errors.ts';
import {
  ambiguous,
  isConvertedAsWanted,
  MAX_BY_PAGE_NUMBER,
  namesIn,
  readListQuery,
  sortRecords,
  wrongParam,
} from './list-query.ts';
import type { Module } from './modules.ts';
import { orgTime } from './org.ts';
import { presentRecord } from './present-record.ts';
import type { CrmRecord, RecordStore } from './record-store.ts';

/** `ifModifiedSinceMs`: of the header, NaN without one. */
export type ReadDeps = { module: Module; store: RecordStore; now: Now; ifModifiedSinceMs: number };

// "Get Records": the numbers and the codes.
const MAX_BY_TOKEN = 100_000;
const TOKEN_LIFE_MS = 24 * 60 * 60_000;

/** To the second, as the header is; without a header every record counts as modified. */
const isModified = (record: CrmRecord, sinceMs: number): boolean =>
  Number.isNaN(sinceMs) || Math.floor(record.modifiedAtMs / 1_000) * 1_000 > sinceMs;

/** `GET /{module}/{id}`: 204 when there is none, 304 when it has not changed since. */
export const getRecord = (
  { module, store, ifModifiedSinceMs }: ReadDeps,
  id: string,
  query: URLSearchParams,
): SandboxAnswer => {
  const record = store.get(id);
  if (!record) return emptyAnswer(1);
  if (!isModified(record, ifModifiedSinceMs)) return notModifiedAnswer(1);
  return jsonAnswer(200, { data: [presentRecord(module, record, namesIn(query))] }, 1);
};

/** `GET /{module}?fields=…`: a page of records, newest first unless asked otherwise. */
export const listRecords = (
  { module, store, now, ifModifiedSinceMs }: ReadDeps,
  query: URLSearchParams,
): SandboxAnswer => {
  if (!namesIn(query)) return paramMissing('fields');
  const read = readListQuery(query);
  if (read.status === 'refused') return read.answer;
  const { fields, perPage, page, sortBy, sortOrder } = read.wanted;

  const token = query.get('page_token');
  if (token !== null && query.has('page')) return ambiguous('page', 'page_token');
  const from: PageStart =
    token === null ? { status: 'fine', offset: (page - 1) * perPage } : readPageToken(token, module, now());
  if (from.status !== 'fine')
    return from.status === 'wrong'
      ? wrongParam('page_token')
      : otherRefusal('EXPIRED_VALUE', { param_name: 'page_token' }, 'the page token has expired');
  if (token === null && from.offset + perPage > MAX_BY_PAGE_NUMBER)
    return otherRefusal(
      'DISCRETE_PAGINATION_LIMIT_EXCEEDED',
      { page, per_page: perPage, limit: MAX_BY_PAGE_NUMBER },
      'use page_token to fetch further records',
    );
  if (from.offset + perPage > MAX_BY_TOKEN)
    return otherRefusal(
      'PAGINATION_LIMIT_EXCEEDED',
      { limit: MAX_BY_TOKEN },
      'no more records can be fetched by this call',
    );

  const wanted = store
    .all()
    .filter((record) => isConvertedAsWanted(record, read.wanted) && isModified(record, ifModifiedSinceMs));
  if (wanted.length === 0 && !Number.isNaN(ifModifiedSinceMs)) return notModifiedAnswer(1);
  const sorted = sortRecords(wanted, read.wanted);
  const records = sorted.slice(from.offset, from.offset + perPage);
  if (records.length === 0) return emptyAnswer(1);
  const hasMore = sorted.length > from.offset + perPage;
  const expiresAtMs = now() + TOKEN_LIFE_MS;
  return jsonAnswer(
    200,
    {
      data: records.map((record) => presentRecord(module, record, fields)),
      info: {
        per_page: perPage,
        count: records.length,
        page: Math.floor(from.offset / perPage) + 1,
        sort_by: sortBy,
        sort_order: sortOrder,
        more_records: hasMore,
        next_page_token: hasMore ? pageToken(module, from.offset + perPage, expiresAtMs) : null,
        previous_page_token:
          from.offset > 0 ? pageToken(module, Math.max(0, from.offset - perPage), expiresAtMs) : null,
        page_token_expiry: hasMore || from.offset > 0 ? orgTime(expiresAtMs) : null,
      },
    },
    1,
  );
};

const pageToken = (module: Module, offset: number, expiresAtMs: number): string =>
  Buffer.from(`${module.name}:${offset}:${expiresAtMs}`).toString('base64url');

type PageStart = { status: 'fine'; offset: number } | { status: 'wrong' } | { status: 'expired' };

const readPageToken = (token: string, module: Module, nowMs: number): PageStart => {
  const [, offset, expiresAtMs] =
    new RegExp(`^${module.name}:(\\d+):(\\d+)$`).exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset === undefined) return { status: 'wrong' };
  return Number(expiresAtMs) > nowMs ? { status: 'fine', offset: Number(offset) } : { status: 'expired' };
};
