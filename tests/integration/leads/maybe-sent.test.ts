import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHandler } from '../../../functions/deliver-leads/handler.ts';
import { commands } from '../../../infra/cli/commands.ts';
import { scanTable } from '../../../infra/cli/doctor/scan-table.ts';
import { run as runCommand } from '../../../infra/cli/run.ts';
import { createReceivers, type Receivers } from '../../../infra/local/demo/receivers.ts';
import { createTables, startDynamoDb } from '../../../infra/local/dynamodb.ts';
import { type RunningSandbox, startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { readService } from '../../../infra/local/service.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { createSend } from '../../../lib/platform/outbound.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { createSourceLoader } from '../../../lib/sources/load-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { acceptSubmission } from '../../../lib/submissions/accept-submission.ts';
import { createAccessTokens } from '../../../lib/tokens/access-token.ts';
import { createConnect } from '../../../lib/tokens/connect.ts';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { readTokenItem } from '../../../lib/tokens/token-item.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { submissionKey, workAttributes } from '../../../lib/work/work-item.ts';
import { isZohoOrigin } from '../../../lib/zoho/data-centers.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { zohoOwner } from '../connect/connect-client.ts';

/** The worker's time goes twenty times as fast and can be moved on; what it sends and stores is real. */
const createFastClock = () => {
  const SPEED = 20;
  const startMs = Date.now();
  let skippedMs = 0;
  return {
    now: () => startMs + (Date.now() - startMs) * SPEED + skippedMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        const timer = setTimeout(resolve, ms / SPEED);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    skip: (ms: number) => {
      skippedMs += ms;
    },
  };
};

/** Any text field of the sandbox's leads that is not unique. */
const MARKER = 'Skype_ID';
const fields = { Email: 'email', Last_Name: 'last_name', CDP_ID: 'cdp_id' };
const forms = {
  marked: { fields, marker: MARKER, gather: '0s' },
  unmarked: { fields, gather: '0s' },
  either: {
    fields: { ...fields, Email: { from: 'email', required: false } },
    duplicateCheckFields: ['Email'],
    marker: MARKER,
    gather: '0s',
  },
};

const clock = createFastClock();
const secrets = createMemorySecrets();
let sandbox: RunningSandbox;
let dynamoDb: DynamoDBClient;
let records: Table;
let tokens: Table;
let receivers: Receivers;
const closing: Array<() => unknown> = [];

beforeAll(async () => {
  const emulator = await startDynamoDb({ port: 0 });
  sandbox = await startSandbox({ port: 0, allowLoopbackWebhooks: false });
  dynamoDb = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: emulator.endpoint,
  });
  receivers = createReceivers({ sandbox: sandbox.baseUrl, inbox: '' });
  closing.push(emulator.close, sandbox.close, () => dynamoDb.destroy());
  await createTables(dynamoDb, readService().tables, (logicalId) => logicalId);
  records = dynamoTable(dynamoDb, 'RecordsTable');
  tokens = dynamoTable(dynamoDb, 'TokensTable');
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const ports = () => {
  const extraHosts = { accounts: [sandbox.baseUrl], api: [sandbox.baseUrl], destinations: [] };
  return {
    secrets: async () => secrets,
    stage: 'local',
    send: createSend(fetch, (origin) => isZohoOrigin(origin, extraHosts)),
    now: clock.now,
    sleep: clock.sleep,
    random: Math.random,
    randomId,
    log: () => undefined,
    extraHosts,
  };
};

let clients = 0;
/** A connected client with its forms, and what its visitors and its operator do. */
const addClient = async ({ scope }: { scope?: string } = {}) => {
  clients += 1;
  const id = `client-${clients}`;
  const source = sourceSchema.parse({ id, zoho: { accountsUrl: sandbox.baseUrl }, forms });
  await applySource(source, { ...ports(), table: records, secrets });
  const { clientId, clientSecret, baseUrl } = sandbox;
  await secrets.put(
    connectionSecretName('local', id),
    { clientId, clientSecret, accountsUrl: baseUrl },
    crypto.randomUUID(),
  );
  const code = await zohoOwner(sandbox).newCode(scope === undefined ? {} : { scope });
  const visit = createConnect({ ...ports(), table: tokens, recordsTable: 'RecordsTable' });
  expect(await visit(source, code)).toMatchObject({ status: 'connected' });
  const deliver = createHandler({
    ...ports(),
    table: records,
    loadSource: createSourceLoader({ table: records, now: clock.now, log: () => undefined }),
    tokens: createAccessTokens({ ...ports(), table: tokens }),
  });
  const writes = async (): Promise<Array<Record<string, unknown>>> =>
    (await receivers.calls()).calls
      .filter(({ method, path }) => method === 'POST' && /^\/crm\/v8\/Leads(\/upsert)?$/.test(path))
      .flatMap(({ requestBody }) => (requestBody as { data: Array<Record<string, unknown>> }).data)
      .filter(({ CDP_ID }) => CDP_ID === id);

  return {
    id,
    writes,
    leads: async () => (await receivers.leads()).filter((lead) => lead.CDP_ID === id),
    accept: async (form: keyof typeof forms, more: Record<string, string>): Promise<string> => {
      const settings = source.forms[form];
      if (settings === undefined) throw new Error('no such form');
      const post = { source: id, connection: id, hmacKey: 'key', form, settings, gatherMs: 0, files: 0 };
      const accepted = await acceptSubmission(
        { ...post, fields: { last_name: 'Chan', cdp_id: id, ...more } },
        { ...ports(), table: records },
      );
      if (accepted.status !== 'accepted') throw new Error(accepted.status);
      return accepted.id;
    },
    /** What the dispatcher does each minute, for as many minutes. */
    ticks: async (minutes: number): Promise<void> => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await deliver({ lane: connectionLane(id) }, { getRemainingTimeInMillis: () => 300_000 });
        clock.skip(60_000);
      }
    },
    item: async (submission: string) => workAttributes.parse(await records.get(submissionKey(submission))),
    /** What a salesperson does with a lead that has become a customer. */
    convert: async (lead: string): Promise<void> => {
      const token = (await readTokenItem(tokens, id))?.accessToken ?? '';
      const converted = await fetch(`${sandbox.baseUrl}/crm/v8/Leads/${lead}/actions/convert`, {
        method: 'POST',
        headers: { authorization: `Zoho-oauthtoken ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ data: [{}] }),
      });
      expect(converted.status).toBe(200);
    },
    /** The operator's command line. */
    type: (line: string) =>
      runCommand(line.split(' '), commands, {
        now: clock.now,
        randomId,
        fetch,
        openTarget: async () => ({
          stage: 'local',
          isLocal: true,
          records,
          scanRecords: () => scanTable(dynamoDb, records.name),
          tokens,
          secrets,
          publicUrl: 'http://127.0.0.1',
          extraHosts: ports().extraHosts,
          close: () => undefined,
        }),
        readFile: () => '',
        fileExists: () => false,
        readStdin: async () => '',
        ask: undefined,
        note: () => undefined,
      }),
  };
};
const dropInsert = (drop: 'before' | 'after', path = '/crm/v8/Leads') =>
  zohoOwner(sandbox).fault({ path, method: 'POST', drop });

describe('an insert whose answer was lost', () => {
  test.each([
    ['after Zoho stored it', 'after', 1],
    ['before Zoho saw it', 'before', 2],
  ] as const)('%s is one record, found by its marker', async (_, drop, calls) => {
    const { accept, ticks, leads, writes, item, type } = await addClient();
    const id = await accept('marked', { email: `${drop}@example.com` });
    await dropInsert(drop);
    await ticks(1);
    expect(await item(id)).toMatchObject({ state: 'pending', reason: 'maybe_sent' });
    const shown = (await type(`submissions show ${id}`)).stdout;
    expect(shown).toMatch(/reason +maybe_sent/);
    expect(shown).toMatch(/next try +in \d/);
    expect(shown).toMatch(/maybe_sent +network/);

    await ticks(3);
    const [lead, ...others] = await leads();
    expect(others).toEqual([]);
    expect(await writes()).toHaveLength(calls);
    expect(await item(id)).toMatchObject({ state: 'delivered', zohoId: lead?.id, zohoAction: 'insert', attempts: 1 });
  });

  test('is told apart from others: what is there stays, what is not goes again', async () => {
    const { accept, ticks, leads, item } = await addClient();
    const ids = await Promise.all(['1', '2', '3'].map((n) => accept('marked', { email: `batch-${n}@example.com` })));
    await dropInsert('after');
    await ticks(1);
    const more = await accept('marked', { email: 'batch-4@example.com' });
    await dropInsert('before');
    await ticks(5);
    expect((await leads()).map(({ Email }) => Email).sort()).toEqual(
      ['1', '2', '3', '4'].map((n) => `batch-${n}@example.com`),
    );
    for (const id of [...ids, more]) expect(await item(id)).toMatchObject({ state: 'delivered' });
  });

  test('is found though somebody has converted the lead meanwhile', async () => {
    const { accept, ticks, leads, writes, item, convert } = await addClient();
    const id = await accept('marked', { email: 'quick@example.com' });
    await dropInsert('after');
    await ticks(1);
    const [lead] = await leads();
    await convert(lead?.id ?? '');
    expect(await leads()).toEqual([]);
    await ticks(3);
    expect(await writes()).toHaveLength(1);
    expect(await item(id)).toMatchObject({ state: 'delivered', zohoId: lead?.id });
  });

  test('holds for an upsert that finds nothing to compare and so inserts', async () => {
    const { accept, ticks, leads, item } = await addClient();
    const id = await accept('either', {});
    await dropInsert('after', '/crm/v8/Leads/upsert');
    await ticks(4);
    expect(await leads()).toHaveLength(1);
    expect(await item(id)).toMatchObject({ state: 'delivered' });
  });

  test('waits for a person without a marker, after one attempt, and the command line lists it', async () => {
    const { accept, ticks, writes, item, type, id: source } = await addClient();
    const id = await accept('unmarked', { email: 'unmarked@example.com' });
    await dropInsert('after');
    await ticks(4);
    expect(await item(id)).toMatchObject({ state: 'unclear', reason: 'network' });
    expect(await writes()).toHaveLength(1);
    expect((await type(`submissions list ${source} --state unclear`)).stdout).toContain(id);
  });

  test('waits for a person where the grant lets nobody look, and leads go on', async () => {
    const {
      accept,
      ticks,
      item,
      id: source,
      leads,
      type,
    } = await addClient({
      scope: 'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL',
    });
    const id = await accept('marked', { email: 'narrow@example.com' });
    await dropInsert('before');
    await ticks(4);
    expect(await item(id)).toMatchObject({ state: 'unclear', reason: 'look_up_not_permitted' });
    const next = await accept('marked', { email: 'narrow-next@example.com' });
    await ticks(1);
    expect(await item(next)).toMatchObject({ state: 'delivered' });
    expect(await leads()).toHaveLength(1);
    expect((await type(`submissions list ${source} --state unclear`)).stdout).toContain('look_up_not_permitted');
  });
});
