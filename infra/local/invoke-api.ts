import { createServer } from 'node:http';
import type { LambdaRuntime } from './lambda-runtime.ts';
import { listen, type Listening } from './listen.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations(\?.*)?$/;

/** Lambda's Invoke: asynchronous (202 at once) or waiting for the result. */
export const startInvokeApi = ({ runtime, port }: { runtime: LambdaRuntime; port: number }): Promise<Listening> => {
  const server = createServer(async (request, response) => {
    const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    const [, name] = PATH.exec(request.url ?? '') ?? [];
    const functionName = decodeURIComponent(name ?? '').split(':').at(-1) ?? '';
    if (request.method !== 'POST' || !runtime.has(functionName))
      return reply(404, { Type: 'User', Message: 'Function not found' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    let event: unknown;
    try {
      event = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    } catch {
      return reply(400, { Type: 'User', Message: 'The payload is not JSON' }, { 'x-amzn-errortype': 'InvalidRequestContentException' });
    }
    const invoked = runtime.invoke(functionName, event);
    if (request.headers['x-amz-invocation-type'] === 'Event') return reply(202, undefined);
    const result = await invoked;
    if (result.status === 'returned') return reply(200, result.result);
    return reply(200, { errorType: 'errorType' in result ? result.errorType : 'Sandbox.Timedout' }, { 'x-amz-function-error': 'Unhandled' });
  });
  return listen(server, port, "Lambda's Invoke");
};
