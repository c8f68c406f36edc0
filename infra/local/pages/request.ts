import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export type PagesRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer };

const MAX_BODY_BYTES = 1024 * 1024; // an event is a few kilobytes

/** Reads a request to its end; undefined when its body is larger than anything these pages take. */
export const readRequest = async (incoming: IncomingMessage): Promise<PagesRequest | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const [path = '/'] = (incoming.url ?? '/').split('?', 1);
  return { method: incoming.method ?? 'GET', path, headers: incoming.headers, body: Buffer.concat(chunks) };
};
