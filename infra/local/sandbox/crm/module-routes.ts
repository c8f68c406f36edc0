import type { Need } from '../accounts/scopes.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import { conversionOptions } from './convert/conversion-options.ts';
import { postConvert } from './convert/convert-routes.ts';
import { badRequest, invalidData, invalidModule } from './errors.ts';
import { invalidExternalValue, readExternalField, recordAt } from './external-id.ts';
import { isModuleName, type Module } from './modules.ts';
import { listNotes } from './notes/notes-routes.ts';
import { getRecord, listRecords, type ReadDeps } from './read-records.ts';
import { MAX_RECORDS, readWriteBody } from './read-write-body.ts';
import { type CrmDeps, INSERT, type Operation, READ, type Route, UPDATE } from './route.ts';
import { searchRecords } from './search/search-records.ts';
import { type WriteKind, writeRecords } from './write-records.ts';

/** First segments of Zoho's other paths: none of them is a module. */
const NOT_MODULES: ReadonlySet<string> = new Set([
  'org',
  'coql',
  'users',
  'actions',
  'bulk',
  'files',
  'features',
  'composite_requests',
]);

const SEARCH: Need = { service: 'ZohoSearch', group: 'securesearch', operations: READ };

/** `/{module}…`: a module's records. */
export const moduleRoute = (
  deps: CrmDeps,
  [name = '', below, ...rest]: string[],
  request: SandboxRequest,
): Route | undefined => {
  if (NOT_MODULES.has(name) || !/^[A-Za-z]\w*$/.test(name)) return undefined;
  const module = isModuleName(name) ? deps.modules.named(name) : undefined;
  const operation = (operations: string[], run: (module: Module) => SandboxAnswer): Operation => ({
    needs: module && [{ group: 'modules', entity: module.name, operations }],
    run: () => (module ? run(module) : invalidModule(0)),
  });
  const writes = (kind: WriteKind) => (module: Module) => write(deps, module, kind, request);

  if (rest.length > 0) {
    const id = below ?? '';
    if (!/^\d/.test(id)) return undefined;
    if (rest.join('/') === 'Notes') {
      const notes: Need = { group: 'modules', entity: 'Notes', operations: READ };
      const list = operation(READ, ({ name: of }) => malformedId(id) ?? listNotes(deps, of, id, request.query));
      return { GET: { ...list, needs: list.needs && [...list.needs, notes] } };
    }
    if (name !== 'Leads') return undefined;
    switch (rest.join('/')) {
      case 'actions/convert':
        return { POST: operation(INSERT, () => malformedId(id) ?? postConvert(deps, request, id)) };
      case '__conversion_options':
        return { GET: operation(READ, () => malformedId(id) ?? conversionOptions(deps, id)) };
      default:
        return undefined;
    }
  }
  switch (below) {
    case undefined:
      return {
        GET: operation(READ, (module) => listRecords(readDeps(deps, module, request), request.query)),
        POST: operation(INSERT, writes('insert')),
        PUT: operation(UPDATE, writes('update')),
      };
    case 'upsert':
      return { POST: operation(INSERT, writes('upsert')) };
    case 'search': {
      const search = operation(READ, (module) => searchRecords(module, deps.stores[module.name], request.query));
      return { GET: { ...search, needs: search.needs && [...search.needs, SEARCH] } };
    }
    default: {
      if (below === '' || (!/^\d/.test(below) && request.headers['x-external'] === undefined)) return undefined;
      const atRecord = (run: (module: Module, id: string) => SandboxAnswer) => (module: Module) => {
        const named = idInPath(deps, module, below, request);
        return named.status === 'read' ? run(module, named.id) : named.answer;
      };
      return {
        GET: operation(
          READ,
          atRecord((module, id) => getRecord(readDeps(deps, module, request), id, request.query)),
        ),
        PUT: operation(
          UPDATE,
          atRecord((module, id) => write(deps, module, 'update', request, id)),
        ),
      };
    }
  }
};

const readDeps = (deps: CrmDeps, module: Module, { headers }: SandboxRequest): ReadDeps => ({
  module,
  store: deps.stores[module.name],
  now: deps.now,
  ifModifiedSinceMs: Date.parse(String(headers['if-modified-since'] ?? '')),
});

const malformedId = (id: string): SandboxAnswer | undefined =>
  /^\d{1,19}$/.test(id)
    ? undefined
    : badRequest(invalidData({ resource_path_index: 1 }, 'the id given seems to be invalid'));

/** The id of the record a path names, by its id or, with `X-EXTERNAL`, by that field's value. */
const idInPath = (
  deps: CrmDeps,
  module: Module,
  segment: string,
  { headers }: SandboxRequest,
): { status: 'read'; id: string } | { status: 'refused'; answer: SandboxAnswer } => {
  const external = readExternalField(headers, module);
  if (external.status === 'refused') return external;
  if (!external.field) {
    const malformed = malformedId(segment);
    return malformed ? { status: 'refused', answer: malformed } : { status: 'read', id: segment };
  }
  const record = recordAt(deps.stores[module.name], external.field, segment);
  return record
    ? { status: 'read', id: record.id }
    : { status: 'refused', answer: badRequest(invalidExternalValue({ resource_path_index: 1 })) };
};

const write = (
  deps: CrmDeps,
  module: Module,
  kind: WriteKind,
  request: SandboxRequest,
  pathId?: string,
): SandboxAnswer => {
  const external = readExternalField(request.headers, module);
  if (external.status === 'refused') return external.answer;
  const read = readWriteBody(module, request.body, pathId === undefined ? MAX_RECORDS : 1);
  if (read.status === 'refused') return read.answer;
  const { data, duplicateCheckFields, runsWorkflows } = read.body;
  const ifUnmodifiedSinceMs = Date.parse(String(request.headers['if-unmodified-since'] ?? ''));
  const outcome = writeRecords(
    { module, store: deps.stores[module.name], nextId: deps.nextId, now: deps.now },
    {
      kind,
      data,
      duplicateCheckFields,
      externalField: external.field?.apiName,
      ...(pathId === undefined ? {} : { pathId }),
      ...(Number.isNaN(ifUnmodifiedSinceMs) ? {} : { ifUnmodifiedSinceMs }),
    },
  );
  // A credit for each started ten ("API Limits").
  const answer = jsonAnswer(outcome.status, { data: outcome.items }, Math.ceil(data.length / 10));
  return outcome.written.length === 0
    ? answer
    : { ...answer, afterwards: deps.onWritten(outcome.written, runsWorkflows) };
};
