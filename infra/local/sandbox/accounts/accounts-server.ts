import { sameSecret } from '../../../../lib/platform/ids.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import { readParameters, type SandboxRequest } from '../request.ts';
import { ACCESS_TOKEN_SECONDS, type Granted, type Tokens } from './tokens.ts';

export type Client = { clientId: string; clientSecret: string };
export type AccountsDeps = { tokens: Tokens; client: Client; baseUrl: () => string; changed: () => void };

/** Zoho answers most refusals with HTTP 200 and one key. */
const refusal = (error: string): SandboxAnswer => jsonAnswer(200, { error });

const throttled = (): SandboxAnswer =>
  jsonAnswer(400, {
    error_description: 'You have made too many requests continuously. Please try again after some time.',
    error: 'Access Denied',
    status: 'failure',
  });

const LOCATIONS = ['eu', 'au', 'in', 'jp', 'us', 'uk', 'ca', 'sa'];

/** The accounts server's paths; undefined for any other. */
export const accountsServer =
  (deps: AccountsDeps) =>
  (request: SandboxRequest): Promise<SandboxAnswer> | undefined => {
    switch (request.path) {
      case '/oauth/v2/token':
        return grantToken(request, deps);
      case '/oauth/v2/token/revoke':
        return revokeToken(request, deps);
      case '/oauth/serverinfo':
        // Every data center is this one, so that nobody who follows the list leaves the machine.
        return Promise.resolve(
          jsonAnswer(200, {
            result: 'success',
            locations: Object.fromEntries(LOCATIONS.map((location) => [location, deps.baseUrl()])),
          }),
        );
      default:
        return undefined;
    }
  };

const grantToken = async (
  request: SandboxRequest,
  { tokens, client, baseUrl, changed }: AccountsDeps,
): Promise<SandboxAnswer> => {
  if (request.method !== 'POST') return refusal('invalid_request');
  const parameters = await readParameters(request);
  const grantType = parameters.get('grant_type') ?? '';
  if (grantType === '') return refusal('invalid_request');
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') return refusal('unsupported_grant_type');
  if (parameters.get('client_id') !== client.clientId) return refusal('invalid_client');
  if (!sameSecret(parameters.get('client_secret') ?? '', client.clientSecret)) return refusal('invalid_client_secret');
  if (!isRedirectUri(parameters.get('redirect_uri'))) return refusal('invalid_redirect_uri');

  const isExchange = grantType === 'authorization_code';
  const credential = parameters.get(isExchange ? 'code' : 'refresh_token') ?? '';
  const otherCredential = parameters.get(isExchange ? 'refresh_token' : 'code') ?? '';
  // A grant type with the other grant's credential is a different slip than one with none at all.
  if (credential === '') return refusal(otherCredential === '' ? 'invalid_request' : 'invalid_grant');

  const outcome = isExchange ? tokens.exchange(credential) : tokens.refresh(credential);
  if (outcome.status === 'refused') return outcome.error === 'throttled' ? throttled() : refusal(outcome.error);
  changed();
  return { ...jsonAnswer(200, tokenBody(outcome, isExchange, baseUrl())), minted: true };
};

/** A self client has no redirect URI to compare with; one that is sent all the same must at least be one. */
const isRedirectUri = (text: string | null): boolean =>
  text === null || text === '' || /^https?:\/\/[^\s/]/i.test(text);

const tokenBody = (granted: Granted, withRefreshToken: boolean, apiDomain: string) => ({
  access_token: granted.accessToken,
  ...(withRefreshToken ? { refresh_token: granted.refreshToken } : {}),
  scope: granted.scope.join(' '),
  api_domain: apiDomain,
  token_type: 'Bearer',
  expires_in: ACCESS_TOKEN_SECONDS,
});

const revokeToken = async (request: SandboxRequest, { tokens, changed }: AccountsDeps): Promise<SandboxAnswer> => {
  if (request.method !== 'POST') return refusal('invalid_request');
  const token = (await readParameters(request)).get('token') ?? '';
  if (!tokens.revoke(token)) return refusal('invalid_code');
  changed();
  return jsonAnswer(200, { status: 'success' });
};
