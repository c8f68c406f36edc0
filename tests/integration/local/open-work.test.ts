import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLambdaRuntime, type LambdaRuntime } from '../../../infra/local/lambda-runtime.ts';
import { type Listening, listen } from '../../../infra/local/listen.ts';

const file = join(import.meta.dirname, '../../support/fixtures/unfinished-function.mjs');
let runtime: LambdaRuntime;
let server: Listening;
const lines: string[] = [];
/** What still waits to be answered; Jest would wait for it, too. */
const late = new Set<NodeJS.Timeout>();

beforeAll(async () => {
  const slow = createServer((request, response) => {
    late.add(setTimeout(() => response.end('late'), request.url === '/slow' ? 5_000 : 5));
  });
  server = await listen(slow, 0, 'test');
});
beforeEach(() => {
  lines.length = 0;
  const one = { name: 'unfinished', file, timeoutSeconds: 10, environment: {} };
  runtime = createLambdaRuntime([one], (line) => lines.push(line));
});
afterAll(async () => {
  for (const timer of late) clearTimeout(timer);
  await server.close();
});

test.each([
  ['fetch', /TCP/],
  ['timer', /Timeout/],
  ['sleep', /Timeout/],
  ['interval', /Timeout/],
  ['file', /FSReq/],
])('a function that leaves a %s open is told on, once for each invocation', async (leave, kind) => {
  const url = `${server.baseUrl}/slow`;
  expect(await runtime.invoke('unfinished', { leave, url })).toEqual({ status: 'returned', result: 'answered' });
  const found = runtime.openWork();
  expect(found).toEqual([{ function: 'unfinished', kind: expect.stringMatching(kind) }]);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'function.work_left_open', function: 'unfinished' }),
  );
  await runtime.close();
});

test('one that throws while its work is open is told on, too', async () => {
  expect(await runtime.invoke('unfinished', { leave: 'throw' })).toMatchObject({ status: 'threw' });
  expect(runtime.openWork()).toHaveLength(1);
  await runtime.close();
});

test('one that has awaited everything is not, whatever connections it keeps for the next call', async () => {
  for (let times = 0; times < 5; times += 1)
    await runtime.invoke('unfinished', { leave: 'nothing', url: `${server.baseUrl}/fast` });
  expect(runtime.openWork()).toEqual([]);
  await runtime.close();
});
