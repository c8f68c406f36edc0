import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningSandbox, startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { startSecretsManager } from '../../../infra/local/secrets-manager.ts';
import { sleep } from '../../../lib/platform/clock.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { createSend } from '../../../lib/platform/outbound.ts';
import type { SecretStore } from '../../../lib/platform/secrets.ts';
import { createSecretsManager } from '../../../lib/platform/secrets-manager.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { createAccessTokens } from '../../../lib/tokens/access-token.ts';
import { createConnect } from '../../../lib/tokens/connect.ts';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { readTokenItem, tokenKey } from '../../../lib/tokens/token-item.ts';
import { isZohoOrigin } from '../../../lib/zoho/data-centers.ts';
import { orgRequest } from '../../../lib/zoho/org.ts';
import { revokeRequest } from '../../../lib/zoho/token-requests.ts';
import { startTestTables } from '../../support/test-tables.ts';
import { zohoOwner } from '../connect/connect-client.ts';

let sandbox: RunningSandbox;
let tokensTable: Table;
let secrets: SecretStore;
const closing: Array<() => unknown> = [];

beforeAll(async () => {
  const tables = await startTestTables('deliver-leads');
  const store = await startSecretsManager({ port: 0 });
  sandbox = await startSandbox({ port: 0, allowLoopbackWebhooks: false });
  const common = { region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const secretsManager = new SecretsManagerClient({ ...common, endpoint: store.baseUrl });
  tokensTable = tables.tokens;
  secrets = createSecretsManager(secretsManager);
  closing.push(tables.close, store.close, sandbox.close, () => secretsManager.destroy());
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});
beforeEach(() => zohoOwner(sandbox).reset());

const ports = () => {
  const extraHosts = { accounts: [sandbox.baseUrl], api: [sandbox.baseUrl] };
  return {
    table: tokensTable,
    secrets: async () => secrets,
    stage: 'test',
    send: createSend(fetch, (origin) => isZohoOrigin(origin, extraHosts)),
    now: Date.now,
    sleep,
    random: Math.random,
    randomId,
    log: () => undefined,
    extraHosts,
  };
};
/** One more instance: its own memory, the shared table. */
const instance = () => createAccessTokens(ports());

let connections = 0;
/** A connection made by a code. Its mint counts at Zoho, and not in our list. */
const connect = async (): Promise<string> => {
  connections += 1;
  const id = `client-${connections}`;
  const { clientId, clientSecret, baseUrl } = sandbox;
  const client = { clientId, clientSecret, accountsUrl: baseUrl };
  await secrets.put(connectionSecretName('test', id), client, crypto.randomUUID());
  const source = sourceSchema.parse({ id, zoho: { accountsUrl: baseUrl } });
  const visit = createConnect({ ...ports(), recordsTable: 'RecordsTable' });
  expect(await visit(source, await zohoOwner(sandbox).newCode())).toMatchObject({ status: 'connected' });
  await zohoOwner(sandbox).reset();
  return id;
};
const expire = (connection: string, lifeMs = -1) =>
  tokensTable.update(tokenKey(connection), { set: { expiresAtMs: Date.now() + lifeMs } });
const isGood = async (value: string): Promise<boolean> =>
  (await fetch(orgRequest({ apiDomain: sandbox.baseUrl, accessToken: value }))).ok;

describe('50 instances with an expired token', () => {
  test('make one refresh, and the token all get is good at Zoho', async () => {
    const connection = await connect();
    await expire(connection);
    await zohoOwner(sandbox).fault({ path: '/oauth/v2/token', latencyMs: 800 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => instance().get(connection)));
    expect((await zohoOwner(sandbox).calls()).tokenRequests).toBe(1);
    const values = new Set(outcomes.map((one) => (one.status === 'token' ? one.value : one.status)));
    expect(values.size).toBe(1);
    expect(await isGood([...values][0] ?? '')).toBe(true);
    expect((await readTokenItem(tokensTable, connection))?.mints).toHaveLength(1);
  });

  test('make one refresh though Zoho’s first answer is lost, once the list says they may', async () => {
    const connection = await connect();
    await expire(connection);
    await zohoOwner(sandbox).fault({ path: '/oauth/v2/token', drop: 'after' });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => instance().get(connection)));
    expect(new Set(outcomes.map((one) => (one.status === 'wait' ? one.code : one.status)))).toEqual(
      new Set(['token_unreachable']),
    );
    expect((await zohoOwner(sandbox).calls()).tokenRequests).toBe(1);
    await tokensTable.update(tokenKey(connection), { set: { retryAtMs: 0 } });
    expect(await instance().get(connection)).toMatchObject({ status: 'token' });
    expect((await readTokenItem(tokensTable, connection))?.mints).toHaveLength(2); // the lost one may have been minted
  });
});

test('in the last minutes 50 instances keep using the live token while one fetches the next', async () => {
  const connection = await connect();
  await expire(connection, 120_000);
  const live = (await readTokenItem(tokensTable, connection))?.accessToken;
  await zohoOwner(sandbox).fault({ path: '/oauth/v2/token', latencyMs: 4_000 });
  const instances = Array.from({ length: 50 }, instance);
  const outcomes = await Promise.all(instances.map((one) => one.get(connection)));
  expect(outcomes.filter((one) => one.status === 'token' && one.value === live)).toHaveLength(50);
  await Promise.all(instances.map((one) => one.settled()));
  expect((await zohoOwner(sandbox).calls()).tokenRequests).toBe(1);
  expect((await readTokenItem(tokensTable, connection))?.accessToken).not.toBe(live);
});

test('invalidated by many at once, a token is replaced once', async () => {
  const connection = await connect();
  const instances = Array.from({ length: 20 }, instance);
  const held = await Promise.all(instances.map((one) => one.get(connection)));
  const [first] = held;
  const value = first?.status === 'token' ? first.value : '';
  await Promise.all(
    instances.map(async (one) => {
      await one.invalidate(connection, value);
      expect(await one.get(connection)).toMatchObject({ status: 'token' });
    }),
  );
  expect((await zohoOwner(sandbox).calls()).tokenRequests).toBe(1);
});

test('a client is never locked out: whatever happens, Zoho is asked eight times at most', async () => {
  const connection = await connect();
  const tokens = instance();
  const seen: string[] = [];
  for (let round = 0; round < 14; round += 1) {
    const outcome = await tokens.get(connection);
    seen.push(outcome.status === 'wait' ? outcome.code : outcome.status);
    if (outcome.status === 'token') await tokens.invalidate(connection, outcome.value);
  }
  expect(seen.slice(0, 9)).toEqual(Array(9).fill('token')); // the one of the connect visit, and eight more
  expect(seen.slice(9)).toEqual(Array(5).fill('token_mint_limit'));
  expect((await zohoOwner(sandbox).calls()).mints).toBe(8);
});

test('a revoked refresh token is refused with its grant, and one visit mends it', async () => {
  const connection = await connect();
  const secret = await secrets.get(connectionSecretName('test', connection));
  await fetch(revokeRequest(sandbox.baseUrl, String(secret?.value.refreshToken)));
  await expire(connection);
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => instance().get(connection)));
  expect(outcomes).toEqual(Array(10).fill({ status: 'refused', code: 'invalid_code', grant: 1 }));

  const visit = createConnect({ ...ports(), recordsTable: 'RecordsTable' });
  const source = sourceSchema.parse({ id: connection, zoho: { accountsUrl: sandbox.baseUrl } });
  await visit(source, await zohoOwner(sandbox).newCode());
  expect(await instance().get(connection)).toMatchObject({ status: 'token', grant: 2 });
});
