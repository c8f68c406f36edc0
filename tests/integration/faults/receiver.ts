import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

type Script = { status?: number; headers?: Record<string, string>; hang?: true; after?: true };

/** A client's own server that receives events and behaves as it is told; what it takes it verifies and counts by id. */
export const startReceiver = async (secret: () => Promise<string>) => {
  const taken = new Map<string, number>();
  const paths: string[] = [];
  let script: Script | undefined;
  let broken = 0;

  const answer = (response: ServerResponse, { status = 200, headers = {} }: Script): void => {
    response.writeHead(status, headers);
    response.end();
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    paths.push(request.url ?? '');
    const now = script;
    if (now !== undefined && now.after !== true) return now.hang === true ? undefined : answer(response, now);
    const id = String(request.headers['webhook-id']);
    try {
      // Without the check of the timestamp, which virtual time would fail.
      const { 'webhook-timestamp': timestamp = '', 'webhook-signature': signature = '' } = request.headers;
      const signed = new Webhook(await secret()).sign(id, new Date(Number(timestamp) * 1000), body);
      if (!String(signature).split(' ').includes(signed)) throw new Error('wrongly signed');
    } catch {
      broken += 1;
      return answer(response, { status: 401 });
    }
    taken.set(id, (taken.get(id) ?? 0) + 1);
    return now === undefined ? answer(response, {}) : now.hang === true ? undefined : answer(response, now);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What every request meets from now on; `after`: the event is taken all the same. */
    behave: (as: Script | undefined) => {
      script = as;
    },
    /** How often each event was taken, by id. */
    taken: () => Object.fromEntries(taken),
    paths: () => [...paths],
    wronglySigned: () => broken,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
