import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Listening = { baseUrl: string; close(): Promise<void> };

/** A port that somebody else holds; the message says which, and what to do. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  constructor(port: number, what: string) {
    super(`Port ${port} (${what}) is taken. End what listens there, or choose other ports: npm start -- --port-base ${port + 100}`);
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
