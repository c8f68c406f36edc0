import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../infra/local/dynamodb.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { EVENTS_LANE, type FaultWorld, startFaultWorld } from './fault-world.ts';

let world: FaultWorld;
let throttled: Table;
let unreachable: Table;
const closing: Array<() => unknown> = [];

/** What DynamoDB answers while it throttles, over HTTP, through the SDK and its own retries. */
beforeAll(async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({
          __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
          message: 'The level of configured provisioned throughput for the table was exceeded.',
        }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const common = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
  };
  const full = new DynamoDBClient({
    ...common,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const gone = new DynamoDBClient({ ...common, endpoint: `http://127.0.0.1:${await freePort()}` });
  throttled = dynamoTable(full, 'RecordsTable');
  unreachable = dynamoTable(gone, 'RecordsTable');
  closing.push(
    () => full.destroy(),
    () => gone.destroy(),
    () => {
      server.close();
      server.closeAllConnections();
    },
  );
});
afterAll(() => {
  for (const close of closing) close();
});
beforeEach(async () => {
  world = await startFaultWorld();
});
afterEach(() => world.close());

const EMAIL = 'wing@example.com';
const EVENT = 'demo-Leads-5725767000000524157-LeadContacted-1';

/** Reads pass, writes do not. */
const noWrites =
  (broken: Table) =>
  (real: Table): Table => ({
    ...real,
    put: broken.put,
    update: broken.update,
    delete: broken.delete,
    transact: broken.transact,
  });

const outages: Array<[how: string, meet: () => (real: Table) => Table]> = [
  ['throttled', () => () => throttled],
  ['throttled for writes only', () => noWrites(throttled)],
  ['unreachable', () => () => unreachable],
];

describe('a form post while the table is', () => {
  test.each(outages)('%s is answered 503 and kept by nobody; sent again afterwards it is one lead', async (_, meet) => {
    world.tablesMeet(meet());
    const refused = await world.post(EMAIL);
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: 'unavailable' } });
    const page = await world.post(EMAIL, {}, { accept: 'text/html' });
    expect(page.status).toBe(503);
    expect(page.body).not.toContain('Thank you');

    world.mendAws();
    expect(await world.cli('submissions list')).toMatchObject({ submissions: [] });
    const id = await world.lead(EMAIL);
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });

  test('answered by a warm instance the source is known, and the post is still not taken', async () => {
    await world.lead('before@example.com');
    world.tablesMeetWarm(() => throttled);
    expect((await world.post(EMAIL)).status).toBe(503);
    world.mendAws();
  });
});

describe('a webhook while the table is', () => {
  test.each(outages)('%s is answered 500 and kept by nobody; nothing of it is half-written', async (_, meet) => {
    world.tablesMeet(meet());
    const answer = await world.webhook('Contacted');
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('5725767000000524157');
    world.mendAws();
    expect(await world.cli('webhooks list')).toMatchObject({ calls: [] });
    expect(await world.cli('events list')).toMatchObject({ events: [] });
    // An edit later in Zoho counts as the change it is.
    expect(await world.webhook('Contacted')).toMatchObject({ status: 200, body: '{"status":"recorded"}' });
    await world.serve();
    expect(world.receiver.taken()).toEqual({ [EVENT]: 1 });
  });

  test('too busy for its transactions is quarantined after four seconds, and replayed by the operator', async () => {
    world.tablesMeet((real) => ({ ...real, transact: throttled.transact }));
    const beganAtMs = world.clock.now();
    expect(await world.webhook('Contacted')).toEqual({
      status: 200,
      body: '{"status":"quarantined","reason":"contention"}',
    });
    expect(world.clock.now() - beganAtMs).toBeLessThanOrEqual(4_000);
    expect(await world.cli('webhooks list')).toMatchObject({ calls: [{ reason: 'contention' }] });
    world.mendAws();
    await world.cli('webhooks replay --all');
    await world.serve();
    expect(world.receiver.taken()).toEqual({ [EVENT]: 1 });
    expect(await world.cli('webhooks list')).toMatchObject({ calls: [] });
  });
});

describe('a worker', () => {
  test.each(outages)(
    'that finds the table %s leaves the lead as it is; it goes out afterwards, once',
    async (_, meet) => {
      const id = await world.lead(EMAIL);
      world.workersMeet(meet());
      await world.serve();
      expect(await world.writes()).toBe(0);
      expect(await world.submission(id)).toMatchObject({ state: 'pending', attempts: 0 });
      world.mendAws();
      await world.clock.advance(60_000);
      await world.serve();
      expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
      expect(await world.leadsOf(EMAIL)).toBe(1);
    },
  );

  test('whose outcome cannot be written: the claim runs out, the lead is sent again and is still one record', async () => {
    const id = await world.lead(EMAIL);
    let down = false;
    world.workersMeet((real) => ({
      ...real,
      update: (...of) => (down ? throttled : real).update(...of),
      transact: (...of) => (down ? throttled : real).transact(...of),
    }));
    const breaks = () => {
      down = true;
    };
    world.startAs(() => world.newInstance({ moments: { sent: breaks } }));
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'sending', attempts: 1 });
    down = false;
    world.mendAws();
    world.startAs(() => world.newInstance());
    await world.clock.advance(60_000);
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 2, zohoAction: 'update' });
    expect(await world.writes()).toBe(2);
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });
});

describe('while Secrets Manager cannot be reached', () => {
  test('leads are accepted and wait uncharged, the lane says why; with a token that lives nobody needs it', async () => {
    const first = await world.lead('first@example.com');
    world.secretsUnreachable();
    await world.serve();
    expect(await world.submission(first)).toMatchObject({ state: 'delivered' });

    await world.expireToken();
    const id = await world.lead(EMAIL);
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'backing off', reason: 'secrets_unreachable', waiting: 1 });
    expect(await world.submission(id)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(await world.refreshes()).toBe(0);

    world.mendAws();
    await world.clock.advance(60_000);
    await world.serve();
    expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await world.leadsOf(EMAIL)).toBe(1);
  });

  test('events are recorded and wait uncharged, and their lane says why', async () => {
    world.secretsUnreachable();
    expect(await world.webhook('Contacted')).toMatchObject({ status: 200 });
    await world.serve();
    expect(await world.lane(EVENTS_LANE)).toMatchObject({
      state: 'backing off',
      reason: 'secrets_unreachable',
      waiting: 1,
    });
    expect(await world.delivery(EVENT)).toMatchObject({ state: 'pending', attempts: 0 });
    world.mendAws();
    await world.clock.advance(60_000);
    await world.serve();
    expect(await world.delivery(EVENT)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(world.receiver.taken()).toEqual({ [EVENT]: 1 });
  });

  test('a connect visit says that it cannot be done now and leaves the code for later', async () => {
    const code = await world.newCode();
    world.secretsUnreachable();
    world.restart();
    expect(await world.visit(code)).toMatchObject({ status: 503, outcome: 'refused', code: 'unavailable' });
    world.mendAws();
    expect(await world.visit(code)).toEqual({ status: 200, outcome: 'connected' });
  });
});
