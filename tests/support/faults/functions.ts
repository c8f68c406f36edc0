import { createHandler as createConnectZoho } from '../../../functions/connect-zoho/handler.ts';
import { createHandler as createDeliverEvents } from '../../../functions/deliver-events/handler.ts';
import { createHandler as createDeliverLeads } from '../../../functions/deliver-leads/handler.ts';
import { createHandler as createDispatchHandler } from '../../../functions/dispatch/handler.ts';
import { createHandler as createReceiveWebhook } from '../../../functions/receive-webhook/handler.ts';
import { createHandler as createSubmitLead } from '../../../functions/submit-lead/handler.ts';
import type { Log } from '../../../lib/platform/log.ts';
import type { Send } from '../../../lib/platform/outbound.ts';
import type { SecretStore } from '../../../lib/platform/secrets.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { createSourceLoader } from '../../../lib/sources/load-source.ts';
import { createAccessTokens } from '../../../lib/tokens/access-token.ts';
import { createConnect } from '../../../lib/tokens/connect.ts';
import { createDispatch } from '../../../lib/work/dispatch.ts';
import type { SimulatedProcess } from './simulated-process.ts';

export const functionNames = [
  'submit-lead',
  'receive-webhook',
  'connect-zoho',
  'dispatch',
  'deliver-leads',
  'deliver-events',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** As `serverless.yml` says. */
export const timeoutMs: Record<FunctionName, number> = {
  'submit-lead': 29_000,
  'receive-webhook': 29_000,
  'connect-zoho': 29_000,
  dispatch: 30_000,
  'deliver-leads': 300_000,
  'deliver-events': 300_000,
};

/** What lies outside the processes: stores, the network, and who starts workers. */
export type Outside = {
  records: Table;
  tokens: Table;
  secrets: SecretStore;
  send: Send;
  startWorker: (lane: string) => Promise<void>;
  random: () => number;
  randomId: () => string;
  log: Log;
  stage: string;
  zohoOrigins: string[];
  publicUrl: string;
  maxLanes: number;
};

export type Context = { getRemainingTimeInMillis: () => number };
export type Invocable = (event: unknown, context: Context) => Promise<unknown>;

/** The handlers take the events that AWS hands them; what the world sends is made of whole sample events. */
const asHandler =
  <Event>(handler: (event: Event, context: Context) => Promise<unknown>): Invocable =>
  (event, context) =>
    handler(event as Event, context);

/**
 * One instance of a function, wired as its `index.ts` wires it: the real handler and everything below it, with the
 * process's ports in place of the platform's.
 */
export const createInstance = (name: FunctionName, { ports }: SimulatedProcess, outside: Outside): Invocable => {
  const { now, sleep } = ports;
  const { random, randomId, log, stage, maxLanes } = outside;
  const table = ports.table('records', outside.records);
  const send = ports.send(outside.send);
  const store = ports.secrets(outside.secrets);
  const secrets = async (): Promise<SecretStore> => store;
  const loadSource = createSourceLoader({ table, now, log });
  const extraHosts = { accounts: outside.zohoOrigins, api: outside.zohoOrigins };
  const common = { table, loadSource, now, sleep, random, randomId, log };
  switch (name) {
    case 'submit-lead':
      return asHandler(createSubmitLead(common));
    case 'receive-webhook':
      return asHandler(createReceiveWebhook(common));
    case 'connect-zoho': {
      const tokens = ports.table('tokens', outside.tokens);
      const connect = createConnect({
        ...common,
        table: tokens,
        recordsTable: outside.records.name,
        secrets,
        stage,
        send,
        extraHosts,
      });
      return asHandler(createConnectZoho({ ...common, connect, publicUrl: outside.publicUrl, extraHosts }));
    }
    case 'dispatch': {
      const startWorker = ports.startWorker(outside.startWorker);
      return asHandler(createDispatchHandler(createDispatch({ table, now, log, maxLanes, startWorker })));
    }
    case 'deliver-leads': {
      const tokens = createAccessTokens({
        ...common,
        table: ports.table('tokens', outside.tokens),
        secrets,
        stage,
        send,
        extraHosts,
      });
      return asHandler(createDeliverLeads({ ...common, send, tokens }));
    }
    case 'deliver-events':
      return asHandler(createDeliverEvents({ ...common, send, secrets, stage, extraOrigins: [] }));
  }
};
