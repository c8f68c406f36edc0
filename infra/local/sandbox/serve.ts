import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { sleep } from '../../../lib/platform/clock.ts';
import { codeOf } from '../../../lib/platform/errors.ts';
import { accountsServer } from './accounts/accounts-server.ts';
import { jsonAnswer, type SandboxAnswer } from './answer.ts';
import { controlApi } from './control/control-api.ts';
import type { Fault } from './control/faults.ts';
import { accessTokenOf, crmServer } from './crm/crm-server.ts';
import { internalError } from './crm/errors.ts';
import { isHeavy } from './limits/is-heavy.ts';
import { createTooManyRequests } from './limits/too-many-requests.ts';
import { readRequest, type SandboxRequest } from './request.ts';
import type { Rooms } from './rooms.ts';
import { screen } from './screen/screen.ts';

type Act = (request: SandboxRequest) => Promise<SandboxAnswer> | SandboxAnswer;

/** What Zoho itself does with a request. */
const zoho = (rooms: Rooms): Act => {
  const accounts = accountsServer(rooms);
  const crm = crmServer(rooms);
  return async (request) => {
    try {
      return await (accounts(request) ?? crm(request));
    } catch (error) {
      process.stderr.write(`sandbox: ${request.method} ${request.path} failed (${codeOf(error)})\n`);
      return internalError();
    }
  };
};

/** The CRM screen and the control API: the side of Zoho's owner, which no call is counted for. */
const owner =
  (rooms: Rooms): Act =>
  (request) =>
    isForeign(request, rooms.baseUrl())
      ? jsonAnswer(403, {
          error: { code: 'foreign_origin', message: 'Only pages and programs of this machine may do that.' },
        })
      : request.path.startsWith('/sandbox/')
        ? controlApi(request, rooms)
        : screen(request, rooms);

const isOwners = ({ path }: SandboxRequest): boolean => path === '/' || /^\/(?:sandbox|screen)\//.test(path);

/**
 * The sandbox without a socket and without its faults, for those who bring a network and a time of their own: every
 * request is acted upon at once, counted, and answered.
 */
export const createDoor = (rooms: Rooms): ((request: SandboxRequest) => Promise<SandboxAnswer>) => {
  const [asZoho, asOwner] = [zoho(rooms), owner(rooms)];
  return async (request) => {
    if (isOwners(request)) return asOwner(request);
    const end = await rooms.calls.begin(request);
    const acted = await asZoho(request);
    end({ acted, sent: true });
    acted.afterwards?.();
    return acted;
  };
};

/** Leads each request to its room: the CRM screen and the control API are Zoho's owner's side, everything else is Zoho. */
export const createListener = (rooms: Rooms, closing: AbortSignal): RequestListener => {
  const [act, actForOwner] = [zoho(rooms), owner(rooms)];

  const tooManyRequests = createTooManyRequests();

  /** Whether the call counts towards the org's limits: only those do that show a token the org knows. */
  const isLimited = ({ path, headers }: SandboxRequest): boolean => {
    if (!path.startsWith('/crm/')) return false;
    const token = accessTokenOf(headers);
    return token !== undefined && rooms.tokens.scopesOf(token) !== undefined;
  };

  const serveZoho = async (request: SandboxRequest, response: ServerResponse): Promise<void> => {
    const end = await rooms.calls.begin(request);
    const fault = rooms.faults.take(request.method, request.path);
    const limited = isLimited(request);
    const leave = limited ? rooms.limits.enter(isHeavy(request)) : undefined;
    const isRefused = limited && leave === undefined;
    if (leave) response.once('close', leave); // a caller that has given up holds no place any more
    const waitMs = (fault?.latencyMs ?? 0) + (isRefused ? 0 : rooms.limits.latencyMs());
    if (waitMs > 0) await sleep(waitMs, closing);
    if (fault?.hang) return; // nobody hears of this call again: closing the server cuts the connection
    if (fault?.drop === 'before') {
      response.destroy();
      leave?.();
      return end({ sent: false });
    }
    const acted = answersItself(fault) ? faultAnswer(fault) : isRefused ? tooManyRequests() : await act(request);
    rooms.limits.spend(acted.credits);
    await rooms.kept(); // Zoho forgets nothing that it has answered
    if (fault?.drop === 'after') response.destroy();
    else send(response, limited ? withCredits(acted, rooms.limits.shownCredits()) : acted);
    leave?.();
    end({ acted, sent: fault?.drop !== 'after' });
    acted.afterwards?.();
  };

  const serveOwner = async (request: SandboxRequest, response: ServerResponse): Promise<void> => {
    const answer = await actForOwner(request);
    await rooms.kept();
    send(response, answer);
    answer.afterwards?.();
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    if (!request) {
      response.setHeader('connection', 'close');
      return send(response, jsonAnswer(413, { error: { code: 'too_large', message: 'The body is too large.' } }));
    }
    await (isOwners(request) ? serveOwner(request, response) : serveZoho(request, response));
  };

  return (incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // Who breaks off while sending knows it already.
      if (incoming.complete) process.stderr.write(`sandbox: a request failed (${codeOf(error)})\n`);
      response.destroy();
    });
  };
};

/**
 * Without this a page anywhere could have its visitor's browser reset the sandbox or make a code: such posts need no
 * permission to be sent. Programs send no Origin.
 */
const isForeign = ({ headers }: SandboxRequest, baseUrl: string): boolean => {
  const own = [baseUrl, baseUrl.replace('127.0.0.1', 'localhost')];
  const host = `http://${headers.host ?? ''}`;
  return !own.includes(host) || (headers.origin !== undefined && !own.includes(headers.origin));
};

const answersItself = (fault: Fault | undefined): fault is Fault =>
  fault !== undefined && fault.drop === undefined && (fault.status !== undefined || fault.body !== undefined);

const faultAnswer = ({ status = 200, body = '' }: Fault): SandboxAnswer => {
  if (typeof body !== 'string') return jsonAnswer(status, body);
  const type = /^\s*</.test(body) ? 'text/html' : /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain';
  return { status, headers: body === '' ? {} : { 'content-type': `${type};charset=UTF-8` }, body, credits: 0 };
};

const withCredits = (answer: SandboxAnswer, left: number | undefined): SandboxAnswer =>
  left === undefined ? answer : { ...answer, headers: { ...answer.headers, 'x-api-credits-remaining': String(left) } };

const send = (response: ServerResponse, { status, headers, body }: SandboxAnswer): void => {
  // 204 and 304 have no body, whatever a fault asks for.
  const bytes = Buffer.from(status === 204 || status === 304 ? '' : body);
  response.writeHead(
    status,
    status === 204 || status === 304 ? headers : { ...headers, 'content-length': bytes.length },
  );
  response.end(bytes);
};
