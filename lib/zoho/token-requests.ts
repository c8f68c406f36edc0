/** The client an operator registered with Zoho, and the accounts server that knows it (checked by `accountsServerOf`). */
export type ZohoClient = { accountsServer: string; clientId: string; clientSecret: string };

/** Urlencoded: a body appears in no access log, which a query string would. */
const post = (url: string, parameters: Record<string, string>): Request =>
  new Request(url, { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams(parameters) });

const tokenRequest = ({ accountsServer, clientId, clientSecret }: ZohoClient, grant: Record<string, string>): Request =>
  post(`${accountsServer}/oauth/v2/token`, { client_id: clientId, client_secret: clientSecret, ...grant });

/**
 * Trades the code of a self client for a refresh token and an access token; `readTokenAnswer` reads what comes back.
 * A code is single-use and lives three to ten minutes (Zoho Accounts, "Self Client"). A self client has no redirect URI.
 */
export const exchangeRequest = (client: ZohoClient, authorizationCode: string): Request =>
  tokenRequest(client, { grant_type: 'authorization_code', code: authorizationCode });

/** Mints an access token. The refresh token stays as it is; Zoho mints ten in ten minutes for one ("Token Validity"). */
export const refreshRequest = (client: ZohoClient, refreshToken: string): Request =>
  tokenRequest(client, { grant_type: 'refresh_token', refresh_token: refreshToken });

/** Ends a refresh token and every access token minted from it. */
export const revokeRequest = (accountsServer: string, refreshToken: string): Request =>
  post(`${accountsServer}/oauth/v2/token/revoke`, { token: refreshToken });
