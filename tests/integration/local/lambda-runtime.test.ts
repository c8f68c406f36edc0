import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startInvokeApi } from '../../../infra/local/invoke-api.ts';
import { createLambdaRuntime, type LambdaRuntime } from '../../../infra/local/lambda-runtime.ts';
import type { Listening } from '../../../infra/local/listen.ts';
import { createInvoke } from '../../../lib/platform/lambda-invoke.ts';

const file = join(import.meta.dirname, '../../support/fixtures/counting-function.mjs');
type Told = {
  instance: string;
  served: number;
  running: number;
  environment: string[];
  context: { functionName: string; awsRequestId: string; remainingMs: number };
};

const lines: string[] = [];
let runtime: LambdaRuntime;
beforeAll(() => {
  const environment = { STAGE: 'test' };
  runtime = createLambdaRuntime(
    [
      { name: 'counting', file, timeoutSeconds: 10, environment },
      { name: 'other', file, timeoutSeconds: 10, environment },
      { name: 'late', file, timeoutSeconds: 1, environment },
      { name: 'broken', file: `${file}.none`, timeoutSeconds: 1, environment },
    ],
    (line) => lines.push(line),
  );
});
afterAll(async () => runtime.close());

const invoke = async (event: Record<string, unknown> = {}, name = 'counting'): Promise<Told> => {
  const result = await runtime.invoke(name, event);
  if (result.status !== 'returned') throw new Error(`the function ${result.status}`);
  return result.result as Told;
};

describe('functions in threads', () => {
  test('an instance serves one invocation at a time; busy ones are joined by new ones, idle ones are used again', async () => {
    const together = await Promise.all(Array.from({ length: 6 }, () => invoke({ waitMs: 2_500 })));
    expect(together.map(({ running }) => running)).toEqual([1, 1, 1, 1, 1, 1]);
    const instances = new Set(together.map(({ instance }) => instance));
    expect(instances.size).toBe(6);
    expect(instances).toContain((await invoke()).instance);
  });

  test('more at once than there may be instances wait for one, and all are answered', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => invoke({ waitMs: 5 })));
    expect(Math.max(...all.map(({ running }) => running))).toBe(1);
    expect(new Set(all.map(({ instance }) => instance)).size).toBeLessThanOrEqual(20);
    expect(new Set(all.map(({ context }) => context.awsRequestId)).size).toBe(60);
  });

  test('no two functions share an instance, and each has its own environment only', async () => {
    const [one, other] = await Promise.all([invoke(), invoke({}, 'other')]);
    expect(one.instance).not.toBe(other.instance);
    expect(one.environment).toEqual(['STAGE']);
    expect(other.context.functionName).toBe('other');
    expect(other.context.remainingMs).toBeGreaterThan(5_000);
    expect(other.context.remainingMs).toBeLessThanOrEqual(10_000);
  });

  test('a result travels as JSON, as Lambda carries it', async () => {
    const told = await invoke();
    expect(told).toMatchObject({ date: '1970-01-01T00:00:00.000Z' });
    expect(told).not.toHaveProperty('undefinedField');
  });

  test('one that takes too long is ended, and its instance is not used again', async () => {
    const before = await invoke({}, 'late');
    expect((await invoke({}, 'late')).instance).toBe(before.instance);
    expect(await runtime.invoke('late', { waitMs: 5_000 })).toEqual({ status: 'timed_out' });
    expect((await invoke({}, 'late')).instance).not.toBe(before.instance);
  });

  test('a throw is told by its code, never by its message', async () => {
    lines.length = 0;
    expect(await runtime.invoke('counting', { throwCode: 'table.throttled' })).toEqual({
      status: 'threw',
      errorType: 'table.throttled',
    });
    const failed = { level: 'error', message: 'function.failed', function: 'counting', outcome: 'threw' };
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ ...failed, error: 'table.throttled' }]);
  });

  test('one that breaks after its answer takes nobody else with it', async () => {
    lines.length = 0;
    await invoke({ crash: true });
    // It breaks when it likes; what meets it then is broken with it, as on Lambda.
    for (let tries = 0; tries < 500 && !lines.some((line) => line.includes('function.crashed')); tries += 1)
      await wait(10);
    await wait(300);
    expect((await invoke()).running).toBe(1);
  });

  test('what it prints comes through, a line at a time', async () => {
    await invoke({ print: 'hello' });
    for (let tries = 0; tries < 50 && !lines.includes('{"message":"hello"}'); tries += 1) await wait(10);
    expect(lines).toContain('{"message":"hello"}');
  });

  test('a bundle that cannot be loaded says why, and every call to it fails', async () => {
    expect(await runtime.invoke('broken', {})).toMatchObject({ status: 'threw', errorType: 'ERR_MODULE_NOT_FOUND' });
    for (let tries = 0; tries < 50 && !lines.some((line) => line.includes('start_failed')); tries += 1) await wait(10);
    expect(lines.some((line) => line.includes('function.start_failed') && line.includes('counting-function'))).toBe(
      true,
    );
  });

  test('closing ends what runs and what waits', async () => {
    const closing = createLambdaRuntime([{ name: 'slow', file, timeoutSeconds: 60, environment: {} }], () => undefined);
    const all = Array.from({ length: 25 }, () => closing.invoke('slow', { waitMs: 60_000 }));
    await wait(50);
    await closing.close();
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set(['threw']));
    expect(await closing.invoke('slow', {})).toMatchObject({ status: 'threw' });
  });
});

describe("Lambda's Invoke", () => {
  let api: Listening;
  let client: LambdaClient;
  beforeAll(async () => {
    api = await startInvokeApi({ runtime, port: 0 });
    client = new LambdaClient({
      endpoint: api.baseUrl,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await api.close();
  });
  const call = (FunctionName: string, payload: unknown, InvocationType: 'Event' | 'RequestResponse') =>
    client.send(new InvokeCommand({ FunctionName, InvocationType, Payload: Buffer.from(JSON.stringify(payload)) }));

  test('an event is taken at once and run afterwards', async () => {
    const startedAtMs = Date.now();
    await createInvoke(client)('counting', { waitMs: 600, print: 'event' });
    expect(Date.now() - startedAtMs).toBeLessThan(500);
    for (let tries = 0; tries < 50 && !lines.includes('{"message":"event"}'); tries += 1) await wait(10);
    expect(lines).toContain('{"message":"event"}');
  });

  test('a request is answered with what the function returned', async () => {
    const answer = await call('counting', {}, 'RequestResponse');
    expect([answer.StatusCode, answer.FunctionError]).toEqual([200, undefined]);
    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toMatchObject({ running: 1 });
  });

  test('a function that throws is answered 200 with its error', async () => {
    const answer = await call(
      'arn:aws:lambda:eu-west-1:000000000000:function:counting',
      { throwCode: 'x.y' },
      'RequestResponse',
    );
    expect([answer.StatusCode, answer.FunctionError]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toEqual({ errorType: 'x.y' });
  });

  test('an unknown function, or a payload that is no JSON, is an error of the service', async () => {
    await expect(call('nobody', {}, 'Event')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const response = await fetch(`${api.baseUrl}/2015-03-31/functions/counting/invocations`, {
      method: 'POST',
      body: '{',
    });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'InvalidRequestContentException',
    ]);
  });

  test('a caller who breaks off harms nobody', async () => {
    const gone = new AbortController();
    const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('{"a":')) });
    const url = `${api.baseUrl}/2015-03-31/functions/counting/invocations`;
    const sent = fetch(url, { method: 'POST', body, duplex: 'half', signal: gone.signal } as RequestInit);
    await wait(50);
    gone.abort();
    await expect(sent).rejects.toThrow();
    expect((await call('counting', {}, 'RequestResponse')).StatusCode).toBe(200);
  });
});
