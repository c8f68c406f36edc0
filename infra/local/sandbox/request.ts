import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readBody } from '../listen.ts';

/** One HTTP request, read whole. */
export type SandboxRequest = {
  method: string;
  /** As it stands in the request line, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
};

const MAX_BODY_BYTES = 16 * 1024 * 1024; // 100 records with a 32,000-character description each fit

/** Reads the request to its end; undefined when the body is larger than any call of ours could be. */
export const readRequest = async (incoming: IncomingMessage): Promise<SandboxRequest | undefined> => {
  const body = await readBody(incoming, MAX_BODY_BYTES);
  const [path = '/', ...rest] = (incoming.url ?? '/').split('?');
  const query = new URLSearchParams(rest.join('?'));
  return body && { method: incoming.method ?? 'GET', path, query, headers: incoming.headers, body };
};

/** Query and form parameters together; the body, urlencoded or multipart, wins over the query. Anything else has none. */
export const readParameters = async (request: SandboxRequest): Promise<URLSearchParams> => {
  const parameters = new URLSearchParams(request.query);
  const contentType = request.headers['content-type'] ?? '';
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType)) return parameters;
  try {
    const form = await new Response(new Uint8Array(request.body), {
      headers: { 'content-type': contentType },
    }).formData();
    for (const [name, value] of form) if (typeof value === 'string') parameters.set(name, value);
  } catch {
    // A body that is not what its type says has no parameters.
  }
  return parameters;
};
