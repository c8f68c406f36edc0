import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../infra/local/dynamodb.ts';
import { createSend } from '../../../lib/platform/outbound.ts';

const send = createSend(fetch, () => true);
const closing: Array<() => void> = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};
const post = (url: string, deadlineMs = 5_000) => send(new Request(url, { method: 'POST', body: 'x' }), { deadlineMs });

describe('a request that gets no answer', () => {
  test('a time-out may have been acted upon', async () => {
    const url = await serve(() => undefined);
    expect(await post(url, 100)).toEqual({ status: 'failed', code: 'timeout', maybeSent: true });
  });

  test('so may an answer that breaks off half-way', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"data":');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await post(url)).toEqual({ status: 'failed', code: 'network', maybeSent: true });
  });

  test('one whose body never ends is a time-out', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      response.write('{"data":');
    });
    expect(await post(url, 200)).toEqual({ status: 'failed', code: 'timeout', maybeSent: true });
  });

  test('where nobody listens nothing was sent', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    expect(await post(url)).toEqual({ status: 'failed', code: 'network', maybeSent: false });
  });

  test('a host that is not known is never asked', async () => {
    const closed = createSend(fetch, () => false);
    const url = await serve((_, response) => void response.end());
    expect(await closed(new Request(url), { deadlineMs: 1_000 })).toEqual({
      status: 'failed',
      code: 'host_not_allowed',
      maybeSent: false,
    });
  });
});

test('a redirect comes back as the answer it is, and is not followed', async () => {
  let followed = 0;
  const target = await serve((_, response) => {
    followed += 1;
    response.end();
  });
  const url = await serve((_, response) => void response.writeHead(302, { location: target }).end());
  expect(await post(url)).toMatchObject({ status: 'answered', httpStatus: 302 });
  expect(followed).toBe(0);
});
