import { Webhook } from 'standardwebhooks';
import { type Answer, json, problem } from '../../../lib/platform/http.ts';
import type { Faults } from './faults.ts';
import type { Inbox } from './inbox.ts';
import type { PagesRequest } from './request.ts';

/** The `whsec_` secret of a source's webhook destination; undefined while there is none. */
export type SigningSecret = (source: string) => string | undefined | Promise<string | undefined>;

const isRight = (secret: string | undefined, { headers, body }: PagesRequest): boolean => {
  if (secret === undefined) return false;
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
    const verified = isRight(await signingSecret(source), request);
    await inbox.take({ id, verified, body: parse(request.body) });
    return verified
      ? json(200, { status: 'received' })
      : problem(401, 'bad_signature', "The signature does not fit the source's signing secret.");
  };
