import type { Need } from '../accounts/scopes.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import { conversionOptions } from './convert/conversion-options.ts';
import { postConvert } from './convert/convert-routes.ts';
import { badRequest, invalidData, invalidModule } from './errors.ts';
import { isModuleName, type Module, type ModuleName, moduleNamed } from './modules.ts';
import { listNotes } from './notes/notes-routes.ts';
import { getRecord, listRecords } from './read-records.ts';
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
  if (rest.length > 2 || NOT_MODULES.has(name) || !/^[A-Za-z]\w*$/.test(name)) return undefined;
  const module = isModuleName(name) ? moduleNamed(name) : undefined;
  const operation = (operations: string[], run: (module: Module) => SandboxAnswer): Operation => ({
    needs: module && [{ group: 'modules', entity: module.name, operations }],
    run: () => (module ? run(module) : invalidModule(0)),
  });
  const only = (moduleName: ModuleName, route: Route): Route | undefined => (name === moduleName ? route : undefined);
  const ifModifiedSinceMs = Date.parse(String(request.headers['if-modified-since'] ?? ''));
  const reads = (module: Module) => ({ module, store: deps.stores[module.name], now: deps.now, ifModifiedSinceMs });
  const writes = (kind: WriteKind, pathId?: string) => (module: Module) => write(deps, module, kind, request, pathId);

  if (rest.length > 0) {
    if (below === undefined || !/^\d/.test(below)) return undefined;
    const malformed = malformedId(below);
    switch (rest.join('/')) {
      case 'actions/convert':
        return only('Leads', {
          POST: operation(INSERT, () => malformed ?? postConvert(deps, request, below)),
        });
      case '__conversion_options':
        return only('Leads', {
          GET: operation(READ, () => malformed ?? conversionOptions(deps.stores, below)),
        });
      case 'Notes': {
        const notes: Need = { group: 'modules', entity: 'Notes', operations: READ };
        const list = operation(READ, ({ name: of }) => malformed ?? listNotes(deps, of, below, request.query));
        return { GET: { ...list, needs: list.needs && [...list.needs, notes] } };
      }
      default:
        return undefined;
    }
  }
  if (below === undefined)
    return {
      GET: operation(READ, (module) => listRecords(reads(module), request.query)),
      POST: operation(INSERT, writes('insert')),
      PUT: operation(UPDATE, writes('update')),
    };
  if (below === 'upsert') return { POST: operation(INSERT, writes('upsert')) };
  if (below === 'search') {
    const search = operation(READ, (module) => searchRecords(module, deps.stores[module.name], request.query));
    return { GET: { ...search, needs: search.needs && [...search.needs, SEARCH] } };
  }
  if (!/^\d/.test(below)) return undefined;
  const malformed = malformedId(below);
  return {
    GET: operation(READ, (module) => malformed ?? getRecord(reads(module), below, request.query)),
    PUT: operation(UPDATE, (module) => malformed ?? writes('update', below)(module)),
  };
};

const malformedId = (id: string): SandboxAnswer | undefined =>
  /^\d{1,19}$/.test(id)
    ? undefined
    : badRequest(invalidData({ resource_path_index: 1 }, 'the id given seems to be invalid'));

const write = (
  deps: CrmDeps,
  module: Module,
  kind: WriteKind,
  request: SandboxRequest,
  pathId: string | undefined,
): SandboxAnswer => {
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
