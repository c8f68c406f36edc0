import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Html, type PageOptions, page } from './html.ts';

export type Answer = APIGatewayProxyStructuredResultV2 & { statusCode: number; headers: Record<string, string> };

/** What a handler needs of an API Gateway event (payload 2.0), read once. */
export type HttpRequest = {
  requestId: string;
  method: string;
  /** Decoded by API Gateway. */
  pathParameters: Record<string, string>;
  /** In order, repeats kept; percent-decoding that fails leaves the text as it stands. */
  query: Array<[name: string, value: string]>;
  /** Lower-case names; API Gateway joins repeated headers by comma. */
  headers: Record<string, string>;
  /**
   * The decoded bytes; empty when there is no body. JSON and text arrive as text: whatever was no UTF-8 has become
   * U+FFFD before anybody here could refuse it. All other types arrive byte for byte.
   */
  body: Buffer;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ')).toWellFormed();
  } catch {
    return text.toWellFormed();
  }
};

const parseQuery = (raw: string): Array<[string, string]> =>
  raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at === -1 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });

export const readRequest = (event: APIGatewayProxyEventV2): HttpRequest => ({
  requestId: event.requestContext.requestId,
  method: event.requestContext.http.method.toUpperCase(),
  pathParameters: Object.fromEntries(
    Object.entries(event.pathParameters ?? {}).map(([name, value]) => [name, value ?? '']),
  ),
  query: parseQuery(event.rawQueryString ?? ''),
  headers: Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? '']),
  ),
  body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
});

/** A page is answered exactly when the caller says it takes one. */
export const wantsPage = (request: HttpRequest): boolean =>
  (request.headers.accept ?? '').toLowerCase().includes('text/html');

const COMMON = { 'x-content-type-options': 'nosniff' };

export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  statusCode,
  headers: { ...COMMON, 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** A refusal in the one shape all of them have. `message` says what to do next and repeats nothing that was sent. */
export const problem = (
  statusCode: number,
  code: string,
  message: string,
  { headers = {}, ...more }: { headers?: Record<string, string> } & Record<string, unknown> = {},
): Answer => json(statusCode, { error: { code, message, ...more } }, headers);

export const htmlAnswer = (
  statusCode: number,
  options: PageOptions,
  { headers = {}, ...targets }: { headers?: Record<string, string>; connectTo?: string[]; formsTo?: string[] } = {},
): Answer => {
  const { markup, contentSecurityPolicy } = page(options, targets);
  return {
    statusCode,
    headers: {
      ...COMMON,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      ...headers,
    },
    body: markup,
  };
};

export const redirect = (statusCode: 302 | 303, location: string, headers: Record<string, string> = {}): Answer => ({
  statusCode,
  headers: { ...COMMON, location, ...headers },
  body: '',
});

export const noContent = (headers: Record<string, string> = {}): Answer => ({
  statusCode: 204,
  headers: { ...COMMON, ...headers },
  body: '',
});

export type { Html };
