import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { loadEvent } from '../load-event.ts';

const sample = loadEvent('submit-lead/valid');

/** A whole HTTP API event, made from a sample one. */
export const httpEvent = (of: {
  method: 'GET' | 'POST';
  path: string;
  pathParameters: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  form?: Record<string, string>;
}): APIGatewayProxyEventV2 => ({
  ...sample,
  rawPath: of.path,
  rawQueryString: new URLSearchParams(of.query ?? {}).toString(),
  headers: {
    host: 'api.example.com',
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    ...of.headers,
  },
  pathParameters: of.pathParameters,
  requestContext: {
    ...sample.requestContext,
    http: { ...sample.requestContext.http, method: of.method, path: of.path },
  },
  body: Buffer.from(new URLSearchParams(of.form ?? {}).toString()).toString('base64'),
  isBase64Encoded: true,
});
