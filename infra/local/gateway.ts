import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { buildEvent, matchRoute, type Route } from './gateway-event.ts';
import type { LambdaRuntime } from './lambda-runtime.ts';
import { type Listening, listen, readBody, serve } from './listen.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;

const structured = z.object({
  statusCode: z.number().check(z.int(), z.minimum(100), z.maximum(599)),
  headers: z._default(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), {}),
  cookies: z._default(z.array(z.string()), []),
  body: z._default(z.string(), ''),
  isBase64Encoded: z._default(z.boolean(), false),
});

const refuse = (response: ServerResponse, status: number, message: string): void => {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
};

/** What payload 2.0 makes of a result without a status: a body of its own, answered 200. */
const asAnswer = (result: unknown): unknown =>
  typeof result === 'object' && result !== null && 'statusCode' in result
    ? result
    : {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: typeof result === 'string' ? result : JSON.stringify(result),
      };

const send = (response: ServerResponse, result: unknown): void => {
  const parsed = structured.safeParse(asAnswer(result));
  if (!parsed.success) {
    refuse(response, 500, 'Internal Server Error');
    return;
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (!response.hasHeader('content-type') && bytes.length > 0)
    response.setHeader('content-type', 'text/plain; charset=utf-8');
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(statusCode);
  response.end(bytes);
};

/** An HTTP API on one machine: routes of serverless.yml, payload 2.0, no CORS of its own, no throttling. */
export const startGateway = ({
  routes,
  runtime,
  port,
}: {
  routes: Route[];
  runtime: Pick<LambdaRuntime, 'invoke'>;
  port: number;
}): Promise<Listening> => {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const match = matchRoute(routes, request.method ?? 'GET', path);
    const body = await readBody(request, MAX_BODY_BYTES);
    if (match === undefined) return refuse(response, 404, 'Not Found');
    if (body === undefined) return refuse(response, 413, 'Request Entity Too Large');
    const result = await runtime.invoke(match.route.functionName, buildEvent(request, body, match));
    switch (result.status) {
      case 'returned':
        return send(response, result.result);
      case 'threw':
        return refuse(response, 500, 'Internal Server Error');
      case 'timed_out':
        return refuse(response, 503, 'Service Unavailable');
    }
  };
  // A header that cannot be sent, such as one with a line break in it, is the function's fault.
  const server = serve(
    async (request, response) => {
      try {
        await respond(request, response);
      } catch (error) {
        if (request.destroyed || response.headersSent) throw error;
        refuse(response, 500, 'Internal Server Error');
      }
    },
    { maxHeaderSize: MAX_HEADER_BYTES },
  );
  return listen(server, port, 'gateway');
};
