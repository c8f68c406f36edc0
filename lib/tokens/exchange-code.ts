import type { Now } from '../platform/clock.ts';
import type { Send } from '../platform/outbound.ts';
import { apiDomainOf, type ExtraZohoHosts, otherAccountsServers } from '../zoho/data-centers.ts';
import { readTokenAnswer, type TokenAnswer, type TokenRefusal } from '../zoho/token-answer.ts';
import { exchangeRequest, refreshRequest, revokeRequest, type ZohoClient } from '../zoho/token-requests.ts';

export type ExchangeDeps = { send: Send; now: Now; extraHosts: ExtraZohoHosts };

export type ExchangeOutcome =
  | {
      status: 'granted';
      refreshToken: string;
      token: { value: string; apiDomain: string; expiresAtMs: number };
      scope: string | undefined;
    }
  | { status: 'refused'; code: 'expired_or_used' }
  /**
   * `client`: the client id is registered with another data center, `knownAt` if we found it. `code`: this data center
   * does not know the client, though it looked at the code first. `api_domain`: Zoho named an API of another one.
   */
  | { status: 'refused'; code: 'other_data_center'; why: 'client' | 'code' | 'api_domain'; knownAt?: string }
  | { status: 'refused'; code: 'wrong_client'; why: 'unknown' | 'not_self_client' }
  | { status: 'refused'; code: 'wrong_secret' }
  | { status: 'refused'; code: 'throttled' }
  /** `codeUsed`: Zoho may have taken the code all the same. */
  | { status: 'refused'; code: 'unavailable'; codeUsed: boolean };

const EXCHANGE_DEADLINE_MS = 8_000;
const PROBE_DEADLINE_MS = 3_000;
/** Nobody's refresh token and nobody's secret: they are asked with to learn whether a server knows the client. */
const NO_REFRESH_TOKEN = '1000.00000000000000000000000000000000.00000000000000000000000000000000';
const NO_SECRET = '0000000000000000000000000000000000000000';

/** Trades the code at once and says, in a person's terms, why Zoho would not. */
export const exchangeCode = async (
  { send, now, extraHosts }: ExchangeDeps,
  client: ZohoClient,
  authorizationCode: string,
): Promise<ExchangeOutcome> => {
  const ask = async (request: Request, deadlineMs: number): Promise<TokenAnswer | undefined> => {
    const answer = await send(request, { deadlineMs });
    return answer.status === 'answered' ? readTokenAnswer(answer.httpStatus, answer.body) : undefined;
  };

  /** What a server says to a refresh that cannot succeed: its refusal shows what it knows of the client. */
  const probe = async (at: ZohoClient): Promise<TokenRefusal | undefined> => {
    const answer = await ask(refreshRequest(at, NO_REFRESH_TOKEN), PROBE_DEADLINE_MS);
    return answer?.status === 'refused' ? answer.code : undefined;
  };

  /**
   * `invalid_code` is said of an expired code, a used one, and one of another data center. An accounts server that
   * does not know the client either answers a refresh with `invalid_client`: then the data center is wrong.
   */
  const judgeCode = async (): Promise<ExchangeOutcome> => {
    switch (await probe(client)) {
      case 'invalid_client':
        return { status: 'refused', code: 'other_data_center', why: 'code', ...(await whereKnown()) };
      case 'invalid_client_secret':
        return { status: 'refused', code: 'wrong_secret' };
      default:
        return { status: 'refused', code: 'expired_or_used' };
    }
  };

  /** `invalid_client` is said of a client nobody knows and of one of another data center: the others are asked, by its id alone. */
  const whereKnown = async (): Promise<{ knownAt?: string }> => {
    const servers = otherAccountsServers(client.accountsServer, extraHosts);
    const said = await Promise.all(
      servers.map((accountsServer) => probe({ accountsServer, clientId: client.clientId, clientSecret: NO_SECRET })),
    );
    const known = servers.filter((_, index) => said[index] === 'invalid_client_secret');
    return known[0] === undefined ? {} : { knownAt: known[0] };
  };

  const judgeClient = async (): Promise<ExchangeOutcome> => {
    const { knownAt } = await whereKnown();
    return knownAt === undefined
      ? { status: 'refused', code: 'wrong_client', why: 'unknown' }
      : { status: 'refused', code: 'other_data_center', why: 'client', knownAt };
  };

  const judge = async (code: TokenRefusal): Promise<ExchangeOutcome> => {
    switch (code) {
      case 'invalid_client':
        return judgeClient();
      case 'invalid_client_secret':
        return { status: 'refused', code: 'wrong_secret' };
      case 'invalid_redirect_uri': // only other kinds of client have one
      case 'unsupported_grant_type':
        return { status: 'refused', code: 'wrong_client', why: 'not_self_client' };
      case 'invalid_code':
      case 'invalid_grant':
      case 'invalid_request': // text that is no code at all
        return judgeCode();
    }
  };

  const sentAtMs = now();
  const answer = await send(exchangeRequest(client, authorizationCode), { deadlineMs: EXCHANGE_DEADLINE_MS });
  if (answer.status === 'failed') return { status: 'refused', code: 'unavailable', codeUsed: answer.maybeSent };
  const read = readTokenAnswer(answer.httpStatus, answer.body);
  switch (read.status) {
    case 'throttled':
      return { status: 'refused', code: 'throttled' };
    case 'unavailable':
      return { status: 'refused', code: 'unavailable', codeUsed: read.minted !== false };
    case 'refused':
      return judge(read.code);
    case 'granted': {
      const { refreshToken, accessToken, scope, expiresInSeconds } = read;
      if (refreshToken === undefined) return { status: 'refused', code: 'wrong_client', why: 'not_self_client' };
      const apiDomain = apiDomainOf(client.accountsServer, read.apiDomain, extraHosts);
      if (apiDomain === undefined) {
        await endGrant(send, client.accountsServer, refreshToken);
        return { status: 'refused', code: 'other_data_center', why: 'api_domain' };
      }
      const expiresAtMs = sentAtMs + expiresInSeconds * 1000;
      return { status: 'granted', refreshToken, token: { value: accessToken, apiDomain, expiresAtMs }, scope };
    }
  }
};

const REVOKE_DEADLINE_MS = 2_000;

/** A refresh token nobody will keep: Zoho holds only twenty per user. If it cannot be ended it does no harm. */
export const endGrant = async (send: Send, accountsServer: string, refreshToken: string): Promise<void> => {
  await send(revokeRequest(accountsServer, refreshToken), { deadlineMs: REVOKE_DEADLINE_MS });
};
