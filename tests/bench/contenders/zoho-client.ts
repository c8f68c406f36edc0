import type { LimitedZoho } from '../simulation/limited-zoho.ts';
import type { SimulatedClock } from '../simulation/simulated-clock.ts';
import type { Exchange, Grant } from './scriptlet.ts';

/** The network in virtual time, without a deadline of the caller's own. */
export const exchangeWith =
  (zoho: LimitedZoho, clock: SimulatedClock): Exchange =>
  async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const body = Buffer.from(await clock.track(request.text()));
    const headers = Object.fromEntries(request.headers);
    const answer = await zoho.ask({ method: request.method, path: pathname, query: searchParams, headers, body });
    if (answer === 'timeout') throw new Error('Zoho does not answer');
    return { status: answer.status, body: answer.body };
  };

/** A refresh token and a first access token, as somebody who has connected once has them. */
export const grantOf = async (zoho: LimitedZoho, clock: SimulatedClock): Promise<Grant & { accessToken: string }> => {
  const { origin, clientId, clientSecret } = zoho;
  const code = await clock.track(zoho.newCode());
  const query = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: clientSecret,
    code,
  });
  const exchange = exchangeWith(zoho, clock);
  const answer = await exchange(new Request(`${origin}/oauth/v2/token?${query}`, { method: 'POST' }));
  const { refresh_token: refreshToken, access_token: accessToken } = JSON.parse(answer.body) as Record<string, string>;
  if (refreshToken === undefined || accessToken === undefined) throw new Error('no grant was given');
  zoho.clear();
  return { accountsServer: origin, clientId, clientSecret, refreshToken, accessToken };
};
