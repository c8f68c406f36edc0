import type { IncomingHttpHeaders } from 'node:http';

export type AwsService = 'dynamodb' | 'secretsmanager' | 'lambda';

/** One call to an AWS API, as it came over the wire. */
export type AwsCall = {
  service: AwsService;
  /** The API's own name for it: `PutItem`, `GetSecretValue`, `InvokeFunction`. */
  operation: string;
  /** Which function made it; absent when somebody else did: a test, the CLI. */
  caller?: string;
  /** The JSON body; for Lambda what stands in the path. */
  input: Record<string, unknown>;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
};

/** `cut` breaks the connection instead of answering. */
export type AwsAnswer = { status: number; headers: Record<string, string>; body: Buffer } | 'cut';

export type Handle = (call: AwsCall) => Promise<AwsAnswer>;
/** Stands between the caller and the service; may answer in its place. */
export type Middleware = (next: Handle) => Handle;

const PREFIX = 'local-';
/** The access key id a function signs with, so that its calls can be told from everybody else's. */
export const accessKeyIdOf = (functionName: string): string => `${PREFIX}${functionName}`;

const CREDENTIAL = /Credential=([^/,\s]+)\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/;
const INVOKE = /^\/2015-03-31\/functions\/([^/?]+)\/invocations/;

const isService = (name: string): name is AwsService =>
  name === 'dynamodb' || name === 'secretsmanager' || name === 'lambda';

const parseBody = (body: Buffer): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {}; // the service says what is wrong with it
  }
};

/** Reads service and caller from the signature, the operation from the target header or the path. */
export const readAwsCall = (
  request: { method: string; path: string; headers: IncomingHttpHeaders },
  body: Buffer,
): AwsCall | undefined => {
  const [, accessKeyId = '', service = ''] = CREDENTIAL.exec(request.headers.authorization ?? '') ?? [];
  if (!isService(service)) return undefined;
  const caller = accessKeyId.startsWith(PREFIX) ? { caller: accessKeyId.slice(PREFIX.length) } : {};
  const common = { ...request, ...caller, service, body };
  if (service === 'lambda') {
    const [, name = ''] = INVOKE.exec(request.path) ?? [];
    return { ...common, operation: 'InvokeFunction', input: { FunctionName: decodeURIComponent(name) } };
  }
  const target = String(request.headers['x-amz-target'] ?? '');
  return { ...common, operation: target.split('.').at(-1) ?? '', input: parseBody(body) };
};
