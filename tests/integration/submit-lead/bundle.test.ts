import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildFunctions } from '../../../infra/build/build.ts';
import { createTables, type Emulator, freePort, startDynamoDb } from '../../../infra/local/dynamodb.ts';
import { readService } from '../../../infra/local/service.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { loadEvent } from '../../support/load-event.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { contactForm } from '../../unit/lib/submissions/contact-form.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
let emulator: Emulator;
let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const [built] = await buildFunctions({ outDir: folder, names: ['submit-lead'] });
  bundle = built?.file ?? '';
  emulator = await startDynamoDb({ port: await freePort() });
  const client = new DynamoDBClient({ endpoint: emulator.endpoint, region: 'eu-west-1', credentials: CREDENTIALS });
  await createTables(client, readService().tables, (logicalId) => logicalId);
  const source = sourceSchema.parse({ id: 'demo', forms: { contact: contactForm({ textPlain: true }) } });
  await applySource(source, {
    table: dynamoTable(client, 'RecordsTable'),
    secrets: createMemorySecrets(),
    stage: 'test',
    now: Date.now,
    randomId,
  });
  client.destroy();
});
afterAll(async () => {
  await emulator?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the built file in a process of its own, as Lambda does, and hands it the events one after the other. */
const run = async (names: string[]): Promise<Array<{ statusCode: number; body: string }>> => {
  const events = names.map((name) => loadEvent(`submit-lead/${name}`));
  const program = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
    const answers = [];
    for (const event of ${JSON.stringify(events)}) answers.push(await handler(event));
    console.log(JSON.stringify({ answers }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: emulator.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      STAGE: 'test',
      RECORDS_TABLE: 'RecordsTable',
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '').answers;
};

test('what deploys answers every sample event, multipart and beacon included', async () => {
  const names = [
    'valid',
    'valid-json',
    'multipart',
    'beacon',
    'idempotency-key',
    'without-javascript',
    'honeypot',
    'invalid-email',
    'preflight',
  ];
  const answers = await run(names);
  expect(Object.fromEntries(names.map((name, at) => [name, answers[at]?.statusCode]))).toEqual({
    valid: 202,
    'valid-json': 202,
    multipart: 202,
    beacon: 202,
    'idempotency-key': 202,
    'without-javascript': 200,
    honeypot: 202,
    'invalid-email': 422,
    preflight: 204,
  });
  const ids = answers.slice(0, 4).map(({ body }) => JSON.parse(body).id);
  expect(new Set(ids).size).toBe(1);
});
