import * as z from 'zod/mini';
import type { Table } from '../../../lib/platform/table.ts';
import { openGrant } from '../../../lib/tokens/open-grant.ts';

const issued = z.object({ code: z.string() });
const exchanged = z.object({ access_token: z.string() });

/** One grant at a sandbox, with the access token that came with it; good for an hour, and nothing to refresh it with. */
export const grantConnection = async (
  tables: { records: Table; tokens: Table },
  { baseUrl, clientId, clientSecret }: { baseUrl: string; clientId: string; clientSecret: string },
  connection: string,
): Promise<void> => {
  const { code } = issued.parse(await (await fetch(`${baseUrl}/sandbox/codes`, { method: 'POST' })).json());
  const query = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: clientSecret,
    code,
  });
  const answer = await fetch(`${baseUrl}/oauth/v2/token?${query}`, { method: 'POST' });
  const { access_token: value } = exchanged.parse(await answer.json());
  const token = { value, apiDomain: baseUrl, expiresAtMs: Date.now() + 3_600_000 };
  const deps = { table: tables.tokens, recordsTable: tables.records.name, now: Date.now };
  await openGrant(deps, { connection, secretVersionId: '00000000-0000-4000-8000-000000000001', token });
};
