import { covers } from '../accounts/scopes.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import { runQuery } from './coql/run-query.ts';
import {
  authenticationFailure,
  invalidModule,
  invalidRequestMethod,
  invalidToken,
  invalidUrlPattern,
  scopeMismatch,
} from './errors.ts';
import { moduleRoute } from './module-routes.ts';
import { org } from './org.ts';
import { type CrmDeps, READ, type Route } from './route.ts';
import { settingsRoute } from './settings-routes.ts';

const PREFIX = '/crm/v8/';

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
    if (!operation.needs) return invalidModule(operation.moduleIndex ?? 0);
    return operation.needs.every((need) => covers(granted, need)) ? operation.run(granted) : scopeMismatch();
  };

const routeOf = (deps: CrmDeps, request: SandboxRequest): Route | undefined => {
  if (!request.path.startsWith(PREFIX)) return undefined;
  const segments = request.path.slice(PREFIX.length).split('/');
  if (segments[0] === 'settings') return settingsRoute(segments, request);
  return fixedRoutes(deps, request)[segments.join('/')] ?? moduleRoute(deps, segments, request);
};

/** Paths without a module or an id in them. */
const fixedRoutes = (deps: CrmDeps, request: SandboxRequest): Partial<Record<string, Route>> => ({
  org: { GET: { needs: [{ group: 'org', operations: READ }], run: () => jsonAnswer(200, { org: [org] }, 1) } },
  coql: {
    POST: {
      needs: [{ group: 'coql', operations: READ }],
      run: (granted) =>
        runQuery(
          {
            stores: deps.stores,
            mayRead: (module) => covers(granted, { group: 'modules', entity: module, operations: READ }),
          },
          request.body,
        ),
    },
  },
});
