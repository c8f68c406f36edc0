import { type Service, ServiceClient, type Settings } from './service-client.ts';

type Input = Record<string, unknown>;
type Command = { operation: string; input: Input };

/** An operation's command, as the SDK's clients take them. */
export const command = (operation: string) =>
  class {
    readonly operation = operation;
    readonly input: Input;
    constructor(input: Input) {
      this.input = input;
    }
  };

/**
 * A client of a service that takes and answers JSON, every operation by its name in a header.
 * @param version of the protocol, `1.0` or `1.1`
 */
export const jsonClient = (service: Service & { target: string; version: string }) =>
  class {
    readonly #client: ServiceClient;
    constructor(settings: Settings = {}) {
      this.#client = new ServiceClient(service, settings);
    }

    async send({ operation, input }: Command): Promise<Record<string, unknown>> {
      const { body } = await this.#client.call({
        headers: {
          'content-type': `application/x-amz-json-${service.version}`,
          'x-amz-target': `${service.target}.${operation}`,
        },
        body: JSON.stringify(input),
      });
      return JSON.parse(body);
    }

    destroy(): void {
      this.#client.destroy();
    }
  };
