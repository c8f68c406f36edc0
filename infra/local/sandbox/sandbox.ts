import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Now } from '../../../lib/platform/clock.ts';
import { createTokens } from './accounts/tokens.ts';
import type { SandboxAnswer } from './answer.ts';
import { createClock } from './clock.ts';
import { createCallLog } from './control/call-log.ts';
import { createFaults } from './control/faults.ts';
import { ruleWebhooks } from './crm/automation/rule-webhooks.ts';
import { custom, field } from './crm/field.ts';
import { createModules, type ModuleName } from './crm/modules.ts';
import { createNoteStore } from './crm/notes/note-store.ts';
import { createOrgState } from './crm/org-state.ts';
import { createRecordStore, type RecordStore } from './crm/record-store.ts';
import { createSearchIndex } from './crm/search-index.ts';
import { createIdCounter, randomClientId, randomClientSecret, randomToken } from './ids.ts';
import { createLimits, type LimitsWish } from './limits/limits.ts';
import type { SandboxRequest } from './request.ts';
import type { Rooms } from './rooms.ts';
import { createDoor, createListener } from './serve.ts';
import { createSettings } from './settings.ts';
import { createStateFile, loadState } from './state-file.ts';
import { createDeliveries } from './webhooks/deliveries.ts';

export type SandboxOptions = {
  now?: Now;
  /** Where records, tokens, client and webhooks outlive the process; without it nothing does. */
  stateFile?: string;
  /** Whether workflow webhooks may be sent to this machine. */
  allowLoopbackWebhooks: boolean;
  /** Of the one self client; made up, or taken from the state file, when absent. */
  clientId?: string;
  clientSecret?: string;
  /** Where that setting starts, and returns to: seconds from a write until search finds it. */
  searchLagSeconds?: number;
  /** Edition, users and latency at the start, and after a reset. */
  limits?: LimitsWish;
};

export type Sandbox = {
  clientId: string;
  clientSecret: string;
  listener: RequestListener;
  /** One request answered at once, without a socket and whatever faults are set; for runs in virtual time. */
  ask(request: SandboxRequest): Promise<SandboxAnswer>;
  /** To be called once the server listens: it is the `api_domain` and accounts server that answers name. */
  listensAt(baseUrl: string): void;
  /** Ends open webhooks and hanging calls, and writes the state. */
  close(): Promise<void>;
};

/**
 * A local stand-in for Zoho: accounts server, CRM API version 8, workflow webhooks and a small CRM screen, as one
 * request listener.
 * @throws {ConfigurationError} `sandbox.state_unreadable`
 */
export const createSandbox = (options: SandboxOptions): Sandbox => {
  const clock = createClock(options.now ?? Date.now);
  const { now } = clock;
  const limits = createLimits({ now, random: Math.random, ...(options.limits ? { start: options.limits } : {}) });
  const saved = options.stateFile === undefined ? undefined : loadState(options.stateFile);
  const client = {
    clientId: options.clientId ?? saved?.client.clientId ?? randomClientId(),
    clientSecret: options.clientSecret ?? saved?.client.clientSecret ?? randomClientSecret(),
  };
  const ids = createIdCounter(saved?.lastId);
  const tokens = createTokens({ now, randomToken, saved });
  const settings = createSettings(
    saved?.settings,
    options.searchLagSeconds === undefined ? {} : { searchLagSeconds: options.searchLagSeconds },
  );
  const searchLagMs = (): number => settings.now().searchLagSeconds * 1_000;
  const orgState = createOrgState(saved?.org, () => changed());
  const modules = createModules(
    (saved?.org?.fields ?? []).map(({ module, apiName, label, type, length, ...more }) => ({
      module,
      field: field(apiName, label, type, length, { ...custom, ...more }),
    })),
  );
  const checksConverted = (): boolean => orgState.get().checksConverted === true;
  const storeOf = (name: ModuleName): RecordStore =>
    createRecordStore(modules.named(name), saved?.records[name], createSearchIndex(now, searchLagMs), checksConverted);
  const stores = {
    Leads: storeOf('Leads'),
    Accounts: storeOf('Accounts'),
    Contacts: storeOf('Contacts'),
    Deals: storeOf('Deals'),
  };
  const notes = createNoteStore(saved?.notes);
  const deliveries = createDeliveries({ now, fetch: globalThis.fetch, settings: settings.now });
  const closing = new AbortController();
  let webhooks = saved?.webhooks ?? [];
  let baseUrl = '';

  const stateFile =
    options.stateFile === undefined
      ? undefined
      : createStateFile(options.stateFile, () => ({
          version: 1,
          client,
          lastId: ids.last(),
          ...tokens.save(),
          records: {
            Leads: stores.Leads.all(),
            Accounts: stores.Accounts.all(),
            Contacts: stores.Contacts.all(),
            Deals: stores.Deals.all(),
          },
          webhooks,
          org: orgState.get(),
          settings: settings.now(),
          notes: notes.all(),
        }));
  const changed = (): void => stateFile?.changed();
  changed(); // a client made up just now is worth keeping too

  const rooms: Rooms = {
    now,
    clock,
    limits,
    baseUrl: () => baseUrl,
    client,
    tokens,
    stores,
    modules,
    orgState,
    notes,
    nextId: ids.next,
    calls: createCallLog(now),
    faults: createFaults(),
    deliveries,
    allowLoopbackWebhooks: options.allowLoopbackWebhooks,
    webhooks: () => webhooks,
    setWebhooks(wanted) {
      webhooks = wanted;
      changed();
    },
    settings: settings.now,
    setSettings(wish) {
      settings.set(wish);
      changed();
    },
    onWritten(written, runsWorkflows) {
      changed();
      return deliveries.prepare(runsWorkflows ? [...webhooks, ...ruleWebhooks({ orgState, modules })] : [], written);
    },
    changed,
    kept: async () => stateFile?.kept(),
  };

  return {
    ...client,
    listener: createListener(rooms, closing.signal),
    ask: createDoor(rooms),
    listensAt(url) {
      baseUrl = url;
    },
    async close() {
      closing.abort();
      deliveries.close();
      await stateFile?.kept();
    },
  };
};

export type RunningSandbox = { baseUrl: string; clientId: string; clientSecret: string; close(): Promise<void> };

/**
 * Starts a sandbox on 127.0.0.1 only; port 0 takes a free one.
 * @throws whatever listening throws: `EADDRINUSE` when the port is taken
 */
export const startSandbox = async ({
  port,
  ...options
}: SandboxOptions & { port: number }): Promise<RunningSandbox> => {
  const sandbox = createSandbox(options);
  const server = createServer(sandbox.listener);
  // A connection that ends just as it is used again looks like an outage to its user; Zoho keeps them longer than 5 s.
  server.keepAliveTimeout = 65_000;
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sandbox.listensAt(baseUrl);
  return {
    baseUrl,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, sandbox.close()]);
    },
  };
};
