import * as z from 'zod/mini';
import { parseJson } from './parse-json.ts';

/** Refusals that a repeat cannot mend: a person has to act. */
export const tokenRefusals = [
  'invalid_code', // exchange: expired, used, or of another data center; refresh: the refresh token is gone
  'invalid_client', // no such client in this data center, or deleted
  'invalid_client_secret',
  'invalid_redirect_uri', // the client is not a self client
  'invalid_grant',
  'invalid_request',
  'unsupported_grant_type',
] as const;
export type TokenRefusal = (typeof tokenRefusals)[number];

export type TokenAnswer =
  /** `refreshToken` comes with an exchange only, `scope` (separated by blanks) and `apiDomain` nearly always. */
  | {
      status: 'granted';
      accessToken: string;
      refreshToken?: string;
      apiDomain?: string;
      scope?: string;
      expiresInSeconds: number;
    }
  | { status: 'refused'; code: TokenRefusal }
  /** Too many codes or tokens within ten minutes; passes with the window. */
  | { status: 'throttled' }
  /** Zoho is in trouble. `minted` false: certainly no token was made. */
  | { status: 'unavailable'; code: string; minted: false | 'unknown' };

const LIFE_SECONDS = 3600;
const filled = z.string().check(z.minLength(1));
const seconds = z.pipe(z.union([z.number(), z.string().check(z.regex(/^\d{1,10}$/))]), z.transform(Number));

const granted = z.object({
  access_token: filled,
  refresh_token: z.catch(z.optional(filled), undefined),
  api_domain: z.catch(z.optional(filled), undefined),
  scope: z.catch(z.optional(filled), undefined),
  expires_in: z.catch(z.optional(seconds), undefined),
  expires_in_sec: z.catch(z.optional(seconds), undefined),
});
const refused = z.object({ error: z.optional(z.unknown()), status: z.optional(z.unknown()) });

/** Old answers carry `expires_in_sec` beside an `expires_in` in milliseconds. No token is believed to live longer than an hour. */
const lifeOf = ({ expires_in, expires_in_sec }: z.infer<typeof granted>): number => {
  const life = expires_in_sec ?? expires_in ?? LIFE_SECONDS;
  return Math.min(LIFE_SECONDS, Math.max(0, Math.floor(life)));
};

/**
 * Judges an answer of the token endpoint by its body: Zoho refuses with HTTP 200, and throttles with 400 or 200 in the
 * user's language, so that an unknown `error` is a throttle too (Zoho Accounts, "Token Validity").
 * @param body the answer's text
 */
export const readTokenAnswer = (httpStatus: number, body: unknown): TokenAnswer => {
  const parsed = parseJson(body);
  const grant = granted.safeParse(parsed);
  if (grant.success) {
    const { access_token, refresh_token, api_domain, scope } = grant.data;
    return {
      status: 'granted',
      accessToken: access_token,
      ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
      ...(api_domain === undefined ? {} : { apiDomain: api_domain }),
      ...(scope === undefined ? {} : { scope }),
      expiresInSeconds: lifeOf(grant.data),
    };
  }
  const unavailable: TokenAnswer = {
    status: 'unavailable',
    code: httpStatus >= 400 ? `http_${httpStatus}` : 'unreadable_answer',
    minted: httpStatus >= 500 ? false : 'unknown',
  };
  const refusal = refused.safeParse(parsed);
  if (!refusal.success) return httpStatus === 429 ? { status: 'throttled' } : unavailable;
  const { error, status } = refusal.data;
  if (status === 'failure') return { status: 'throttled' };
  if (typeof error !== 'string' || error === '') return httpStatus === 429 ? { status: 'throttled' } : unavailable;
  const code = tokenRefusals.find((known) => known === error.toLowerCase());
  if (code !== undefined) return { status: 'refused', code };
  if (error === 'general_error' || httpStatus >= 500) return { ...unavailable, code: 'general_error' };
  return { status: 'throttled' };
};
