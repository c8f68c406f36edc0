import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Listening = { baseUrl: string; close(): Promise<void> };

/** A port that somebody else holds; the message says which, and what to do. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  constructor(port: number, what: string) {
    const other = port + 100 > 65_530 ? 4500 : port + 100;
    super(
      `Port ${port} (${what}) is taken. End what listens there, or choose other ports: npm start -- --port-base ${other}`,
    );
  }
}

/**
 * Listens on the loopback address only; port 0 takes a free one. Closing ends open connections too.
 * @throws {PortTakenError}
 */
export const listen = async (server: Server, port: number, what: string): Promise<Listening> => {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') throw new PortTakenError(port, what);
    throw error;
  }
  const { port: taken } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${taken}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

/** A server whose handler may fail: the caller's connection breaks then, and this process goes on. */
export const serve = (
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  options: ServerOptions = {},
): Server =>
  createServer(options, (request, response) => {
    handler(request, response).catch(() => response.destroy());
  });

/**
 * The whole body, or undefined when it is larger than `maxBytes`: then the rest is read and dropped, so that the caller
 * gets to see the answer instead of a broken connection.
 */
export const readBody = (request: IncomingMessage, maxBytes = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) return void chunks.push(chunk);
      chunks = [];
      resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
