import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listening, listen, readBody, serve } from '../listen.ts';
import { type AwsAnswer, type AwsService, type Handle, type Middleware, readAwsCall } from './aws-call.ts';

const read = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const headersOf = (message: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) =>
      value === undefined || ['connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name)
        ? []
        : [[name, String(value)]],
    ),
  );

/**
 * One address that stands for several AWS services, told apart by what a call is signed for. Each call goes through the
 * middlewares in order, the first one outermost, and then on to the service.
 * @param accessKeyId what the services see in place of the caller's own: DynamoDB Local keeps tables apart by it
 */
export const startAwsProxy = async ({
  services,
  middlewares,
  accessKeyId,
  port = 0,
}: {
  services: Partial<Record<AwsService, string>>;
  middlewares: Middleware[];
  accessKeyId: string;
  port?: number;
}): Promise<Listening> => {
  const agent = new Agent({ keepAlive: true });

  const forward: Handle = ({ service, method, path, headers, body }) =>
    new Promise<AwsAnswer>((resolve, reject) => {
      const url = new URL(path, services[service]);
      const outgoing = httpRequest(url, {
        agent,
        method,
        headers: {
          ...headers,
          host: url.host,
          authorization: String(headers.authorization).replace(/Credential=[^/]+/, `Credential=${accessKeyId}`),
          'content-length': body.length,
        },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (answer) => {
        read(answer).then(
          (answered) => resolve({ status: answer.statusCode ?? 502, headers: headersOf(answer), body: answered }),
          reject,
        );
      });
      outgoing.end(body);
    });
  const handle = middlewares.reduceRight<Handle>((next, middleware) => middleware(next), forward);

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await readBody(request)) ?? Buffer.alloc(0);
    const { method = 'POST', url: path = '/', headers } = request;
    const call = readAwsCall({ method, path, headers }, body);
    if (call === undefined || services[call.service] === undefined)
      throw new Error('not a signed call of a service that is known here'); // its connection breaks
    const answer = await handle(call);
    if (answer === 'cut') {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
    response.end(answer.body);
  };
  const listening = await listen(serve(respond), port, 'AWS');
  return {
    baseUrl: listening.baseUrl,
    close: async () => {
      await listening.close();
      agent.destroy();
    },
  };
};
