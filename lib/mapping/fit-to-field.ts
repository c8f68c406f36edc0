import type { FieldLimit } from './field-limits.ts';
import { isZohoPhone } from './zoho-phone.ts';
import type { WarningCode, ZohoValue } from './zoho-value.ts';

/** `value` is absent when the field cannot take it at all. */
export type Fitted = { value?: ZohoValue; warning?: { code: WarningCode; limit?: number } };

/** The first `max` characters as Zoho counts them, without half of a surrogate pair at the end. */
export const cut = (text: string, max: number): string =>
  text
    .slice(0, max)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd();

/** What of a value its field takes. Zoho cuts nothing itself: it refuses the record. */
export const fitToField = (value: ZohoValue, limit: FieldLimit | undefined): Fitted => {
  if (limit === undefined || typeof value !== 'string') return { value };
  if (limit.kind === 'phone') return isZohoPhone(value) ? { value } : { warning: { code: 'not_a_phone' } };
  if (value.length <= limit.max) return { value };
  return limit.kind === 'text'
    ? { value: cut(value, limit.max), warning: { code: 'shortened', limit: limit.max } }
    : { warning: { code: 'too_long', limit: limit.max } };
};
