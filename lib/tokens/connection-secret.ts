import * as z from 'zod/mini';
import { accountsServerOf, type ExtraZohoHosts } from '../zoho/data-centers.ts';

const filled = z.string().check(z.minLength(1));

/** The one secret of a connection. `refreshToken` is absent until somebody has connected. */
export const connectionSecret = z.object({
  clientId: filled,
  clientSecret: filled,
  refreshToken: z.optional(filled),
  /** The accounts server, or its token URL. */
  accountsUrl: z._default(z.string(), 'https://accounts.zoho.com'),
});
export type ConnectionSecret = z.infer<typeof connectionSecret>;

export const connectionSecretName = (stage: string, connection: string): string =>
  `leadloop/${stage}/connections/${connection}`;

/** What a refresh needs, or what a person has to mend first. */
export type Credentials =
  | { status: 'read'; accountsServer: string; clientId: string; clientSecret: string; refreshToken: string }
  | { status: 'refused'; code: 'secret_missing' | 'secret_malformed' | 'unknown_accounts_server' };

export const readCredentials = (value: unknown, extraHosts: ExtraZohoHosts): Credentials => {
  if (value === undefined) return { status: 'refused', code: 'secret_missing' };
  const parsed = connectionSecret.safeParse(value);
  if (!parsed.success || parsed.data.refreshToken === undefined) return { status: 'refused', code: 'secret_malformed' };
  const { clientId, clientSecret, refreshToken, accountsUrl } = parsed.data;
  const accountsServer = accountsServerOf(accountsUrl, extraHosts);
  if (accountsServer === undefined) return { status: 'refused', code: 'unknown_accounts_server' };
  return { status: 'read', accountsServer, clientId, clientSecret, refreshToken };
};
