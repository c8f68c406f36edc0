import { readFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { ConfigurationError } from '../../../lib/platform/errors.ts';

/** What `GET /events` lists: one entry per `webhook-id`. */
export const inboxEvent = z.object({
  id: z.string(),
  /** The event's name; empty when the body names none. */
  type: z.string(),
  /** When the first delivery of it was taken. */
  receivedAtMs: z.number(),
  /** At least one delivery of it carried a right signature. */
  verified: z.boolean(),
  /** Deliveries of it so far, those the inbox was told to refuse included. */
  attempts: z.number(),
  body: z.unknown(),
});
export type InboxEvent = z.infer<typeof inboxEvent>;

export type Delivery = { id: string; verified: boolean; body: unknown };

export type Inbox = {
  /** Oldest first; nothing is ever dropped. */
  events(): InboxEvent[];
  /** Takes a delivery; resolves once it is written down. */
  take(delivery: Delivery): Promise<void>;
  /** Counts a delivery that is not taken. */
  refuse(id: string): void;
};

const typeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string' ? body.type : '';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** One line per change, the newest of an id stands; a line that a crash cut off is the last one and no loss. */
const load = (path: string): Map<string, InboxEvent> => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return new Map();
    throw new ConfigurationError(
      'inbox.state_unreadable',
      "The inbox's saved events cannot be read. Delete their file, or start with --fresh.",
    );
  }
  const events = new Map<string, InboxEvent>();
  for (const line of text.split('\n')) {
    try {
      const event = inboxEvent.parse(JSON.parse(line));
      events.set(event.id, event);
    } catch {
      // Empty or cut off.
    }
  }
  return events;
};

/**
 * What arrived at the receiving side, kept across restarts when it has a file.
 * @throws {ConfigurationError} `inbox.state_unreadable`
 */
export const createInbox = ({ stateFile, now }: { stateFile?: string | undefined; now: () => number }): Inbox => {
  const events = stateFile === undefined ? new Map<string, InboxEvent>() : load(stateFile);
  const refused = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  let lineBreak = '\n'; // before the first line of this life: the last one of an earlier life may be cut off

  const write = async (path: string, event: InboxEvent): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, `${lineBreak}${JSON.stringify(event)}\n`, { mode: 0o600 });
    lineBreak = '';
  };

  return {
    events: () => [...events.values()],
    refuse: (id) => void refused.set(id, (refused.get(id) ?? 0) + 1),
    take: async ({ id, verified, body }) => {
      const standing = events.get(id);
      // A forged repeat neither takes the place of what was verified nor makes it doubtful.
      const better = standing === undefined || (verified && !standing.verified);
      const event: InboxEvent = {
        id,
        type: better ? typeOf(body) : standing.type,
        receivedAtMs: standing?.receivedAtMs ?? now(),
        verified: verified || standing?.verified === true,
        attempts: (standing?.attempts ?? 0) + (refused.get(id) ?? 0) + 1,
        body: better ? body : standing.body,
      };
      refused.delete(id);
      events.set(id, event);
      if (stateFile === undefined) return;
      writing = writing.catch(() => {}).then(() => write(stateFile, event));
      await writing;
    },
  };
};
