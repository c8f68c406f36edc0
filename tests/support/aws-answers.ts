import { createServer, type IncomingMessage } from 'node:http';
import { type Listening, listen, readBody } from '../../infra/local/listen.ts';

export type SeenRequest = { method: string; path: string; headers: Record<string, string>; body: string };
type Reply = { status?: number; headers?: Record<string, string>; body: unknown; tear?: boolean; hang?: boolean };

const HOUR_MS = 3_600_000;
const error = (type: string, more: Record<string, unknown> = {}, status = 400): Reply => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'as AWS would put it', ...more },
});
const FOUND: Reply = { body: { Item: { pk: { S: 'found' }, at: { N: '5' }, list: { L: [{ BOOL: true }] } } } };

/** What is answered, by the key or name in the request, and by which attempt it is. */
const answers: Record<string, (attempt: number) => Reply> = {
  found: () => FOUND,
  written: () => ({ body: {} }),
  missing: () => ({ body: {} }),
  refused: () => error('ConditionalCheckFailedException', { Item: { pk: { S: 'refused' }, v: { N: '2' } } }),
  cancelled: () =>
    error('TransactionCanceledException', {
      Message: 'Transaction cancelled',
      CancellationReasons: [
        { Code: 'ConditionalCheckFailed', Item: { pk: { S: 'cancelled' } } },
        { Code: 'None' },
        { Code: 'None' },
        { Code: 'None' },
      ],
    }),
  conflict: () => error('TransactionCanceledException', { CancellationReasons: [{ Code: 'TransactionConflict' }] }),
  'broken-once': (attempt) => (attempt === 1 ? error('InternalServerError', {}, 500) : FOUND),
  broken: () => error('InternalServerError', {}, 500),
  'throttled-once': (attempt) => (attempt === 1 ? error('ProvisionedThroughputExceededException') : FOUND),
  proxy: () => ({ status: 502, body: '<html>Bad gateway</html>' }),
  'torn-once': (attempt) => (attempt === 1 ? { ...FOUND, tear: true } : FOUND),
  'hanging-once': (attempt) => ({ ...FOUND, hang: attempt === 1 }),
  'torn-transaction': (attempt) => ({ body: {}, tear: attempt === 1 }),
  invalid: () => error('ValidationException'),
  clock: (attempt) =>
    attempt === 1
      ? {
          ...error('InvalidSignatureException', { message: 'Signature expired: 20200101T000000Z is now earlier than' }),
          headers: { date: new Date(Date.now() + HOUR_MS).toUTCString() },
        }
      : FOUND,
};

const byOperation: Record<string, Reply> = {
  BatchGetItem: { body: { Responses: { Records: [{ pk: { S: 'a' } }] }, UnprocessedKeys: {} } },
  Query: {
    body: {
      Items: [{ pk: { S: 'a' }, lane: { S: 'zoho#demo' }, dueAtMs: { N: '7' } }],
      LastEvaluatedKey: { pk: { S: 'a' } },
    },
  },
  'GetSecretValue found': { body: { VersionId: 'v1', SecretString: '{"clientId":"1000.A"}' } },
  'GetSecretValue missing': error('ResourceNotFoundException'),
  'GetSecretValue denied': error('AccessDeniedException'),
  'PutSecretValue missing': error('ResourceNotFoundException'),
  'invocations deliver-leads': { status: 202, body: '' },
  'invocations missing': {
    status: 404,
    headers: { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal.example.com/' },
    body: { Type: 'User', Message: 'Function not found' },
  },
};

const nameIn = (path: string, body: string): string =>
  /functions\/([^/]+)\/invocations/.exec(path)?.[1] ??
  /"pk":\{"S":"([^"]+)"\}/.exec(body)?.[1] ??
  /"(?:SecretId|Name)":"([^"]+)"/.exec(body)?.[1] ??
  '';

/** AWS's answers to `platform-calls`, and every request as it arrived. */
export const serveAwsAnswers = async (): Promise<Listening & { seen: SeenRequest[] }> => {
  const seen: SeenRequest[] = [];
  const attempts = new Map<string, number>();
  const read = async (request: IncomingMessage): Promise<Reply> => {
    const { method = '', url: path = '' } = request;
    const body = (await readBody(request))?.toString('utf8') ?? '';
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    seen.push({ method, path, headers, body });
    const operation = headers['x-amz-target']?.split('.')[1] ?? 'invocations';
    const name = nameIn(path, body);
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    return byOperation[`${operation} ${name}`] ?? byOperation[operation] ?? answers[name]?.(attempt) ?? { body: {} };
  };
  const server = createServer(async (request, response) => {
    const { status = 200, headers = {}, body, tear = false, hang = false } = await read(request);
    if (hang) return;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const withDate = { date: new Date().toUTCString(), ...headers };
    response.writeHead(status, { ...withDate, 'content-length': Buffer.byteLength(text) });
    if (!tear) return void response.end(text);
    response.write(text.slice(0, 1));
    setTimeout(() => response.destroy(), 20);
  });
  return { ...(await listen(server, 0, 'answers')), seen };
};
