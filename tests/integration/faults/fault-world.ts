import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler as createConnectZoho } from '../../../functions/connect-zoho/handler.ts';
import { createHandler as createDeliverEvents } from '../../../functions/deliver-events/handler.ts';
import { createHandler as createDeliverLeads } from '../../../functions/deliver-leads/handler.ts';
import { createHandler as createReceiveWebhook } from '../../../functions/receive-webhook/handler.ts';
import { createHandler as createSubmitLead } from '../../../functions/submit-lead/handler.ts';
import { commands } from '../../../infra/cli/commands.ts';
import { checkTable } from '../../../infra/cli/doctor/check-table.ts';
import { scanTable } from '../../../infra/cli/doctor/scan-table.ts';
import { run } from '../../../infra/cli/run.ts';
import { createReceivers } from '../../../infra/local/demo/receivers.ts';
import { createTables, freePorts, startDynamoDb } from '../../../infra/local/dynamodb.ts';
import { startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { startSecretsManager } from '../../../infra/local/secrets-manager.ts';
import { readService } from '../../../infra/local/service.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import type { SecretStore } from '../../../lib/platform/secrets.ts';
import { createSecretsManager } from '../../../lib/platform/secrets-manager.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import type { FormInput } from '../../../lib/sources/form.ts';
import { createSourceLoader } from '../../../lib/sources/load-source.ts';
import { destinationsSecretName } from '../../../lib/sources/signing-secrets.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { createAccessTokens } from '../../../lib/tokens/access-token.ts';
import { createConnect } from '../../../lib/tokens/connect.ts';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { tokenKey } from '../../../lib/tokens/token-item.ts';
import { createDispatch } from '../../../lib/work/dispatch.ts';
import { readLaneName } from '../../../lib/work/lane-name.ts';
import { createIoClock } from '../../support/io-clock.ts';
import { loadEvent } from '../../support/load-event.ts';
import { createInstance, type Instance, type Moments, sendAnywhere } from './instance.ts';
import { startReceiver } from './receiver.ts';

const STAGE = 'test';
export const UPSERT = '/crm/v8/Leads/upsert';
export const INSERT = '/crm/v8/Leads';
export const TOKEN = '/oauth/v2/token';
export const LEADS_LANE = 'zoho#demo';
export const EVENTS_LANE = 'destination#demo#inbox';

/** Nobody listens there: what is sent to it meets ECONNREFUSED. */
const NOWHERE = 'http://127.0.0.1:9';

type LaneSeen = { lane: string; state: string; reason?: string; waiting: number; until?: string };
type SubmissionSeen = {
  id: string;
  state: string;
  reason?: string;
  attempts: number;
  nextTryAt?: string;
  zohoId?: string;
  zohoAction?: string;
  history: Array<{ outcome: string; code?: string; field?: string }>;
};
type DeliverySeen = Omit<SubmissionSeen, 'zohoId' | 'zohoAction'>;

/**
 * One client with all six handlers, over a real table, secret store and Zoho sandbox, in virtual time: what the
 * functions do when something breaks, and what the operator's command then shows.
 */
export const startFaultWorld = async (form: Partial<FormInput> = {}) => {
  const clock = createIoClock();
  const logs: Array<{ message: string; code?: string }> = [];
  const [dynamoPort = 0, secretsPort = 0] = await freePorts(2);
  const emulator = await startDynamoDb({ port: dynamoPort });
  const store = await startSecretsManager({ port: secretsPort });
  const sandbox = await startSandbox({ port: 0, allowLoopbackWebhooks: false, now: clock.now });
  const credentials = { region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamoDb = new DynamoDBClient({ ...credentials, endpoint: emulator.endpoint });
  const secretsManager = new SecretsManagerClient({ ...credentials, endpoint: store.baseUrl });
  const nowhere = new SecretsManagerClient({ ...credentials, endpoint: NOWHERE, maxAttempts: 1 });
  await createTables(dynamoDb, readService().tables, (logicalId) => logicalId);
  const records = dynamoTable(dynamoDb, 'RecordsTable');
  const tokens = dynamoTable(dynamoDb, 'TokensTable');
  const secrets = createSecretsManager(secretsManager);
  const receiver = await startReceiver(async () => {
    const secret = await secrets.get(destinationsSecretName(STAGE, 'demo'));
    const { inbox } = (secret?.value ?? {}) as { inbox?: { signingSecret: string } };
    return inbox?.signingSecret ?? '';
  });

  /** What the functions meet in place of the real thing: workers from their start, the others at every call. */
  let workersMet: (real: Table) => Table = (real) => real;
  let callsMet: Table = records;
  /** Behind it the table may change under an instance that is warm. */
  const metByCalls: Table = {
    name: records.name,
    get: (...of) => callsMet.get(...of),
    getMany: (...of) => callsMet.getMany(...of),
    put: (...of) => callsMet.put(...of),
    update: (...of) => callsMet.update(...of),
    delete: (...of) => callsMet.delete(...of),
    transact: (...of) => callsMet.transact(...of),
    query: (...of) => callsMet.query(...of),
  };
  let secretsMet: SecretStore = secrets;

  const extraHosts = {
    accounts: [sandbox.baseUrl],
    api: [sandbox.baseUrl],
    destinations: [receiver.url],
  };
  const source = sourceSchema.parse({
    id: 'demo',
    zoho: { accountsUrl: sandbox.baseUrl },
    forms: {
      contact: {
        fields: { Email: 'email', Last_Name: 'last_name', Lead_Number: 'number' },
        duplicateCheckFields: ['Email'],
        gather: '0s',
        ...form,
      },
    },
    webhook: { exchangeRate: '0.1282', currency: 'USD' },
    destinations: { inbox: { type: 'webhook', url: `${receiver.url}/hook` } },
  });
  const applied = await applySource(source, { table: records, secrets, stage: STAGE, now: clock.now, randomId });
  const apiKey = applied.apiKey ?? '';
  const client = {
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    accountsUrl: sandbox.baseUrl,
  };
  await secrets.put(connectionSecretName(STAGE, 'demo'), client, crypto.randomUUID());

  const newInstance = (options: { moments?: Moments; aheadMs?: number } = {}): Instance =>
    createInstance({ clock, send: sendAnywhere, ...options });
  const portsOf = (instance: Instance, met: Table = records) => ({
    table: instance.table(met),
    now: instance.now,
    sleep: instance.sleep,
    random: () => 0.5,
    randomId,
    send: instance.send,
    secrets: async () => instance.secrets(secretsMet),
    stage: STAGE,
    log: (_: string, message: string, fields: object = {}) => void logs.push({ message, ...fields }),
    extraHosts,
  });
  const tokensTable = (instance: Instance) => instance.table(tokens);

  /** Runs the lane's worker on an instance, until it has left, or has died. */
  const work = (lane: string, instance: Instance): Promise<unknown> => {
    const ports = portsOf(instance, workersMet(records));
    const loadSource = createSourceLoader(ports);
    const startedAtMs = clock.now();
    const context = { getRemainingTimeInMillis: () => startedAtMs + 300_000 - clock.now() };
    const handler =
      readLaneName(lane)?.kind === 'zoho'
        ? createDeliverLeads({
            ...ports,
            loadSource,
            tokens: createAccessTokens({ ...ports, table: tokensTable(instance) }),
          })
        : createDeliverEvents({ ...ports, loadSource, extraOrigins: [receiver.url] });
    return handler({ lane }, context);
  };

  /** Instances the dispatcher starts from now on. */
  let nextInstance: () => Instance = newInstance;
  const running = new Set<{ instance: Instance; over: boolean }>();

  /** One minute's tick, and its workers until each has left, or stands still. */
  const serve = async (): Promise<void> => {
    const dispatcher = portsOf(newInstance());
    const dispatch = createDispatch({
      ...dispatcher,
      maxLanes: 50,
      startWorker: async (lane) => {
        const worker = { instance: nextInstance(), over: false };
        running.add(worker);
        work(lane, worker.instance)
          .catch((error: unknown) => {
            logs.push({ message: 'worker.failed', code: (error as { code?: string }).code ?? 'unknown' });
          })
          .finally(() => {
            worker.over = true;
            running.delete(worker);
          });
      },
    });
    await clock.run(dispatch.tick());
    await clock.until(() => [...running].every(({ over, instance }) => over || instance.isFrozen()));
  };

  const call = async (
    handler: (event: APIGatewayProxyEventV2) => Promise<{ statusCode: number; body?: string | undefined }>,
    event: APIGatewayProxyEventV2,
  ) => {
    const answer = await clock.run(handler(event));
    return { status: answer.statusCode, body: answer.body ?? '' };
  };
  const handlers = (instance = newInstance()) => {
    const ports = portsOf(instance, metByCalls);
    const common = { ...ports, loadSource: createSourceLoader(ports) };
    return {
      submitLead: createSubmitLead(common),
      receiveWebhook: createReceiveWebhook(common),
      connectZoho: createConnectZoho({
        ...common,
        connect: createConnect({ ...ports, table: tokensTable(instance), recordsTable: records.name }),
        publicUrl: 'https://api.example.com',
      }),
    };
  };
  /** One warm instance of the functions that are called over HTTP. */
  let http = handlers();

  const cli = async (line: string): Promise<unknown> => {
    const printed = await run([...line.split(' '), '--json'], commands, {
      now: clock.now,
      randomId,
      fetch,
      openTarget: async () => ({
        stage: STAGE,
        isLocal: true,
        records,
        scanRecords: () => scanTable(dynamoDb, records.name),
        tokens,
        secrets,
        publicUrl: 'https://api.example.com',
        extraHosts,
        close: () => undefined,
      }),
      readFile: () => '',
      fileExists: () => false,
      readStdin: async () => '',
      ask: undefined,
      note: () => undefined,
    });
    if (printed.exitCode > 1) throw new Error(`${line}: ${printed.stdout}`);
    return JSON.parse(printed.stdout);
  };

  const sandboxDo = async (path: string, method: string, body?: unknown): Promise<unknown> =>
    (
      await fetch(`${sandbox.baseUrl}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    ).json();
  const calls = async () => (await createReceivers({ sandbox: sandbox.baseUrl, inbox: receiver.url }).calls()).calls;

  const end = async (): Promise<void> => {
    await receiver.close();
    await sandbox.close();
    await store.close();
    await emulator.close();
    for (const one of [dynamoDb, secretsManager, nowhere]) one.destroy();
  };

  const world = {
    clock,
    records,
    tokens,
    secrets,
    sandbox,
    receiver,
    logs,
    cli,
    newInstance,
    serve,
    work,
    /** From here on the dispatcher's workers are such instances. */
    startAs: (make: () => Instance) => {
      nextInstance = make;
    },
    /** The next call meets a cold instance. */
    restart: () => {
      http = handlers();
    },
    /** What the functions that are called over HTTP meet in place of the table, on a cold instance. */
    tablesMeet: (met: (real: Table) => Table) => {
      callsMet = met(records);
      http = handlers();
    },
    tablesMeetWarm: (met: (real: Table) => Table) => {
      callsMet = met(records);
    },
    workersMeet: (met: (real: Table) => Table) => {
      workersMet = met;
    },
    secretsUnreachable: () => {
      secretsMet = createSecretsManager(nowhere);
    },
    mendAws: () => {
      workersMet = (real) => real;
      callsMet = records;
      secretsMet = secrets;
      http = handlers();
    },
    /** A form post from a script. */
    post: async (
      email: string,
      fields: Record<string, string> = {},
      { accept = 'application/json', submitLead = http.submitLead } = {},
    ) => {
      const event = loadEvent('submit-lead/valid');
      const body = new URLSearchParams({ email, last_name: 'Chan', ...fields }).toString();
      return call(submitLead, { ...event, headers: { ...event.headers, accept }, body, isBase64Encoded: false });
    },
    /** An accepted post; its id. */
    lead: async (email: string, fields: Record<string, string> = {}): Promise<string> => {
      const { status, body } = await world.post(email, fields);
      expect(status).toBe(202);
      return (JSON.parse(body) as { id: string }).id;
    },
    /** The same by an instance of its own. */
    leadFrom: async (instance: Instance, email: string): Promise<string> => {
      const { submitLead } = handlers(instance);
      const { status, body } = await world.post(email, {}, { submitLead });
      expect(status).toBe(202);
      return (JSON.parse(body) as { id: string }).id;
    },
    webhook: async (status: string, leadId = '5725767000000524157') => {
      const query = { api_key: apiKey, lead_id: leadId, cdp_id: 'v-81', lead_status: status };
      const { body: _, ...event } = loadEvent('receive-webhook/query');
      return call(http.receiveWebhook, {
        ...event,
        pathParameters: { source: 'demo' },
        rawQueryString: new URLSearchParams(query).toString(),
        queryStringParameters: query,
      });
    },
    newCode: async (wish: object = {}): Promise<string> =>
      ((await sandboxDo('/sandbox/codes', 'POST', wish)) as { code: string }).code,
    visit: async (code: string) => {
      const query = { api_key: apiKey, zoho_code: code };
      const answer = await call(http.connectZoho, {
        ...loadEvent('connect-zoho/code'),
        pathParameters: { source: 'demo' },
        rawQueryString: new URLSearchParams(query).toString(),
        queryStringParameters: query,
      });
      const [, outcome, refusal] = /<main data-outcome="(\w+)"(?: data-code="(\w+)")?/.exec(answer.body) ?? [];
      return { status: answer.status, outcome, ...(refusal === undefined ? {} : { code: refusal }) };
    },
    connect: async (wish: { scope?: string } = {}): Promise<void> => {
      expect(await world.visit(await world.newCode(wish))).toEqual({ status: 200, outcome: 'connected' });
    },
    fault: (fault: object) => sandboxDo('/sandbox/faults', 'POST', fault),
    mend: () => sandboxDo('/sandbox/faults', 'DELETE'),
    /** Our access token is over, and a refresh is due. */
    expireToken: () => tokens.update(tokenKey('demo'), { set: { expiresAtMs: clock.now() - 1 } }),
    revoke: async (): Promise<void> => {
      const secret = await secrets.get(connectionSecretName(STAGE, 'demo'));
      const token = new URLSearchParams({ token: String(secret?.value.refreshToken) });
      await fetch(`${sandbox.baseUrl}/oauth/v2/token/revoke?${token}`, { method: 'POST' });
    },
    /** What `leadloop lanes list` shows of a lane. */
    lane: async (lane = LEADS_LANE): Promise<LaneSeen> => {
      const { lanes } = (await cli('lanes list')) as { lanes: LaneSeen[] };
      const found = lanes.find((one) => one.lane === lane);
      if (found === undefined) throw new Error(`no lane ${lane}`);
      return found;
    },
    /** What `leadloop submissions show` says. */
    submission: async (id: string): Promise<SubmissionSeen> => (await cli(`submissions show ${id}`)) as SubmissionSeen,
    delivery: async (eventId: string): Promise<DeliverySeen> =>
      (await cli(`deliveries show ${eventId}#inbox`)) as DeliverySeen,
    /** Calls the sandbox has seen at a path of writes, whatever became of them. */
    writes: async (path = UPSERT): Promise<number> =>
      (await calls()).filter((one) => one.path === path && one.method === 'POST').length,
    refreshes: async (): Promise<number> =>
      (await calls()).filter(
        ({ path, requestBody }) => path === TOKEN && JSON.stringify(requestBody).includes('refresh_token'),
      ).length,
    /** How many leads of this address Zoho holds. */
    leadsOf: async (email: string): Promise<number> => {
      const leads = await createReceivers({ sandbox: sandbox.baseUrl, inbox: receiver.url }).leads();
      return leads.filter(({ Email }) => Email === email).length;
    },
    /** The table is sound, and everything ends. */
    close: async (): Promise<void> => {
      try {
        const items = scanTable(dynamoDb, records.name);
        const { findings } = await checkTable(items, { nowMs: clock.now(), getMany: records.getMany });
        expect(findings).toEqual([]);
      } finally {
        await end();
      }
    },
  };
  try {
    await world.connect();
  } catch (error) {
    await end(); // or Jest would wait for it
    throw error;
  }
  return world;
};
export type FaultWorld = Awaited<ReturnType<typeof startFaultWorld>>;
