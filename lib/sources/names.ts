import * as z from 'zod/mini';

/** Ids of sources, connections, forms and destinations: they stand in URLs, keys and secret names. */
export const sourceId = z
  .string()
  .check(z.regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and hyphen'));
export const name = sourceId;

/** A Zoho API name of a field or module, such as `Lead_Status`. */
export const apiName = z
  .string()
  .check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, 'must be a Zoho API name: a letter, then letters, digits and underscores'));

/** The name of a field of a web form. */
export const formFieldName = z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(128, 'must be at most 128 characters'));

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(\d{1,6})(ms|s|m|h)$/;

/** A duration as people write it: `2s`, `5m`. */
export const duration = z.string().check(z.regex(DURATION, 'must be a duration such as 500ms, 2s or 5m'));

/** @param text checked by `duration` */
export const durationMs = (text: string): number => {
  const [, count = '0', unit = 's'] = DURATION.exec(text) ?? [];
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
};
