import * as z from 'zod/mini';
import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import type { SandboxRequest } from '../../request.ts';
import {
  badRequest,
  bodyIsNoObject,
  type ErrorItem,
  invalidData,
  limitExceeded,
  mandatoryNotFound,
  paramMissing,
} from '../errors.ts';
import { namesIn, readListQuery } from '../list-query.ts';
import { isModuleName, type ModuleName } from '../modules.ts';
import { orgTime, user } from '../org.ts';
import { MAX_RECORDS, parseObject } from '../read-write-body.ts';
import type { CrmDeps } from '../route.ts';
import type { Note } from './note-store.ts';

const MAX_TITLE = 120;
const MAX_CONTENT = 32_000;
const self = { name: user.name, id: user.id };

const parent = z.object({ id: z.string(), module: z.object({ api_name: z.string() }) });

type Read = { note: Omit<Note, 'id' | 'createdAtMs'> } | { error: ErrorItem };

const readNote = ({ stores }: Pick<CrmDeps, 'stores'>, raw: unknown, index: number): Read => {
  const path = (name: string): string => `$.data[${index}].${name}`;
  if (typeof raw !== 'object' || raw === null)
    return { error: invalidData({ expected_data_type: 'jsonobject', json_path: `$.data[${index}]` }) };
  const { Note_Title: title = null, Note_Content: content, Parent_Id } = raw as Record<string, unknown>;
  if (content === undefined || content === null || content === '')
    return { error: mandatoryNotFound('Note_Content', path('Note_Content')) };
  if (Parent_Id === undefined || Parent_Id === null)
    return { error: mandatoryNotFound('Parent_Id', path('Parent_Id')) };
  const wrong = (name: string, details: Record<string, unknown>) => ({
    error: invalidData({ ...details, api_name: name, json_path: path(name) }),
  });
  if (typeof content !== 'string') return wrong('Note_Content', { expected_data_type: 'text' });
  if (content.length > MAX_CONTENT) return wrong('Note_Content', { maximum_length: MAX_CONTENT });
  if (title !== null && typeof title !== 'string') return wrong('Note_Title', { expected_data_type: 'text' });
  if (title !== null && title.length > MAX_TITLE) return wrong('Note_Title', { maximum_length: MAX_TITLE });
  const of = parent.safeParse(Parent_Id).data;
  const module = of?.module.api_name ?? '';
  if (of === undefined || !isModuleName(module)) return wrong('Parent_Id', { expected_data_type: 'jsonobject' });
  if (!stores[module].get(of.id)) return wrong('Parent_Id', {});
  return { note: { module, recordId: of.id, title, content } };
};

const timesOf = ({ createdAtMs }: Note) => ({
  Modified_Time: orgTime(createdAtMs),
  Modified_By: self,
  Created_Time: orgTime(createdAtMs),
  Created_By: self,
});

/** `POST /Notes`: "Create Notes", each with its own result. A credit for each started ten, like other records. */
export const createNotes = (deps: CrmDeps, request: SandboxRequest): SandboxAnswer => {
  const body = parseObject(request.body);
  if (!body) return bodyIsNoObject();
  const { data } = body;
  if (data === undefined || data === null) return badRequest(mandatoryNotFound('data', '$.data'));
  if (!Array.isArray(data))
    return badRequest(invalidData({ expected_data_type: 'jsonarray', api_name: 'data', json_path: '$.data' }));
  if (data.length === 0) return badRequest(mandatoryNotFound('data', '$.data'));
  if (data.length > MAX_RECORDS) return limitExceeded({ limit: MAX_RECORDS, api_name: 'data' }, 'too many records');
  let written = 0;
  const items = data.map((raw, index) => {
    const read = readNote(deps, raw, index);
    if ('error' in read) return read.error;
    const note: Note = { ...read.note, id: deps.nextId(), createdAtMs: deps.now() };
    deps.notes.add(note);
    written += 1;
    return {
      code: 'SUCCESS',
      details: { ...timesOf(note), id: note.id },
      message: 'record added',
      status: 'success',
    };
  });
  if (written > 0) deps.changed();
  const status = written === data.length ? 201 : written === 0 ? 400 : 207;
  return jsonAnswer(status, { data: items }, Math.ceil(data.length / 10));
};

/** `GET /{module}/{id}/Notes`: a record's notes, newest first, with the fields that were asked for. */
export const listNotes = (
  { notes }: Pick<CrmDeps, 'notes'>,
  module: ModuleName,
  recordId: string,
  query: URLSearchParams,
): SandboxAnswer => {
  const fields = namesIn(query);
  if (fields === undefined) return paramMissing('fields');
  const read = readListQuery(query);
  if (read.status === 'refused') return read.answer;
  const { page, perPage } = read.wanted;
  const all = notes.of(module, recordId);
  const shown = all.slice((page - 1) * perPage, page * perPage);
  if (shown.length === 0) return emptyAnswer(1);
  const data = shown.map((note) => {
    const whole: Record<string, unknown> = {
      Note_Title: note.title,
      Note_Content: note.content,
      Parent_Id: { id: note.recordId, module: { api_name: note.module } },
      Owner: self,
      ...timesOf(note),
    };
    return {
      ...Object.fromEntries(fields.filter((name) => name in whole).map((name) => [name, whole[name]])),
      id: note.id,
    };
  });
  const more_records = all.length > page * perPage;
  return jsonAnswer(200, { data, info: { per_page: perPage, count: data.length, page, more_records } }, 1);
};
