import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { startGateway } from '../../../infra/local/gateway.ts';
import { createLambdaRuntime } from '../../../infra/local/lambda-runtime.ts';

const runtime = createLambdaRuntime(
  [
    {
      name: 'echo',
      file: join(import.meta.dirname, '../../support/fixtures/echo-function.mjs'),
      timeoutSeconds: 1,
      environment: {},
    },
  ],
  () => undefined,
);
const routes = ['GET', 'POST', 'OPTIONS'].map((method) => ({ method, path: '/things/{mode}', functionName: 'echo' }));
let baseUrl = '';
let close: () => Promise<void>;
beforeAll(async () => ({ baseUrl, close } = await startGateway({ routes, runtime, port: 0 })));
afterAll(async () => {
  await close();
  await runtime.close();
});

const event = async (path: string, init?: RequestInit) =>
  (await (await fetch(`${baseUrl}${path}`, init)).json()) as APIGatewayProxyEventV2;

/** What fetch would mend on the way: repeated headers, odd methods, broken escapes. */
const raw = (
  method: string,
  path: string,
  headers: string[] = [],
  body?: Buffer,
): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl);
    const sent = httpRequest(
      { hostname, port, method, path, headers: ['host', 'x.example', ...headers] as never },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

describe('the gateway does what an HTTP API does', () => {
  test('payload 2.0: route, decoded parameters and the query as it was sent', async () => {
    const got = await event('/things/a%20b?x=1&x=2&empty&q=%20');
    expect(got).toMatchObject({
      version: '2.0',
      routeKey: 'GET /things/{mode}',
      rawPath: '/things/a b',
      rawQueryString: 'x=1&x=2&empty&q=%20',
      queryStringParameters: { x: '1,2', empty: '', q: ' ' },
      pathParameters: { mode: 'a b' },
      isBase64Encoded: false,
    });
    expect(got.body).toBeUndefined();
    expect(got.requestContext.http).toMatchObject({ method: 'GET', sourceIp: '127.0.0.1' });
  });

  test.each([
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
  ])('a body of type %s arrives as base 64: %s', async (type, isBase64Encoded) => {
    const got = await event('/things/x', { method: 'POST', headers: { 'content-type': type }, body: 'a=1' });
    expect(got.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(got.body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('a=1');
  });

  test('a body without a type arrives as base 64, and no type is made up', async () => {
    const got = JSON.parse(
      (await raw('POST', '/things/x', ['content-length', '1'], Buffer.from('a'))).body,
    ) as APIGatewayProxyEventV2;
    expect(got).toMatchObject({ isBase64Encoded: true, body: 'YQ==' });
    expect(got.headers['content-type']).toBeUndefined();
  });

  test('repeated headers are joined by comma, cookies stand apart', async () => {
    const got = JSON.parse(
      (await raw('GET', '/things/x', ['X-Twice', '1', 'x-twice', '2', 'cookie', 'a=1; b=2'])).body,
    ) as APIGatewayProxyEventV2;
    expect(got.headers['x-twice']).toBe('1,2');
    expect(got.cookies).toEqual(['a=1', 'b=2']);
    expect(got.headers.cookie).toBeUndefined();
  });

  test.each([
    ['an unknown path', 'GET', '/nothing'],
    ['a trailing slash', 'GET', '/things/x/'],
    ['an encoded slash in a parameter', 'GET', '/things/a%2Fb'],
    ['an empty parameter', 'GET', '/things/'],
    ['a broken escape', 'GET', '/things/%zz'],
    ['a method without a route', 'PUT', '/things/x'],
    ['HEAD, which no route names', 'HEAD', '/things/x'],
  ])('%s is 404', async (_, method, path) => {
    expect((await raw(method, path)).status).toBe(404);
  });

  test('OPTIONS is a route like any other; no CORS header is added', async () => {
    const answer = await fetch(`${baseUrl}/things/x`, { method: 'OPTIONS', headers: { origin: 'https://a.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a handler that throws is a 500 that says nothing', async () => {
    const answer = await raw('GET', '/things/throw');
    expect(answer).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  test('a handler that ends its process is a 500, and the next request is served', async () => {
    expect((await raw('GET', '/things/exit')).status).toBe(500);
    expect((await raw('GET', '/things/x')).status).toBe(200);
  });

  test('a handler that takes too long is a 503', async () => {
    expect((await raw('GET', '/things/hang')).status).toBe(503);
  });

  test('a result without a status is a JSON body of its own', async () => {
    expect(await (await fetch(`${baseUrl}/things/plain`)).json()).toEqual({ hello: 'world' });
  });

  test('cookies and headers of an answer are kept', async () => {
    const answer = await fetch(`${baseUrl}/things/cookies`);
    expect([answer.status, answer.headers.get('x-own'), answer.headers.getSetCookie()]).toEqual([
      201,
      'yes',
      ['a=1', 'b=2'],
    ]);
  });

  test('a base 64 answer is sent as bytes', async () => {
    const bytes = Buffer.from(await (await fetch(`${baseUrl}/things/binary`)).arrayBuffer());
    expect(bytes.subarray(0, 6).toString()).toBe('GIF89a');
  });

  test('more than 10 MB is 413, more than 10,240 bytes of headers 431', async () => {
    expect((await raw('POST', '/things/x', [], Buffer.alloc(10 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await raw('GET', '/things/x', ['x-long', 'a'.repeat(11_000)])).status).toBe(431);
  });

  test('twenty requests at once are served by as many instances', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => event(`/things/n${n}`)));
    expect(new Set(answers.map((one) => one.pathParameters?.mode)).size).toBe(20);
  });
});
