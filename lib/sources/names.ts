import * as z from 'zod/mini';

/** Ids of sources, connections, forms and destinations: they stand in URLs, keys and secret names. */
export const sourceId = z.string().check(z.regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and hyphen'));
export const name = sourceId;

/** A Zoho API name of a field or module, such as `Lead_Status`. */
export const apiName = z
  .string()
  .check(
    z.regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, 'must be a Zoho API name: a letter, then letters, digits and underscores'),
  );

/** The name of a field of a web form. */
export const formFieldName = z
  .string()
  .check(z.regex(/\S/, 'must name a form field'), z.maxLength(128, 'must be at most 128 characters'));

const isHttpUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  // Credentials in a URL would be a secret in a file that holds none.
  return /^https?:$/.test(protocol) && username === '' && password === '';
};

/** An absolute http or https address without user name and password. */
export const httpUrl = z
  .string()
  .check(z.refine(isHttpUrl, 'must be a full http:// or https:// address, without user name and password'));

/** Id of a Zoho record. Ids have up to 19 digits: more than a YAML number keeps. */
export const zohoId = z.string().check(z.regex(/^\d{1,20}$/, 'must be a numeric Zoho id, in quotes'));

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(\d{1,6})(ms|s|m|h)$/;
const HOUR_MS = UNITS_MS.h;

/** @param text checked by `duration` */
export const durationMs = (text: string): number => {
  const [, count = '0', unit = 's'] = DURATION.exec(text) ?? [];
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
};

const UNIT_WANTED = 'must be a duration such as 500ms, 2s or 5m, or 0';

/** A duration as people write it, at most an hour: `2s`, `5m`. No time at all needs no unit: `0` becomes `0s`. */
export const duration = z.pipe(
  z.transform((written: string | 0) => (written === 0 || written === '0' ? '0s' : written)),
  z.string(UNIT_WANTED).check(
    z.regex(DURATION, UNIT_WANTED),
    z.refine((text) => durationMs(text) <= HOUR_MS, 'must be at most 1h'),
  ),
);
