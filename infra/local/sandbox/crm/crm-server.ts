import type { IncomingHttpHeaders } from 'node:http';
import { covers, type Need } from '../accounts/scopes.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import { listApis } from './api-list.ts';
import { runQuery } from './coql/run-query.ts';
import { enableCurrencies, listCurrencies } from './currencies.ts';
import {
  authenticationFailure,
  invalidModule,
  invalidRequestMethod,
  invalidToken,
  invalidUrlPattern,
  scopeMismatch,
} from './errors.ts';
import { moduleRoute } from './module-routes.ts';
import { createNotes } from './notes/notes-routes.ts';
import { org } from './org.ts';
import { type CrmDeps, INSERT, READ, type Route } from './route.ts';
import { settingsRoute } from './settings/settings-routes.ts';
import { getUser, listUsers } from './users.ts';

const PREFIX = '/crm/v8/';
const USERS: Need = { group: 'users', operations: READ };

/** The token of `Authorization: Zoho-oauthtoken …`; undefined without one, or under another scheme. */
export const accessTokenOf = ({ authorization = '' }: IncomingHttpHeaders): string | undefined =>
  /^zoho-oauthtoken +(\S+)$/i.exec(authorization)?.[1];

/** The CRM API, version 8. */
export const crmServer =
  (deps: CrmDeps) =>
  (request: SandboxRequest): SandboxAnswer => {
    const route = routeOf(deps, request);
    if (!route) return invalidUrlPattern();
    const operation = route[request.method];
    if (!operation) return invalidRequestMethod();

    const token = accessTokenOf(request.headers);
    if (token === undefined) return authenticationFailure();
    const granted = deps.tokens.scopesOf(token);
    if (!granted) return invalidToken();
    if (!operation.needs) return invalidModule(operation.moduleIndex ?? 0);
    return operation.needs.every((need) => covers(granted, need)) ? operation.run(granted) : scopeMismatch();
  };

const routeOf = (deps: CrmDeps, request: SandboxRequest): Route | undefined => {
  if (!request.path.startsWith(PREFIX)) return undefined;
  const segments = request.path.slice(PREFIX.length).split('/');
  const [first, second = '', ...rest] = segments;
  if (first === 'settings') return settingsRoute(deps, segments, request);
  if (first === 'users' && rest.length === 0 && /^\d/.test(second))
    return { GET: { needs: [USERS], run: () => getUser(second) } };
  return fixedRoutes(deps, request)[segments.join('/')] ?? moduleRoute(deps, segments, request);
};

/** Paths without a module or an id in them. */
const fixedRoutes = (deps: CrmDeps, request: SandboxRequest): Partial<Record<string, Route>> => ({
  org: {
    GET: {
      needs: [{ group: 'org', operations: READ }],
      run: () => {
        const mc_status = deps.orgState.get().multiCurrencySinceMs !== undefined;
        const { edition, users } = deps.limits.now();
        const license_details = {
          ...org.license_details,
          paid: edition !== 'free',
          paid_type: edition,
          users_license_purchased: users,
        };
        return jsonAnswer(200, { org: [{ ...org, mc_status, license_details }] }, 1);
      },
    },
  },
  'org/currencies': {
    GET: {
      needs: [{ group: 'settings', entity: 'currencies', operations: READ }],
      run: () => listCurrencies(deps.orgState),
    },
  },
  'org/currencies/actions/enable': {
    POST: {
      needs: [{ group: 'settings', entity: 'currencies', operations: INSERT }],
      run: () => enableCurrencies(deps.orgState, deps.now(), request.body),
    },
  },
  users: { GET: { needs: [USERS], run: () => listUsers(request.query) } },
  Notes: {
    POST: {
      needs: [{ group: 'modules', entity: 'Notes', operations: INSERT }],
      run: () => createNotes(deps, request),
    },
  },
  __apis: { GET: { needs: [{ group: 'apis', operations: READ }], run: () => listApis(request.query) } },
  coql: {
    POST: {
      needs: [{ group: 'coql', operations: READ }],
      run: (granted) =>
        runQuery(
          {
            stores: deps.stores,
            modules: deps.modules,
            mayRead: (module) => covers(granted, { group: 'modules', entity: module, operations: READ }),
          },
          request.body,
        ),
    },
  },
});
