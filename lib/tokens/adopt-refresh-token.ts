import { sha256Hex } from '../platform/ids.ts';
import type { SecretStore } from '../platform/secrets.ts';
import { type ConnectionSecret, connectionSecretName } from './connection-secret.ts';
import { type InsistDeps, insist } from './insist.ts';
import { type OpenGrantDeps, openGrant } from './open-grant.ts';
import { versionIdOf } from './version-id.ts';

export type AdoptDeps = OpenGrantDeps & InsistDeps & { secrets: () => Promise<SecretStore>; stage: string };

/**
 * Connects with a refresh token that somebody has already: keeps it as the connection's secret and opens a grant for
 * it, as a connect visit does. Zoho is not asked; the first delivery shows whether it is good. Repeating it changes
 * nothing.
 * @returns the grant; undefined when the table kept refusing: repeat it
 * @throws {PlatformError} when the secret store cannot be reached
 */
export const adoptRefreshToken = async (
  deps: AdoptDeps,
  connection: string,
  { clientId, clientSecret, refreshToken, accountsUrl }: ConnectionSecret & { refreshToken: string },
): Promise<number | undefined> => {
  const secret = { clientId, clientSecret, refreshToken, accountsUrl };
  const secretVersionId = versionIdOf(sha256Hex(JSON.stringify(secret)));
  const store = await deps.secrets();
  await store.put(connectionSecretName(deps.stage, connection), secret, secretVersionId);
  return insist('open', () => openGrant(deps, { connection, secretVersionId }), deps);
};
