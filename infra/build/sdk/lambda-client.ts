import { defaultEndpointResolver } from '@aws-sdk/client-lambda/endpoint-rules';
import { ServiceClient, type Settings } from './service-client.ts';

type InvokeInput = { FunctionName: string; InvocationType: 'Event'; Payload: Uint8Array };

/** Asynchronous Invoke, the one operation of Lambda that we use. */
export class InvokeCommand {
  readonly input: InvokeInput;
  constructor(input: InvokeInput) {
    this.input = input;
  }
}

/** `@aws-sdk/client-lambda` in the bundles. */
export class LambdaClient {
  readonly #client: ServiceClient;
  constructor(settings: Settings = {}) {
    this.#client = new ServiceClient(
      {
        signingName: 'lambda',
        id: 'Lambda',
        endpoint: defaultEndpointResolver,
        retries: { maxAttempts: 3, baseDelay: 50 },
      },
      settings,
    );
  }

  async send({ input }: InvokeCommand): Promise<{ StatusCode: number }> {
    const { status } = await this.#client.call({
      path: `/2015-03-31/functions/${encodeURIComponent(input.FunctionName)}/invocations`,
      headers: { 'content-type': 'application/octet-stream', 'x-amz-invocation-type': input.InvocationType },
      body: Buffer.from(input.Payload).toString('utf8'),
    });
    return { StatusCode: status };
  }

  destroy(): void {
    this.#client.destroy();
  }
}
