import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../../infra/local/sandbox/sandbox.ts';

const answerBody = z.record(z.string(), z.unknown());
export type Reply = { status: number; body: Record<string, unknown>; text: string; headers: Headers };

export const readReply = async (response: Response): Promise<Reply> => {
  const text = await response.text();
  const body = /^\s*\{/.test(text) ? answerBody.parse(JSON.parse(text)) : {};
  return { status: response.status, body, text, headers: response.headers };
};

const open: Array<() => Promise<void>> = [];
/** For `afterEach`: ends whatever a test started. */
export const closeAll = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((close) => close()));
};

/** A sandbox of the test's own, and what a program does with one. */
export const startTestSandbox = async (options: Partial<SandboxOptions> = {}) => {
  const sandbox = await startSandbox({ port: 0, allowLoopbackWebhooks: true, ...options });
  open.push(sandbox.close);
  return sandboxClient(sandbox);
};

const code = z.object({ code: z.string(), clientId: z.string(), clientSecret: z.string(), accountsUrl: z.string() });
const granted = z.object({ access_token: z.string(), refresh_token: z.optional(z.string()) });

export const sandboxClient = (sandbox: RunningSandbox) => {
  const { baseUrl, clientId, clientSecret } = sandbox;
  const call = async (method: string, path: string, init: RequestInit = {}): Promise<Reply> =>
    readReply(await fetch(baseUrl + path, { method, redirect: 'manual', ...init }));
  const control = (method: string, path: string, body?: unknown) =>
    call(method, `/sandbox/${path}`, body === undefined ? {} : { body: JSON.stringify(body) });
  const token = (parameters: Record<string, string>) =>
    call('POST', '/oauth/v2/token', {
      body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...parameters }),
    });
  const newCode = async (wish?: { scope?: string; minutes?: number }) =>
    code.parse((await control('POST', 'codes', wish)).body);
  const connect = async (scope?: string) => {
    const { code: fresh } = await newCode(scope === undefined ? undefined : { scope });
    const reply = granted.parse((await token({ grant_type: 'authorization_code', code: fresh })).body);
    const crm = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      call(method, `/crm/v8/${path}`, {
        headers: { authorization: `Zoho-oauthtoken ${reply.access_token}`, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    return { accessToken: reply.access_token, refreshToken: reply.refresh_token ?? '', crm };
  };
  return { baseUrl, clientId, clientSecret, close: sandbox.close, call, control, token, newCode, connect };
};

const items = z.array(z.object({ code: z.string(), status: z.string(), details: z.record(z.string(), z.unknown()) }));
/** The results of a write, in order. */
export const itemsOf = ({ body }: Reply) => items.parse(body.data);
export const idOf = (reply: Reply, index = 0): string => String(itemsOf(reply)[index]?.details.id);

export type Received = { atMs: number; path: string; headers: IncomingHttpHeaders; body: string };
/** Receives webhooks; `delayMs` before each answer. */
export const startReceiver = async ({ delayMs = 0, status = 200 }: { delayMs?: number; status?: number } = {}) => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ atMs: Date.now(), path: request.url ?? '', headers: request.headers, body });
      setTimeout(() => response.writeHead(status).end(), delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
};

/** Waits for what happens after an answer, at most five seconds. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadlineMs = Date.now() + 5_000;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error('it did not happen within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
