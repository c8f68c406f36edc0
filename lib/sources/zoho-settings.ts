import * as z from 'zod/mini';
import { httpUrl } from './names.ts';

const DEFAULT_ACCOUNTS_URL = 'https://accounts.zoho.com';

const credits = z
  .number()
  .check(z.int('must be a whole number'), z.minimum(0, 'must be 0 or more'), z.maximum(100_000_000, 'is too many'));

/** The client's Zoho organisation: where its accounts are, and what its edition lets programs spend. */
export const zohoSettings = z
  .strictObject({
    /** Zoho's accounts server or its token URL. Whether it is one of Zoho's is judged where secrets are sent. */
    accountsUrl: z._default(httpUrl, DEFAULT_ACCOUNTS_URL),
    /** API credits in any 24 hours. Absent: what the smallest paid edition has. */
    dailyCredits: z.optional(credits.check(z.minimum(1, 'must be 1 or more'))),
    /** Credits that are left to the client's other programs. Absent: a fiftieth of the daily ones. */
    keepCredits: z.optional(credits),
  })
  .check(
    z.refine(
      ({ dailyCredits, keepCredits }) =>
        dailyCredits === undefined || keepCredits === undefined || keepCredits < dailyCredits,
      { path: ['keepCredits'], error: 'must be less than dailyCredits, or nothing would ever be sent' },
    ),
  );
export type ZohoSettings = z.infer<typeof zohoSettings>;
