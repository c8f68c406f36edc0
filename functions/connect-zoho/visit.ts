import type { HttpRequest } from '../../lib/platform/http.ts';

const ANNOUNCEMENTS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** A browser that loads a page before anybody asked for it says so in one of these headers. */
export const isSpeculative = ({ headers }: HttpRequest): boolean =>
  ANNOUNCEMENTS.some((name) => /prefetch|prerender|preview/i.test(headers[name] ?? ''));

/** Longer is no code of Zoho's: they are about 70 characters. */
const LONGEST_CODE = 512;

/** The visit's `zoho_code`, without the blanks that come along when it is copied. Undefined when there is none. */
export const authorizationCodeOf = ({ query }: HttpRequest): string | undefined => {
  const code = query.find(([name, value]) => name === 'zoho_code' && value.trim() !== '')?.[1].trim();
  return code?.slice(0, LONGEST_CODE);
};
