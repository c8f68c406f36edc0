import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { retryMiddleware, StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import { learnClock } from './clock-offset.ts';
import { endpointFromEnvironment } from './endpoint-from-environment.ts';
import { environmentCredentials } from './environment-credentials.ts';
import { ServiceError } from './service-error.ts';

/** What our code sets on a client; all else is Lambda's environment. */
export type Settings = { region?: string; maxAttempts?: number; requestHandler?: NodeHttpHandlerOptions };

/** What makes one service differ from the others. */
export type Service = {
  /** As it stands in the signature. */
  signingName: string;
  /** As it stands in `AWS_ENDPOINT_URL_<ID>`. */
  id: string;
  /** The SDK's endpoint rules for it. */
  endpoint: (parameters: EndpointParameters) => { url: URL };
  /** The SDK's defaults for it. */
  retries: { maxAttempts: number; baseDelay: number };
};
export type EndpointParameters = { Region: string; Endpoint?: string; UseFIPS: boolean; UseDualStack: boolean };

export type Call = { path?: string; headers: Record<string, string>; body: string };
export type Answer = { body: string; status: number };

type Metadata = { httpStatusCode: number; requestId: string; clockSkewCorrected: boolean };
type Attempted = { response: HttpResponse; output: Answer & { $metadata: Metadata } };

const isOn = (name: string): boolean => process.env[name] === 'true';

const readText = async (response: HttpResponse): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/** Lambda counts by it how often functions have called each other, and stops a loop. */
const traceHeader = (): Record<string, string> => {
  const { AWS_LAMBDA_FUNCTION_NAME, _X_AMZN_TRACE_ID } = process.env;
  return AWS_LAMBDA_FUNCTION_NAME && _X_AMZN_TRACE_ID ? { 'x-amzn-trace-id': _X_AMZN_TRACE_ID } : {};
};

/**
 * One service's client in the bundles, put together from the SDK's own signer, retry strategy, endpoint rules and HTTP
 * handler. Left out is what the SDK has between them and what makes half of a cold start: a schema of every operation
 * and error with its codec, the middleware stack, and the search for settings in files, metadata services and SSO.
 */
export class ServiceClient {
  readonly #service: Service;
  readonly #region: string;
  readonly #handler: NodeHttpHandler;
  readonly #signer: SignatureV4;
  readonly #retries: Parameters<typeof retryMiddleware>[0];
  #url: URL | undefined;
  /** What the service's clock shows, less ours; it refuses signatures that are minutes off. */
  #clockOffsetMs = 0;

  constructor(service: Service, { region = process.env.AWS_REGION, maxAttempts, requestHandler }: Settings) {
    if (!region) throw new Error('AWS_REGION is not set');
    const attempts = maxAttempts ?? service.retries.maxAttempts;
    const strategy = new StandardRetryStrategy({ maxAttempts: attempts, baseDelay: service.retries.baseDelay });
    this.#service = service;
    this.#region = region;
    this.#handler = new NodeHttpHandler(requestHandler);
    this.#signer = new SignatureV4({
      service: service.signingName,
      region,
      sha256: Sha256,
      credentials: environmentCredentials,
    });
    this.#retries = { maxAttempts: async () => attempts, retryStrategy: async () => strategy };
  }

  /** @throws {ServiceError} what the service answered instead, once the retries are used up */
  async call(call: Call): Promise<Answer> {
    const request = this.#request(call);
    const attempts = retryMiddleware(this.#retries)<Attempted['output']>(() => this.#attempt(request), {});
    const { output } = await attempts({ input: {}, request });
    return output;
  }

  /** Closes idle connections. */
  destroy(): void {
    this.#handler.destroy();
  }

  #request({ path = '', headers, body }: Call): HttpRequest {
    this.#url ??= this.#resolveUrl();
    const { protocol, hostname, host, port, pathname } = this.#url;
    return new HttpRequest({
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path: pathname.replace(/\/$/, '') + (path || '/'),
      method: 'POST',
      headers: {
        ...headers,
        host,
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': `aws-sdk-js lang/js md/nodejs#${process.versions.node} api/${this.#service.signingName} app/leadloop`,
        ...traceHeader(),
      },
      body,
    });
  }

  #resolveUrl(): URL {
    const own = endpointFromEnvironment(this.#service.id);
    return this.#service.endpoint({
      Region: this.#region,
      ...(own === undefined ? {} : { Endpoint: own }),
      UseFIPS: isOn('AWS_USE_FIPS_ENDPOINT'),
      UseDualStack: isOn('AWS_USE_DUALSTACK_ENDPOINT'),
    }).url;
  }

  async #attempt(request: HttpRequest): Promise<Attempted> {
    const sentAtMs = Date.now();
    const usedOffsetMs = this.#clockOffsetMs;
    const signed = await this.#signer.sign(request, { signingDate: new Date(sentAtMs + usedOffsetMs) });
    const { response } = await this.#handler.handle(new HttpRequest(signed));
    const body = await readText(response);
    const clock = learnClock(response.headers, { sentAtMs, usedOffsetMs, nowMs: Date.now() });
    this.#clockOffsetMs = clock.offsetMs;
    const $metadata = {
      httpStatusCode: response.statusCode,
      requestId: response.headers['x-amzn-requestid'] ?? '',
      clockSkewCorrected: clock.wasWrong,
    };
    if (response.statusCode >= 300) throw new ServiceError(body, response, $metadata);
    return { response, output: { body, status: response.statusCode, $metadata } };
  }
}
