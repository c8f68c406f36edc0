import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { buildEvent, matchRoute, type Route } from './gateway-event.ts';
import type { LambdaRuntime } from './lambda-runtime.ts';
import { listen, type Listening } from './listen.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;

const structured = z.object({
  statusCode: z.number(),
  headers: z._default(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), {}),
  cookies: z._default(z.array(z.string()), []),
  body: z._default(z.string(), ''),
  isBase64Encoded: z._default(z.boolean(), false),
});

const answer = (response: ServerResponse, status: number, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
};

/** Undefined when the body is larger than an HTTP API takes. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** What payload 2.0 makes of a handler's result: a structured answer, or any other JSON as a body of its own. */
const send = (response: ServerResponse, result: unknown): void => {
  const isStructured = typeof result === 'object' && result !== null && 'statusCode' in result;
  const parsed = structured.safeParse(isStructured ? result : { statusCode: 200, headers: { 'content-type': 'application/json' }, body: typeof result === 'string' ? result : JSON.stringify(result) });
  if (!parsed.success) return answer(response, 500, 'Internal Server Error');
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (!response.hasHeader('content-type') && bytes.length > 0) response.setHeader('content-type', 'text/plain; charset=utf-8');
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(statusCode);
  response.end(bytes);
};

/** An HTTP API on one machine: routes of serverless.yml, payload 2.0, no CORS of its own, no throttling. */
export const startGateway = (
  { routes, runtime, port }: { routes: Route[]; runtime: LambdaRuntime; port: number },
): Promise<Listening> => {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const match = matchRoute(routes, request.method ?? 'GET', path);
    if (match === undefined) return answer(response, 404, 'Not Found');
    const body = await readBody(request);
    if (body === undefined) {
      response.setHeader('connection', 'close');
      return answer(response, 413, 'Request Entity Too Large');
    }
    const result = await runtime.invoke(match.route.functionName, buildEvent(request, body, match));
    switch (result.status) {
      case 'returned':
        return send(response, result.result);
      case 'threw':
        return answer(response, 500, 'Internal Server Error');
      case 'timed_out':
        return answer(response, 503, 'Service Unavailable');
    }
  };
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    respond(request, response).catch(() => {
      if (!response.headersSent) answer(response, 500, 'Internal Server Error');
      else response.destroy();
    });
  });
  return listen(server, port, 'gateway');
};
