import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readBody } from '../listen.ts';

export type PagesRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer };

const MAX_BODY_BYTES = 1024 * 1024; // an event is a few kilobytes

/** Reads a request to its end; undefined when its body is larger than anything these pages take. */
export const readRequest = async (incoming: IncomingMessage): Promise<PagesRequest | undefined> => {
  const body = await readBody(incoming, MAX_BODY_BYTES);
  const [path = '/'] = (incoming.url ?? '/').split('?', 1);
  return body && { method: incoming.method ?? 'GET', path, headers: incoming.headers, body };
};
