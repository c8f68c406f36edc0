/** What the scriptlet needs of HTTP; in the bench this is virtual time. */
export type Exchange = (request: Request) => Promise<{ status: number; body: string }>;
export type Grant = { accountsServer: string; clientId: string; clientSecret: string; refreshToken: string };

const field = (body: string, name: string): unknown => {
  try {
    return (JSON.parse(body) as Record<string, unknown>)[name];
  } catch {
    return undefined; // a page in place of an answer
  }
};

/**
 * The way form integrations for Zoho are mostly written: each submission fetches an access token with the refresh
 * token, then inserts its one lead. Nothing is remembered between two of them, so there is nothing to run or to keep,
 * and when Zoho refuses either step the visitor is told to try again.
 * @returns whether the lead is in Zoho
 */
export const createScriptlet =
  (exchange: Exchange, { accountsServer, clientId, clientSecret, refreshToken }: Grant) =>
  async (record: Record<string, unknown>): Promise<'stored' | 'no_token' | 'refused'> => {
    const query = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    });
    const token = await exchange(new Request(`${accountsServer}/oauth/v2/token?${query}`, { method: 'POST' }));
    const accessToken = field(token.body, 'access_token');
    const apiDomain = field(token.body, 'api_domain');
    if (typeof accessToken !== 'string' || typeof apiDomain !== 'string') return 'no_token';
    const inserted = await exchange(
      new Request(`${apiDomain}/crm/v8/Leads`, {
        method: 'POST',
        headers: { authorization: `Zoho-oauthtoken ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ data: [record] }),
      }),
    );
    return inserted.status < 300 ? 'stored' : 'refused';
  };
