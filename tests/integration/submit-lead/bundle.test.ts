import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildFunctions } from '../../../infra/build/build.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { loadEvent } from '../../support/load-event.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { startTestTables, type TestTables } from '../../support/test-tables.ts';
import { contactForm } from '../../unit/lib/submissions/contact-form.ts';

let tables: TestTables | undefined;
let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const [built] = await buildFunctions({ outDir: folder, names: ['submit-lead'] });
  bundle = built?.file ?? '';
  tables = await startTestTables('submit-lead');
  const source = sourceSchema.parse({ id: 'demo', forms: { contact: contactForm({ textPlain: true }) } });
  await applySource(source, {
    table: tables.records,
    secrets: createMemorySecrets(),
    stage: 'test',
    now: Date.now,
    randomId,
  });
});
afterAll(async () => {
  await tables?.close();
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
    env: { ...tables?.environment, STAGE: 'test' },
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
