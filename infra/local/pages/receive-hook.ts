import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { type Answer, json, problem } from '../../../lib/platform/http.ts';
import type { Faults } from './faults.ts';
import type { Inbox } from './inbox.ts';
import type { PagesRequest } from './request.ts';

/** The `whsec_` secrets of a source's webhook destinations; undefined while there is none. */
export type SigningSecret = (source: string) => Secrets | Promise<Secrets>;
type Secrets = string | readonly string[] | undefined;

const isSignedWith = (secret: string, { headers, body }: PagesRequest): boolean => {
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  try {
    new Webhook(secret).verify(body, sent, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
};

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return body.toString('utf8');
  }
};

const sentEvent = z.object({ data: z.object({ source: z.string() }) });
/** Who the event says it is from: a source may send to the address of another one. */
const senderOf = (body: unknown): string | undefined => sentEvent.safeParse(body).data?.data.source;

/**
 * Receives events as a client's own server would, with the reference library of Standard Webhooks. What is wrongly
 * signed is answered 401, and shown all the same: that is what an inbox is for.
 */
export const receiveHook =
  ({ inbox, faults, signingSecret }: { inbox: Inbox; faults: Faults; signingSecret: SigningSecret }) =>
  async (request: PagesRequest, source: string): Promise<Answer> => {
    const id = request.headers['webhook-id'];
    if (typeof id !== 'string' || id === '' || id.length > 255)
      return problem(400, 'no_webhook_id', 'A delivery carries the header webhook-id, at most 255 characters.');
    const fault = faults.next();
    if (fault !== undefined) {
      inbox.refuse(id);
      return problem(fault, 'told_to_fail', 'The inbox was told to answer like this.');
    }
    const body = parse(request.body);
    const secrets = await Promise.all([...new Set([source, senderOf(body) ?? source])].map(signingSecret));
    const verified = secrets.flat().some((secret) => secret !== undefined && isSignedWith(secret, request));
    await inbox.take({ id, verified, body });
    return verified
      ? json(200, { status: 'received' })
      : problem(401, 'bad_signature', "The signature does not fit the source's signing secret.");
  };
