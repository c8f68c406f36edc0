import type { Now } from '../../../../lib/platform/clock.ts';

const WINDOW_MS = 10 * 60_000;
// The numbers are those of "Token Validity" (Zoho CRM API documentation).
const MAX_CODES_PER_WINDOW = 10;
const MAX_GRANTS_PER_WINDOW = 10;
const MAX_MINTS_PER_WINDOW = 10;
const MAX_LIVE_ACCESS_TOKENS = 15;
const MAX_REFRESH_TOKENS = 20;
export const ACCESS_TOKEN_SECONDS = 3600;
export const MAX_CODE_MINUTES = 10;

type Code = {
  code: string;
  scope: string[];
  createdAtMs: number;
  expiresAtMs: number;
  overLimit: boolean;
  onScreen: boolean;
};
/** `accessTokens` and `mintedAtMs` are oldest first. */
type Grant = {
  refreshToken: string;
  scope: string[];
  createdAtMs: number;
  mintedAtMs: number[];
  accessTokens: Array<{ token: string; expiresAtMs: number }>;
};

export type SavedTokens = { grants: Grant[] };

export type Granted = { status: 'granted'; accessToken: string; refreshToken: string; scope: string[] };
export type Refused = { status: 'refused'; error: 'invalid_code' | 'access_denied' | 'throttled' };

export type Tokens = {
  /** A code for the self client. One made beyond the tenth in ten minutes is `access_denied` when it is used. */
  issueCode(scope: string[], minutes: number, onScreen?: boolean): string;
  /** Codes made on the CRM screen that could still be exchanged, newest first. */
  shownCodes(): Array<{ code: string; scope: string[]; expiresAtMs: number }>;
  exchange(code: string): Granted | Refused;
  refresh(refreshToken: string): Granted | Refused;
  /** False when there is no such refresh token. Its access tokens die with it. */
  revoke(refreshToken: string): boolean;
  /** The scopes of a live access token. */
  scopesOf(accessToken: string): string[] | undefined;
  save(): SavedTokens;
  /** Forgets the codes and what counts towards limits; tokens given out stay good. */
  reset(): void;
};

/** The accounts server's memory: one self client's codes, refresh tokens and access tokens. */
export const createTokens = ({
  now,
  randomToken,
  saved,
}: {
  now: Now;
  randomToken: () => string;
  saved?: SavedTokens | undefined;
}): Tokens => {
  let codes: Code[] = [];
  let codesMadeAtMs: number[] = [];
  const grants = new Map<string, Grant>((saved?.grants ?? []).map((grant) => [grant.refreshToken, grant]));
  const grantOf = new Map<string, Grant>(); // by access token
  for (const grant of grants.values()) for (const { token } of grant.accessTokens) grantOf.set(token, grant);
  let grantsMadeAtMs: number[] = [];

  const inWindow = (times: number[]): number[] => times.filter((time) => now() - time < WINDOW_MS);

  const mint = (grant: Grant): Granted => {
    for (const { token, expiresAtMs } of grant.accessTokens) if (expiresAtMs <= now()) grantOf.delete(token);
    grant.accessTokens = grant.accessTokens.filter(({ expiresAtMs }) => expiresAtMs > now());
    const accessToken = randomToken();
    grant.accessTokens.push({ token: accessToken, expiresAtMs: now() + ACCESS_TOKEN_SECONDS * 1000 });
    grantOf.set(accessToken, grant);
    // Nobody is told when the oldest one goes: its holder learns it from INVALID_TOKEN.
    for (const { token } of grant.accessTokens.splice(0, grant.accessTokens.length - MAX_LIVE_ACCESS_TOKENS))
      grantOf.delete(token);
    grant.mintedAtMs = [...inWindow(grant.mintedAtMs), now()];
    return { status: 'granted', accessToken, refreshToken: grant.refreshToken, scope: grant.scope };
  };

  const drop = (grant: Grant): void => {
    grants.delete(grant.refreshToken);
    for (const { token } of grant.accessTokens) grantOf.delete(token);
  };

  return {
    issueCode(scope, minutes, onScreen = false) {
      codesMadeAtMs = [...inWindow(codesMadeAtMs), now()];
      const overLimit = codesMadeAtMs.length > MAX_CODES_PER_WINDOW;
      const code = randomToken();
      codes = codes.filter(({ expiresAtMs }) => expiresAtMs > now());
      codes.push({ code, scope, createdAtMs: now(), expiresAtMs: now() + minutes * 60_000, overLimit, onScreen });
      return code;
    },

    shownCodes: () => codes.filter((code) => code.onScreen && code.expiresAtMs > now()).reverse(),

    exchange(code) {
      const found = codes.find((candidate) => candidate.code === code);
      if (!found || found.expiresAtMs <= now()) return { status: 'refused', error: 'invalid_code' };
      grantsMadeAtMs = inWindow(grantsMadeAtMs);
      if (found.overLimit || grantsMadeAtMs.length >= MAX_GRANTS_PER_WINDOW)
        return { status: 'refused', error: 'access_denied' };
      codes = codes.filter((candidate) => candidate !== found);
      grantsMadeAtMs.push(now());
      const grant: Grant = {
        refreshToken: randomToken(),
        scope: found.scope,
        createdAtMs: now(),
        mintedAtMs: [],
        accessTokens: [],
      };
      grants.set(grant.refreshToken, grant);
      const [oldest] = grants.values(); // a Map keeps the order of insertion
      if (grants.size > MAX_REFRESH_TOKENS && oldest) drop(oldest);
      return mint(grant);
    },

    refresh(refreshToken) {
      const grant = grants.get(refreshToken);
      if (!grant) return { status: 'refused', error: 'invalid_code' };
      if (inWindow(grant.mintedAtMs).length >= MAX_MINTS_PER_WINDOW) return { status: 'refused', error: 'throttled' };
      return mint(grant);
    },

    revoke(refreshToken) {
      const grant = grants.get(refreshToken);
      if (grant) drop(grant);
      return grant !== undefined;
    },

    scopesOf(accessToken) {
      const grant = grantOf.get(accessToken);
      const held = grant?.accessTokens.find(({ token }) => token === accessToken);
      return held && held.expiresAtMs > now() ? grant?.scope : undefined;
    },

    save: () => ({ grants: [...grants.values()] }),

    reset() {
      codes = [];
      codesMadeAtMs = [];
      grantsMadeAtMs = [];
      for (const grant of grants.values()) grant.mintedAtMs = [];
    },
  };
};
