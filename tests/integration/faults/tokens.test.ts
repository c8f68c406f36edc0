import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { tokenKey } from '../../../lib/tokens/token-item.ts';
import { type FaultWorld, startFaultWorld, TOKEN, UPSERT } from './fault-world.ts';

let world: FaultWorld;
beforeEach(async () => {
  world = await startFaultWorld();
});
afterEach(() => world.close());

const EMAIL = 'wing@example.com';

/** What a lead that waited for its connection comes to: once in Zoho, by its first attempt. */
const expectArrived = async (id: string): Promise<void> => {
  expect(await world.submission(id)).toMatchObject({ state: 'delivered', attempts: 1 });
  expect(await world.leadsOf(EMAIL)).toBe(1);
  expect(await world.lane()).toMatchObject({ state: 'open', waiting: 0 });
};

describe('the token endpoint throttles', () => {
  test.each([
    [
      'with 400',
      {
        status: 400,
        body: {
          error: 'Access Denied',
          error_description: 'You have made too many requests continuously. Please try again after some time.',
          status: 'failure',
        },
      },
    ],
    [
      'with 200, in the user’s language',
      { status: 200, body: { error: 'アクセスが拒否されました', status: 'failure' } },
    ],
  ])('%s: a minute’s wait, no lead is sent or charged, and one refresh afterwards', async (_, fault) => {
    await world.expireToken();
    const id = await world.lead(EMAIL);
    await world.fault({ path: TOKEN, times: 0, ...fault });
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'backing off', reason: 'token_throttled', waiting: 1 });
    expect(await world.submission(id)).toMatchObject({ state: 'pending', attempts: 0 });
    await world.clock.advance(50_000);
    await world.serve();
    expect(await world.refreshes()).toBe(1);
    expect(await world.writes()).toBe(0);

    await world.mend();
    await world.clock.advance(15_000);
    await world.serve();
    await expectArrived(id);
    expect(await world.refreshes()).toBe(2);
    expect(await world.writes()).toBe(1);
  });

  test('with an outage (500) it is asked again after seconds, and the client keeps its ten tokens', async () => {
    await world.expireToken();
    const id = await world.lead(EMAIL);
    await world.fault({ path: TOKEN, times: 0, status: 500, body: '<html>oops</html>' });
    for (let tick = 0; tick < 10; tick += 1) {
      await world.serve();
      await world.clock.advance(60_000);
    }
    expect(await world.lane()).toMatchObject({ reason: 'token_unreachable' });
    expect((await world.tokens.get(tokenKey('demo')))?.mints).toEqual([]);
    await world.mend();
    await world.clock.advance(5 * 60_000);
    await world.serve();
    await expectArrived(id);
  });
});

describe('the connection is refused', () => {
  test('a revoked refresh token parks the lane; one visit brings everything that waited, once', async () => {
    await world.revoke();
    const id = await world.lead(EMAIL);
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'parked', reason: 'invalid_code', waiting: 1 });
    expect(await world.submission(id)).toMatchObject({
      state: 'pending',
      attempts: 0,
      reason: 'parked: invalid_code',
    });
    const asked = [await world.refreshes(), await world.writes()];
    await world.clock.advance(3_600_000);
    await world.serve();
    expect([await world.refreshes(), await world.writes()]).toEqual(asked);

    await world.connect();
    await world.serve();
    await expectArrived(id);
  });

  test('an exchange at the wrong data center says so on the page, and leaves the standing connection alone', async () => {
    const code = await world.newCode();
    const before = await world.tokens.get(tokenKey('demo'));
    // Such a server knows neither the code nor, asked a second time, the client.
    for (const error of ['invalid_code', 'invalid_client'])
      await world.fault({ path: TOKEN, status: 200, body: { error } });
    expect(await world.visit(code)).toMatchObject({ status: 400, outcome: 'refused', code: 'other_data_center' });
    expect((await world.tokens.get(tokenKey('demo')))?.grant).toBe(before?.grant);
    const id = await world.lead(EMAIL);
    await world.serve();
    await expectArrived(id);
  });

  test('a refresh at the wrong data center parks the lane and asks once; a visit mends it', async () => {
    await world.expireToken();
    const id = await world.lead(EMAIL);
    await world.fault({ path: TOKEN, times: 0, status: 200, body: { error: 'invalid_client' } });
    await world.serve();
    await world.clock.advance(600_000);
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'parked', reason: 'invalid_client', waiting: 1 });
    expect(await world.refreshes()).toBe(1);
    expect(await world.writes()).toBe(0);
    await world.mend();
    await world.connect();
    await world.serve();
    await expectArrived(id);
  });

  test('a token for an API server that is none of Zoho’s is sent nowhere: the lane is parked', async () => {
    await world.expireToken();
    const id = await world.lead(EMAIL);
    const body = { access_token: '1000.a.b', expires_in: 3600, api_domain: 'https://zohoapis.example.com' };
    await world.fault({ path: TOKEN, status: 200, body });
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'parked', reason: 'unknown_api_domain' });
    expect(await world.writes()).toBe(0);
    await world.connect();
    await world.serve();
    await expectArrived(id);
  });

  test('a secret that names another data center’s server is refused before anything is sent', async () => {
    const name = connectionSecretName('test', 'demo');
    const secret = await world.secrets.get(name);
    const versionId = crypto.randomUUID();
    await world.secrets.put(name, { ...secret?.value, accountsUrl: 'https://accounts.example.com' }, versionId);
    await world.tokens.update(tokenKey('demo'), { set: { secretVersionId: versionId } });
    await world.expireToken();
    const id = await world.lead(EMAIL);
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'parked', reason: 'unknown_accounts_server' });
    expect([await world.refreshes(), await world.writes()]).toEqual([0, 0]);
    await world.secrets.put(name, { ...secret?.value }, crypto.randomUUID());
    await world.connect();
    await world.serve();
    await expectArrived(id);
  });

  test('INVALID_TOKEN for a fresh token too: one refresh, one repeat, then the lane is parked', async () => {
    const id = await world.lead(EMAIL);
    const body = { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' };
    await world.fault({ path: UPSERT, times: 0, status: 401, body });
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'parked', reason: 'INVALID_TOKEN' });
    expect([await world.refreshes(), await world.writes()]).toEqual([1, 2]);
    expect(await world.submission(id)).toMatchObject({ state: 'pending', attempts: 0 });
    await world.mend();
    await world.connect();
    await world.serve();
    await expectArrived(id);
  });

  test('a missing scope parks the lane without a refresh: no refresh can widen it', async () => {
    const id = await world.lead(EMAIL);
    const body = {
      code: 'OAUTH_SCOPE_MISMATCH',
      details: {},
      message: 'invalid oauth scope to access this URL',
      status: 'error',
    };
    await world.fault({ path: UPSERT, times: 0, status: 401, body });
    await world.serve();
    expect(await world.lane()).toMatchObject({ state: 'parked', reason: 'OAUTH_SCOPE_MISMATCH' });
    expect([await world.refreshes(), await world.writes()]).toEqual([0, 1]);
    expect(await world.submission(id)).toMatchObject({
      state: 'pending',
      attempts: 0,
      reason: 'parked: OAUTH_SCOPE_MISMATCH',
    });
    await world.mend();
    await world.connect();
    await world.serve();
    await expectArrived(id);
  });
});
