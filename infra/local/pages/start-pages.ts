import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { codeOf } from '../../../lib/platform/errors.ts';
import { type Answer, problem } from '../../../lib/platform/http.ts';
import { type Listening, listen } from '../listen.ts';
import { createFaults } from './faults.ts';
import { createInbox } from './inbox.ts';
import { isForeign } from './is-foreign.ts';
import type { Links } from './navigation.ts';
import type { SigningSecret } from './receive-hook.ts';
import { readRequest } from './request.ts';
import { createRoutes } from './routes.ts';

export type PagesOptions = {
  /** 0: any free one. */
  port: number;
  /** Where the inbox outlives the process; without it nothing does. */
  stateFile?: string;
  links: Links;
  /** Where the demo form posts to. @default the gateway's form `contact` of the source `demo` */
  formAction?: string;
  /** Asked for every delivery whose secret `setSecret` has not been told. */
  signingSecret?: SigningSecret;
  now?: () => number;
};

export type Pages = Listening & {
  /** The `whsec_` secret that deliveries of a source are signed with. */
  setSecret(source: string, secret: string): void;
};

const send = (response: ServerResponse, { statusCode, headers, body = '' }: Answer, isHead: boolean): void => {
  const bytes = Buffer.from(body);
  response.writeHead(statusCode, statusCode === 204 ? headers : { ...headers, 'content-length': bytes.length });
  response.end(isHead || statusCode === 204 ? undefined : bytes);
};

/**
 * Start page, demo form, thank-you page and inbox, on one port of the loopback address.
 * @throws {PortTakenError}
 * @throws {ConfigurationError} `inbox.state_unreadable`
 */
export const startPages = async (options: PagesOptions): Promise<Pages> => {
  const { port, stateFile, links, now = Date.now } = options;
  const secrets = new Map<string, string>();
  const route = createRoutes({
    links,
    formAction: options.formAction ?? `${links.gateway}/sources/demo/forms/contact`,
    inbox: createInbox({ stateFile, now }),
    faults: createFaults(),
    signingSecret: (source) => secrets.get(source) ?? options.signingSecret?.(source),
  });
  let baseUrl = '';

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    if (request === undefined) {
      response.setHeader('connection', 'close');
      return send(response, problem(413, 'too_large', 'The body is too large.'), false);
    }
    const answer = isForeign(request, baseUrl)
      ? problem(403, 'foreign_origin', 'Only pages and programs of this machine may do that.')
      : await route(request);
    send(response, answer, request.method === 'HEAD');
  };
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      process.stderr.write(`pages: a request failed (${codeOf(error)})\n`);
      response.destroy();
    });
  });
  const listening = await listen(server, port, 'pages');
  baseUrl = listening.baseUrl;
  return { ...listening, setSecret: (source, secret) => void secrets.set(source, secret) };
};
