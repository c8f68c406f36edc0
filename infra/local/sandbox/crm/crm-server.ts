import type { Now } from '../../../../lib/platform/clock.ts';
import { covers, type Need } from '../accounts/scopes.ts';
import type { Tokens } from '../accounts/tokens.ts';
import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { NextId } from '../ids.ts';
import type { SandboxRequest } from '../request.ts';
import {
  authenticationFailure,
  badRequest,
  invalidData,
  invalidModule,
  invalidRequestMethod,
  invalidToken,
  invalidUrlPattern,
  paramMissing,
  scopeMismatch,
} from './errors.ts';
import { fieldMetadata } from './field-metadata.ts';
import { moduleMetadata } from './module-metadata.ts';
import { isModuleName, type Module, type ModuleName, moduleNamed } from './modules.ts';
import { org } from './org.ts';
import { getRecord, listRecords } from './read-records.ts';
import { MAX_RECORDS, readWriteBody } from './read-write-body.ts';
import type { RecordStore } from './record-store.ts';
import { type WriteKind, type Written, writeRecords } from './write-records.ts';

export type CrmDeps = {
  tokens: Pick<Tokens, 'scopesOf'>;
  stores: Record<ModuleName, RecordStore>;
  nextId: NextId;
  now: Now;
  /** Told of every record written; what it returns runs once the answer has left. */
  onWritten: (written: Written[], runsWorkflows: boolean) => () => void;
};

/** What one path and method lead to, before anybody has asked who calls. */
type Operation = {
  /** Undefined for a module nobody knows; the path is right all the same. */
  need: Need | undefined;
  /** Where in the path the unknown module stands. */
  moduleIndex: number;
  run: () => SandboxAnswer;
};
type Route = Partial<Record<string, Operation>>;

const PREFIX = '/crm/v8/';
const READ = ['READ'];
const INSERT = ['CREATE', 'WRITE'];
const UPDATE = ['UPDATE', 'WRITE'];

/** The CRM API, version 8. */
export const crmServer =
  (deps: CrmDeps) =>
  (request: SandboxRequest): SandboxAnswer => {
    const route = routeOf(deps, request);
    if (!route) return invalidUrlPattern();
    const operation = route[request.method];
    if (!operation) return invalidRequestMethod();

    const token = /^zoho-oauthtoken +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return authenticationFailure();
    const granted = deps.tokens.scopesOf(token);
    if (!granted) return invalidToken();
    if (!operation.need) return invalidModule(operation.moduleIndex);
    return covers(granted, operation.need) ? operation.run() : scopeMismatch();
  };

const routeOf = (deps: CrmDeps, request: SandboxRequest): Route | undefined => {
  if (!request.path.startsWith(PREFIX)) return undefined;
  const segments = request.path.slice(PREFIX.length).split('/');
  switch (segments[0]) {
    case 'org':
      return segments.length === 1
        ? {
            GET: {
              need: { group: 'org', operations: READ },
              moduleIndex: 0,
              run: () => jsonAnswer(200, { org: [org] }, 1),
            },
          }
        : undefined;
    case 'settings':
      return settingsRoute(segments, request);
    default:
      return moduleRoute(deps, segments, request);
  }
};

const settingsRoute = ([, what, name, ...rest]: string[], request: SandboxRequest): Route | undefined => {
  if (rest.length > 0) return undefined;
  if (what === 'fields' && name === undefined)
    return {
      GET: {
        need: { group: 'settings', entity: 'fields', operations: READ },
        moduleIndex: 0,
        run: () => listFields(request.query),
      },
    };
  if (what !== 'modules') return undefined;
  const isKnown = name === undefined || isModuleName(name);
  return {
    GET: {
      need: isKnown ? { group: 'settings', entity: 'modules', operations: READ } : undefined,
      moduleIndex: 2,
      run: () => jsonAnswer(200, { modules: moduleMetadata(name) }, 1),
    },
  };
};

const listFields = (query: URLSearchParams): SandboxAnswer => {
  const name = query.get('module') ?? '';
  if (name === '') return paramMissing('module');
  if (!isModuleName(name)) return invalidModule(0);
  // No field of the demo org is unused.
  return query.get('type') === 'unused'
    ? emptyAnswer(1)
    : jsonAnswer(200, { fields: fieldMetadata(moduleNamed(name)) }, 1);
};

/** First segments of Zoho's other paths: none of them is a module. */
const NOT_MODULES: ReadonlySet<string> = new Set([
  'coql',
  'users',
  'actions',
  'bulk',
  'files',
  'features',
  'composite_requests',
]);

const moduleRoute = (
  deps: CrmDeps,
  [name = '', below, ...rest]: string[],
  request: SandboxRequest,
): Route | undefined => {
  if (rest.length > 0 || NOT_MODULES.has(name) || !/^[A-Za-z]\w*$/.test(name)) return undefined;
  const module = isModuleName(name) ? moduleNamed(name) : undefined;
  const operation = (operations: string[], run: (module: Module) => SandboxAnswer): Operation => ({
    need: module && { group: 'modules', entity: module.name, operations },
    moduleIndex: 0,
    run: () => (module ? run(module) : invalidModule(0)),
  });
  const ifModifiedSinceMs = Date.parse(String(request.headers['if-modified-since'] ?? ''));
  const reads = (module: Module) => ({ module, store: deps.stores[module.name], now: deps.now, ifModifiedSinceMs });
  const writes = (kind: WriteKind, pathId?: string) => (module: Module) => write(deps, module, kind, request, pathId);

  if (below === undefined)
    return {
      GET: operation(READ, (module) => listRecords(reads(module), request.query)),
      POST: operation(INSERT, writes('insert')),
      PUT: operation(UPDATE, writes('update')),
    };
  if (below === 'upsert') return { POST: operation(INSERT, writes('upsert')) };
  if (!/^\d/.test(below)) return undefined;
  const malformed = /^\d{1,19}$/.test(below)
    ? undefined
    : badRequest(invalidData({ resource_path_index: 1 }, 'the id given seems to be invalid'));
  return {
    GET: operation(READ, (module) => malformed ?? getRecord(reads(module), below, request.query)),
    PUT: operation(UPDATE, (module) => malformed ?? writes('update', below)(module)),
  };
};

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
