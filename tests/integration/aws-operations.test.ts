import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { buildFunctions } from '../../infra/build/build.ts';
import { createTables, type Emulator, startDynamoDb } from '../../infra/local/dynamodb.ts';
import { type Listening, listen, readBody } from '../../infra/local/listen.ts';
import { readService } from '../../infra/local/service.ts';
import { dynamoTable } from '../../lib/platform/dynamo-table.ts';
import { randomId } from '../../lib/platform/ids.ts';
import { applySource } from '../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../lib/sources/source.ts';
import { postBy, statusChange } from '../support/demo-events.ts';
import { createMemorySecrets } from '../support/memory-secrets.ts';
import { contactForm } from '../unit/lib/submissions/contact-form.ts';

/** Counts at the socket what the built bundles ask of AWS: retries and hidden look-ups of a client would show here. */
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const folder = mkdtempSync(join(tmpdir(), 'operations-'));
let emulator: Emulator;
let counter: Listening;
let asked: string[] = [];
let apiKey = '';

beforeAll(async () => {
  emulator = await startDynamoDb({ port: 0 });
  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target']).split('.')[1] ?? `${request.method} ${request.url}`;
    asked.push(target);
    const { host: _, connection: __, ...headers } = request.headers;
    const body = await readBody(request);
    const answer = await fetch(emulator.endpoint, {
      method: 'POST',
      headers: headers as Record<string, string>,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(await answer.text());
  });
  counter = await listen(server, 0, 'counter');
  const client = new DynamoDBClient({ endpoint: emulator.endpoint, region: 'eu-west-1', credentials: CREDENTIALS });
  await createTables(client, readService().tables, (logicalId) => logicalId);
  const source = sourceSchema.parse({
    id: 'demo',
    forms: { contact: contactForm() },
    webhook: { exchangeRate: '0.1282', currency: 'USD' },
    destinations: { inbox: { type: 'webhook', url: 'https://hooks.example.com/demo' } },
  });
  const ports = { secrets: createMemorySecrets(), stage: 'test', now: Date.now, randomId };
  apiKey = (await applySource(source, { table: dynamoTable(client, 'RecordsTable'), ...ports })).apiKey ?? '';
  client.destroy();
  await buildFunctions({ outDir: folder, names: ['submit-lead', 'receive-webhook'] });
});
afterAll(async () => {
  await counter?.close();
  await emulator?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the function cold and hands it the events one after the other; what it asked stands in `asked`, in order. */
const run = async (name: string, events: APIGatewayProxyEventV2[]): Promise<number[]> => {
  asked = [];
  const program = `
    const { handler } = await import(${JSON.stringify(join(folder, name, 'index.mjs'))});
    const statuses = [];
    for (const event of ${JSON.stringify(events)}) statuses.push((await handler(event)).statusCode);
    console.log(JSON.stringify(statuses));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      AWS_ENDPOINT_URL: counter.baseUrl,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      STAGE: 'test',
      RECORDS_TABLE: 'RecordsTable',
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
};

test('a lead is one write, from the second one of an instance on without any read', async () => {
  const statuses = await run('submit-lead', ['first', 'second', 'third', 'third'].map(postBy));
  expect(statuses).toEqual([202, 202, 202, 202]);
  expect(asked).toEqual(['GetItem', 'PutItem', 'PutItem', 'PutItem', 'PutItem']);
});

test('a new status is one read and one transaction, the same status again one read', async () => {
  const calls = ['Contacted', 'Contacted', 'Pre-Qualified'].map((status) => statusChange(status, apiKey));
  expect(await run('receive-webhook', calls)).toEqual([200, 200, 200]);
  expect(asked).toEqual(['GetItem', 'GetItem', 'TransactWriteItems', 'GetItem', 'GetItem', 'TransactWriteItems']);
});
