import type { Item } from '../platform/table.ts';
import { callKey, listKeyOf, needsPerson } from '../work/work-item.ts';
import { MAX_BODY_BYTES, type WebhookCall } from './webhook-body.ts';

export type QuarantineReason = 'too_large' | 'unreadable_body' | 'damaged_text' | 'contention';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text as text, so that a person can read it in the table; other bytes as base64. */
const storedBody = (bytes: Buffer): { body: string } | { bodyBase64: string } => {
  try {
    return { body: strictUtf8.decode(bytes) };
  } catch {
    return { bodyBase64: bytes.toString('base64') };
  }
};

/** A call that could not be used, as it came: Zoho does not repeat, so it waits for a person and never expires by itself. */
export const quarantinedCall = (
  call: WebhookCall,
  of: { id: string; source: string; reason: QuarantineReason; nowMs: number },
): Item => ({
  pk: callKey(of.id),
  kind: 'call',
  id: of.id,
  source: of.source,
  state: 'quarantined',
  reason: of.reason,
  createdAtMs: of.nowMs,
  ...(call.contentType === undefined ? {} : { contentType: call.contentType.slice(0, 256).toWellFormed() }),
  ...storedBody(call.body.subarray(0, MAX_BODY_BYTES)),
  bodyBytes: call.body.length,
  query: call.query,
  ...needsPerson(of.source, of.nowMs),
  listKey: listKeyOf(of.source, 'call', of.nowMs),
  listAtMs: of.nowMs,
});
