import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LambdaRuntime } from './lambda-runtime.ts';
import { type Listening, listen, readBody, serve } from './listen.ts';

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(\?.*)?$/;
/** Lambda's limit for an asynchronous event; a synchronous one may be larger, which nothing here needs. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** A function's name as it is, or as the last part of its ARN. */
const nameIn = (url: string): string => {
  const [, name = ''] = PATH.exec(url) ?? [];
  try {
    return decodeURIComponent(name).split(':').at(-1) ?? '';
  } catch {
    return '';
  }
};

/** Lambda's Invoke: asynchronous (202 at once) or waiting for the result. */
export const startInvokeApi = ({
  runtime,
  port,
}: {
  runtime: Pick<LambdaRuntime, 'has' | 'invoke'>;
  port: number;
}): Promise<Listening> => {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    const refuse = (status: number, type: string, message: string): void =>
      reply(status, { Type: 'User', Message: message }, { 'x-amzn-errortype': type });

    const body = await readBody(request, MAX_PAYLOAD_BYTES);
    const name = nameIn(request.url ?? '');
    if (request.method !== 'POST' || !runtime.has(name))
      return refuse(404, 'ResourceNotFoundException', 'Function not found');
    if (body === undefined) return refuse(413, 'RequestTooLargeException', 'The payload is too large');
    let event: unknown;
    try {
      event = JSON.parse(body.toString('utf8') || '{}');
    } catch {
      return refuse(400, 'InvalidRequestContentException', 'The payload is not JSON');
    }
    const invoked = runtime.invoke(name, event);
    if (request.headers['x-amz-invocation-type'] === 'Event') return reply(202, undefined);
    const result = await invoked;
    if (result.status === 'returned') return reply(200, result.result);
    const errorType = result.status === 'threw' ? result.errorType : 'Sandbox.Timedout';
    return reply(200, { errorType }, { 'x-amz-function-error': 'Unhandled' });
  };
  return listen(serve(respond), port, "Lambda's Invoke");
};
