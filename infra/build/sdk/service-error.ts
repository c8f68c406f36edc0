import type { HttpResponse } from '@smithy/core/protocols';

type Body = { __type?: string; message?: string; Message?: string; [name: string]: unknown };

const parse = (text: string): Body => {
  try {
    const body: Body | null = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {}; // a proxy's page, not the service's words: the status says what is to be said
  }
};

/** `com.amazonaws.dynamodb.v20120810#Name` or `Name:https://…`, to the name alone. */
const nameOf = (type: string): string => type.slice(type.indexOf('#') + 1).split(':', 1)[0] ?? type;

/** What the service answered instead of a result: named as it names it, with what else it gave (`Item`, `CancellationReasons`). */
export class ServiceError extends Error {
  readonly $fault: 'client' | 'server';
  readonly $response: HttpResponse;
  readonly $metadata: Record<string, unknown>;

  constructor(text: string, response: HttpResponse, $metadata: Record<string, unknown>) {
    const { __type, message, Message, ...fields } = parse(text);
    super(message ?? Message ?? 'UnknownError');
    Object.assign(this, fields);
    this.name = nameOf(response.headers['x-amzn-errortype'] ?? __type ?? 'UnknownError');
    this.$fault = response.statusCode < 500 ? 'client' : 'server';
    this.$response = response;
    this.$metadata = $metadata;
  }
}
