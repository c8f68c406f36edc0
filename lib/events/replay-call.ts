import * as z from 'zod/mini';
import { equals, type Item } from '../platform/table.ts';
import type { Source } from '../sources/source.ts';
import { callKey, expiresAtSeconds, retentionDays } from '../work/work-item.ts';
import { parseStatusChange } from './parse-status-change.ts';
import { type RecordDeps, recordStatusChange } from './record-status-change.ts';
import type { WebhookCall } from './webhook-body.ts';

/** A quarantined call as it stands in the table. */
const storedCall = z.looseObject({
  pk: z.string(),
  id: z.string(),
  source: z.string(),
  state: z.enum(['quarantined', 'replayed']),
  reason: z.string(),
  createdAtMs: z.number(),
  contentType: z.optional(z.string()),
  body: z.optional(z.string()),
  bodyBase64: z.optional(z.string()),
  bodyBytes: z.number(),
  query: z.array(z.tuple([z.string(), z.string()])),
});
export type StoredCall = z.infer<typeof storedCall>;

export const readStoredCall = (item: Item): StoredCall => storedCall.parse(item);

const callOf = ({ contentType, body, bodyBase64, query }: StoredCall): WebhookCall => ({
  contentType,
  body: bodyBase64 === undefined ? Buffer.from(body ?? '', 'utf8') : Buffer.from(bodyBase64, 'base64'),
  query,
});

export type ReplayOutcome =
  | { status: 'recorded' | 'unchanged' | 'ignored'; reason?: string; eventId?: string }
  /** Still cannot be used; it stays where it is. */
  | { status: 'quarantined'; reason: string }
  | { status: 'replayed_already' };

/**
 * Tries a quarantined call again, by the source as it is today and with the time it came. What succeeds is closed and
 * kept 30 days more; what does not stays. A call recorded already makes nothing twice: events guard themselves.
 */
export const replayCall = async (stored: StoredCall, source: Source, deps: RecordDeps): Promise<ReplayOutcome> => {
  if (stored.state === 'replayed') return { status: 'replayed_already' };
  if (source.webhook === undefined) return { status: 'quarantined', reason: 'webhook_not_configured' };
  // Only the first 64 KB were kept: what is cut off cannot be read, and must not be guessed.
  if (stored.reason === 'too_large') return { status: 'quarantined', reason: stored.reason };
  const parsed = await parseStatusChange(callOf(stored), source.webhook);
  if (parsed.status === 'unreadable') return { status: 'quarantined', reason: parsed.reason };
  if (parsed.status === 'empty') return { status: 'quarantined', reason: 'empty' };
  const outcome =
    parsed.status === 'change'
      ? await recordStatusChange(parsed.change, source, source.webhook, deps, stored.createdAtMs)
      : parsed;
  if (outcome.status === 'contention') return { status: 'quarantined', reason: 'contention' };
  await deps.table.update(
    callKey(stored.id),
    {
      set: { state: 'replayed', expiresAtSeconds: expiresAtSeconds(deps.now(), retentionDays.closed) },
      remove: ['lane', 'dueAtMs'],
    },
    equals('state', 'quarantined'),
  );
  return outcome;
};
