import type { Now } from '../platform/clock.ts';
import { absent, allOf, equals, type Table } from '../platform/table.ts';
import { newLane } from '../work/lane.ts';
import { connectionLane } from '../work/lane-name.ts';
import { readTokenItem, tokenKey } from './token-item.ts';

export type NewGrant = {
  connection: string;
  /** The version of the connection's secret that holds the refresh token. */
  secretVersionId: string;
  /** The access token that came with it, if one did. */
  token?: { value: string; apiDomain: string; expiresAtMs: number } | undefined;
  scope?: string | undefined;
};

export type OpenGrantDeps = {
  /** The Tokens table. */
  table: Table;
  /** Name of the Records table, which holds the lanes. */
  recordsTable: string;
  now: Now;
};

const OF_THE_OLD_GRANT = [
  'accessToken',
  'apiDomain',
  'expiresAtMs',
  'scope',
  'orgName',
  'isOrgHidden',
  'leaseOwner',
  'leaseUntilMs',
  'retryAtMs',
  'retryCode',
  'isRefused',
];

/**
 * Makes a stored refresh token the connection's: counts the grant up, takes the access token over, opens the
 * connection's lane for this grant and rings it, all in one transaction. Done already, it changes nothing.
 * @returns the grant; undefined when somebody else wrote meanwhile: try again
 */
export const openGrant = async (
  { table, recordsTable, now }: OpenGrantDeps,
  { connection, secretVersionId, token, scope }: NewGrant,
): Promise<number | undefined> => {
  const standing = await readTokenItem(table, connection);
  if (standing?.secretVersionId === secretVersionId) return standing.grant;
  const grant = (standing?.grant ?? 0) + 1;
  const set = {
    grant,
    secretVersionId,
    mints: [], // Zoho counts per refresh token
    ...(token === undefined
      ? {}
      : { accessToken: token.value, apiDomain: token.apiDomain, expiresAtMs: token.expiresAtMs }),
    ...(scope === undefined ? {} : { scope }),
  };
  const remove = OF_THE_OLD_GRANT.filter((name) => !Object.hasOwn(set, name));
  const lane = connectionLane(connection);
  const { pk, ...opened } = newLane(lane, now());
  const written = await table.transact([
    {
      update: tokenKey(connection),
      change: { set, add: { rev: 1 }, remove },
      if: standing === undefined ? absent('pk') : allOf(equals('rev', standing.rev), equals('grant', standing.grant)),
    },
    {
      table: recordsTable,
      update: pk,
      change: {
        // A worker that is at it keeps its lease; the bell makes sure that one comes after it.
        set: { ...opened, grant, bell: lane },
        remove: ['reason', 'parkedAtMs', 'backoffUntilMs', 'backoffMs'],
      },
    },
  ]);
  return written.status === 'written' ? grant : undefined;
};
