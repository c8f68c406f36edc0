import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type TlsFront = { baseUrl: string; certificateFile: string; close(): Promise<void> };

/**
 * The emulator behind TLS, as AWS is: a server of our own with a certificate made for this run.
 * @param folder takes key and certificate
 * @returns undefined where there is no `openssl` to make one
 */
export const startTlsFront = async (target: string, folder: string): Promise<TlsFront | undefined> => {
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'certificate.pem');
  const options = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const files = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', keyFile, '-out', certificateFile];
  try {
    await promisify(execFile)('openssl', [...options, ...files]);
  } catch {
    return undefined;
  }
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const tls = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
  const server = createServer(tls, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    baseUrl: `https://127.0.0.1:${taken}`,
    certificateFile,
    close: async () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close').catch(() => undefined);
    },
  };
};
