import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export type Route = { method: string; path: string; functionName: string };
export type RouteMatch = { route: Route; pathParameters: Record<string, string> };

const decode = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};

/**
 * HTTP API matches segment by segment, exactly: a trailing slash is another path, and an encoded slash never fits into
 * a parameter.
 */
export const matchRoute = (routes: Route[], method: string, path: string): RouteMatch | undefined => {
  const segments = path.split('/').map(decode);
  for (const route of routes) {
    const pattern = route.path.split('/');
    if (route.method !== method || pattern.length !== segments.length) continue;
    const pathParameters: Record<string, string> = {};
    const fits = pattern.every((part, index) => {
      const segment = segments[index];
      if (segment === undefined) return false;
      const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
      if (name === undefined) return part === segment;
      if (segment === '' || segment.includes('/')) return false;
      pathParameters[name] = segment;
      return true;
    });
    if (fits) return { route, pathParameters };
  }
  return undefined;
};

const TEXT = /^(text\/[^;]*|application\/(json|xml|javascript))\s*(;|$)/i;

/** Bodies that are not of a text type arrive as base 64, urlencoded ones among them. */
export const isTextType = (contentType: string | undefined): boolean => TEXT.test(contentType ?? '');

/** Repeated headers arrive joined by comma; cookies stand apart. */
const joinHeaders = (raw: string[]): { headers: Record<string, string>; cookies: string[] } => {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/;\s*/));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return { headers, cookies };
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');
const requestTime = (at: Date): string =>
  `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;

/** The event of an HTTP API, payload 2.0. */
export const buildEvent = (
  request: IncomingMessage,
  body: Buffer,
  { route, pathParameters }: RouteMatch,
): APIGatewayProxyEventV2 => {
  const [rawPath = '/', ...rest] = (request.url ?? '/').split('?');
  const rawQueryString = rest.join('?');
  const { headers, cookies } = joinHeaders(request.rawHeaders);
  const query = new URLSearchParams(rawQueryString);
  const queryNames = [...new Set(query.keys())];
  const routeKey = `${route.method} ${route.path}`;
  const now = new Date();
  const isText = isTextType(headers['content-type']);
  const domainName = headers.host ?? '127.0.0.1';
  return {
    version: '2.0',
    routeKey,
    rawPath: decode(rawPath) ?? rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(queryNames.length > 0
      ? { queryStringParameters: Object.fromEntries(queryNames.map((name) => [name, query.getAll(name).join(',')])) }
      : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path: decode(rawPath) ?? rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: requestTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    ...(body.length > 0 ? { body: isText ? body.toString('utf8') : body.toString('base64') } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
};
