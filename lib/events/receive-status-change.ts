import type { RandomId } from '../platform/ids.ts';
import type { Source } from '../sources/source.ts';
import { parseStatusChange } from './parse-status-change.ts';
import { type QuarantineReason, quarantinedCall } from './quarantined-call.ts';
import { type RecordDeps, recordStatusChange } from './record-status-change.ts';
import type { WebhookCall } from './webhook-body.ts';

export type ReceiveDeps = RecordDeps & { randomId: RandomId };

/** `id`: of the event that was made, or of the call that waits for a person. */
export type ReceiveOutcome =
  | { status: 'recorded' | 'unchanged' | 'ignored'; reason?: string; eventId?: string }
  | { status: 'quarantined'; reason: QuarantineReason; id: string }
  | { status: 'empty' };

/**
 * One webhook call, read, judged and recorded; what cannot be read or written is kept for a person.
 * @throws {PlatformError} `table.unreachable`: then nothing was kept
 */
export const receiveStatusChange = async (
  call: WebhookCall,
  source: Source,
  deps: ReceiveDeps,
): Promise<ReceiveOutcome> => {
  const quarantine = async (reason: QuarantineReason): Promise<ReceiveOutcome> => {
    const id = deps.randomId();
    await deps.table.put(quarantinedCall(call, { id, source: source.id, reason, nowMs: deps.now() }));
    return { status: 'quarantined', reason, id };
  };

  if (source.webhook === undefined) return { status: 'ignored', reason: 'webhook_not_configured' };
  const parsed = await parseStatusChange(call, source.webhook);
  if (parsed.status === 'unreadable') return quarantine(parsed.reason);
  if (parsed.status !== 'change') return parsed;
  const outcome = await recordStatusChange(parsed.change, source, source.webhook, deps);
  return outcome.status === 'contention' ? quarantine('contention') : outcome;
};
