import { filledValues } from '../mapping/filled-values.ts';
import type { FormFields } from '../mapping/form-fields.ts';
import type { Form } from '../sources/form.ts';

export type SpamReason = 'honeypot' | 'too_fast';

const EPOCH_MS = /^\d{1,15}$/;

/**
 * Why a submission looks like a bot's; undefined for a person's. A timestamp that is absent, unreadable or ahead of
 * our clock proves nothing: a page without script has none, and visitors' clocks are wrong.
 */
export const spamReason = (form: Form, fields: FormFields, nowMs: number): SpamReason | undefined => {
  const { honeypot, timestamp, minSeconds } = form.spam;
  if (honeypot !== undefined && filledValues(fields, honeypot).length > 0) return 'honeypot';
  const [shown] = timestamp === undefined ? [] : filledValues(fields, timestamp);
  if (shown === undefined || !EPOCH_MS.test(shown)) return undefined;
  const tookMs = nowMs - Number(shown);
  return tookMs >= 0 && tookMs < minSeconds * 1000 ? 'too_fast' : undefined;
};
