import * as z from 'zod/mini';
import type { Table } from '../platform/table.ts';

const text = z.optional(z.string());
const whole = z.optional(z.number());

/** What all instances share of one connection's tokens. It holds live tokens: only its own table, never a log, sees it. */
export const tokenAttributes = z.looseObject({
  pk: z.string(),
  /** Counted up by each connect visit: what an older grant says has no effect on a newer one. */
  grant: z.number(),
  /** Counted up by each write, so that a write can ask for exactly the item that was read. */
  rev: z.number(),
  /** The version of the connection's secret that holds this grant's refresh token. */
  secretVersionId: z.string(),
  accessToken: text,
  /** Where the access token is good; comes and goes with it. */
  apiDomain: text,
  expiresAtMs: whole,
  /** As Zoho worded it, separated by blanks. */
  scope: text,
  /** The organisation's name, as read at the connect visit. */
  orgName: text,
  /** The scope does not include the organisation's name. */
  isOrgHidden: z.optional(z.boolean()),
  /** The one instance that may ask Zoho for the next token. */
  leaseOwner: text,
  leaseUntilMs: whole,
  /** When this grant's last ten access tokens were asked for, oldest first. */
  mints: z.array(z.number()),
  /** Nobody asks Zoho again before this time, and why. */
  retryAtMs: whole,
  retryCode: text,
  /** The reason is a refusal that a person has to mend. */
  isRefused: z.optional(z.boolean()),
});
export type TokenItem = z.infer<typeof tokenAttributes>;

export const tokenKey = (connection: string): string => `token#${connection}`;

export const readTokenItem = async (table: Table, connection: string): Promise<TokenItem | undefined> => {
  const item = await table.get(tokenKey(connection));
  return item === undefined ? undefined : tokenAttributes.parse(item);
};
