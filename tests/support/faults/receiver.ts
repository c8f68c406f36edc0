import { Webhook } from 'standardwebhooks';
import { createInbox, type Inbox } from '../../../infra/local/pages/inbox.ts';
import type { Audit } from './audit.ts';

export type HookCall = { path: string; headers: Headers; body: string };

const TOLERANCE_MS = 5 * 60_000;

/**
 * The client's own server in virtual time: it checks signatures with the reference library and its own clock, and keeps
 * what arrives in the inbox of the local pages, one inbox for each path.
 */
export const createReceiver = ({
  now,
  audit,
  secretOf,
}: {
  now: () => number;
  audit: Audit;
  /** The signing secret of the path's destination. */
  secretOf: (path: string) => Promise<string | undefined>;
}) => {
  const inboxes = new Map<string, Inbox>();
  const bodies = new Map<string, string>();
  const inboxOf = (path: string): Inbox => {
    const inbox = inboxes.get(path) ?? createInbox({ now });
    inboxes.set(path, inbox);
    return inbox;
  };

  return {
    inboxOf,
    /** Takes a delivery and answers its status. */
    take: async ({ path, headers, body }: HookCall): Promise<number> => {
      const id = headers.get('webhook-id') ?? '';
      const atMs = Number(headers.get('webhook-timestamp')) * 1000;
      const secret = await secretOf(path);
      const expected = secret === undefined ? undefined : new Webhook(secret).sign(id, new Date(atMs), body);
      const isSigned = (headers.get('webhook-signature') ?? '').split(' ').includes(expected ?? 'no secret');
      const isFresh = Math.abs(now() - atMs) <= TOLERANCE_MS;
      if (!isSigned || !isFresh) {
        audit.violate(`a delivery to ${path} was ${isSigned ? 'signed for another time' : 'wrongly signed'}`);
        return 401;
      }
      const known = bodies.get(`${path} ${id}`);
      if (known !== undefined && known !== body) audit.violate(`event ${id} came to ${path} with two bodies`);
      bodies.set(`${path} ${id}`, body);
      await inboxOf(path).take({ id, verified: true, body: JSON.parse(body) });
      return 200;
    },
  };
};
export type Receiver = ReturnType<typeof createReceiver>;
