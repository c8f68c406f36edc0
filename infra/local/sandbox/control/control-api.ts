import * as z from 'zod/mini';
import { DEFAULT_SCOPE, isKnownScope, parseScopes } from '../accounts/scopes.ts';
import { MAX_CODE_MINUTES } from '../accounts/tokens.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import { isModuleName } from '../crm/modules.ts';
import type { SandboxRequest } from '../request.ts';
import type { Rooms } from '../rooms.ts';
import { settingsWish } from '../settings.ts';
import { webhooks } from '../webhooks/webhook.ts';
import { addressProblem } from '../webhooks/webhook-address.ts';
import { fault } from './faults.ts';
import { type Handler, readBody, refused } from './handler.ts';
import { advanceClock, putLimits, showLimits } from './limits-api.ts';

const codeWish = z.strictObject({
  scope: z.optional(z.string()),
  /** Zoho offers 3, 5, 7 and 10; tests may ask for fractions. */
  minutes: z.optional(z.number().check(z.positive(), z.maximum(MAX_CODE_MINUTES))),
});

/** What the sandbox's owner may ask and do; none of it is counted as a call. */
export const controlApi = (request: SandboxRequest, rooms: Rooms): SandboxAnswer => {
  const methods = routes[request.path] ?? lockRoute(request.path);
  if (!methods) return refused('unknown_path', `There is no ${request.path} here.`, 404);
  const handler = methods[request.method];
  return handler
    ? handler(request, rooms)
    : refused('wrong_method', `${request.path} takes ${Object.keys(methods).join(' and ')}.`, 405);
};

const issueCode: Handler = (request, { tokens, client, baseUrl }) => {
  const wish = readBody(codeWish, request);
  if (wish.status === 'wrong') return refused('bad_request', wish.message);
  const scope = parseScopes(wish.value.scope ?? DEFAULT_SCOPE);
  const unknown = scope.find((name) => !isKnownScope(name));
  if (scope.length === 0 || unknown !== undefined)
    return refused('invalid_scope', `Scope ${unknown ?? ''} does not exist.`);
  return jsonAnswer(200, {
    code: tokens.issueCode(scope, wish.value.minutes ?? MAX_CODE_MINUTES),
    ...client,
    accountsUrl: baseUrl(),
  });
};

const addFault: Handler = (request, { faults }) => {
  const wish = readBody(fault, request);
  if (wish.status === 'wrong') return refused('bad_request', wish.message);
  faults.add(wish.value);
  return jsonAnswer(200, { faults: faults.count() });
};

const clearFaults: Handler = (_, { faults }) => {
  faults.clear();
  return jsonAnswer(200, { faults: 0 });
};

/**
 * Drops records and notes, what the org has switched on or added, calls, faults, codes, settings and the list of sent
 * webhooks, what counts towards the token limits, and the credits used. The client, tokens given out and the webhooks
 * stay, so that whoever is connected still is; ids count on, and a clock that was moved on stays so.
 */
const reset: Handler = (_, rooms) => {
  const { stores, modules, orgState, notes, calls, faults, tokens, deliveries, limits, setSettings } = rooms;
  for (const store of Object.values(stores)) store.clear();
  modules.reset();
  notes.clear();
  orgState.set({});
  calls.clear();
  faults.clear();
  tokens.reset();
  deliveries.clear();
  limits.set({});
  limits.clear();
  setSettings({});
  return jsonAnswer(200, { status: 'reset' });
};

/**
 * `/sandbox/records/{module}/{id}/lock`: `POST` locks the record, as a person or a rule does in the CRM, so that writes
 * to it end in RECORD_LOCKED; `DELETE` unlocks it.
 */
const lockRoute = (path: string): Partial<Record<string, Handler>> | undefined => {
  const [, module = '', id = ''] = /^\/sandbox\/records\/(\w+)\/(\d+)\/lock$/.exec(path) ?? [];
  if (!isModuleName(module)) return undefined;
  const set =
    (locked: boolean): Handler =>
    (_, { stores, changed }) => {
      const record = stores[module].get(id);
      if (!record) return refused('unknown_record', `${module} has no record ${id}.`, 404);
      record.locked = locked;
      changed();
      return jsonAnswer(200, { module, id, locked });
    };
  return { POST: set(true), DELETE: set(false) };
};

const putWebhooks: Handler = (request, rooms) => {
  const wish = readBody(webhooks, request);
  if (wish.status === 'wrong') return refused('bad_request', wish.message);
  for (const [index, { url }] of wish.value.entries()) {
    const problem = addressProblem(url, rooms.allowLoopbackWebhooks);
    if (problem !== undefined) return refused('bad_url', `[${index}].url: ${problem}`);
  }
  rooms.setWebhooks(wish.value);
  return jsonAnswer(200, wish.value);
};

const putSettings: Handler = (request, rooms) => {
  const wish = readBody(settingsWish, request);
  if (wish.status === 'wrong') return refused('bad_request', wish.message);
  rooms.setSettings(wish.value);
  return jsonAnswer(200, rooms.settings());
};

const reportCalls: Handler = (_, { calls, limits }) =>
  jsonAnswer(200, {
    ...calls.report(),
    peakConcurrency: limits.peakConcurrency(),
    creditsRemaining: limits.creditsRemaining(),
  });

const routes: Partial<Record<string, Partial<Record<string, Handler>>>> = {
  '/sandbox/codes': { POST: issueCode },
  '/sandbox/calls': { GET: reportCalls },
  '/sandbox/limits': { GET: showLimits, PUT: putLimits },
  '/sandbox/clock': { GET: (_, { now }) => jsonAnswer(200, { nowMs: now() }), POST: advanceClock },
  '/sandbox/faults': { POST: addFault, DELETE: clearFaults },
  '/sandbox/reset': { POST: reset },
  '/sandbox/webhooks': { GET: (_, { webhooks: current }) => jsonAnswer(200, current()), PUT: putWebhooks },
  '/sandbox/settings': { GET: (_, { settings }) => jsonAnswer(200, settings()), PUT: putSettings },
};
