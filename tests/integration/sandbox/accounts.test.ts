import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, startTestSandbox } from './client.ts';

afterEach(closeAll);

const TOKEN = /^1000\.[0-9a-f]{32}\.[0-9a-f]{32}$/;

describe('the token endpoint', () => {
  test('trades a code for an access and a refresh token', async () => {
    const { newCode, token, baseUrl } = await startTestSandbox();
    const { code, accountsUrl } = await newCode({ scope: 'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL' });
    expect(code).toMatch(TOKEN);
    expect(accountsUrl).toBe(baseUrl);
    const reply = await token({ grant_type: 'authorization_code', code });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(reply.body).toEqual({
      access_token: expect.stringMatching(TOKEN),
      refresh_token: expect.stringMatching(TOKEN),
      scope: 'ZohoCRM.modules.ALL ZohoCRM.settings.ALL',
      api_domain: baseUrl,
      token_type: 'Bearer',
      expires_in: 3600,
    });
  });

  test('a refresh gives a new access token and no refresh token', async () => {
    const { connect, token, baseUrl } = await startTestSandbox();
    const { accessToken, refreshToken } = await connect('ZohoCRM.org.READ');
    const { status, body } = await token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(TOKEN),
      scope: 'ZohoCRM.org.READ',
      api_domain: baseUrl,
      token_type: 'Bearer',
      expires_in: 3600,
    });
    expect(body.access_token).not.toBe(accessToken);
  });

  test('takes parameters from a form, from multipart and from the query', async () => {
    const { connect, call, clientId, clientSecret } = await startTestSandbox();
    const { refreshToken } = await connect();
    const parameters = {
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    };
    const multipart = new FormData();
    for (const [name, value] of Object.entries(parameters)) multipart.set(name, value);
    for (const reply of [
      await call('POST', '/oauth/v2/token', { body: new URLSearchParams(parameters) }),
      await call('POST', '/oauth/v2/token', { body: multipart }),
      await call('POST', `/oauth/v2/token?${new URLSearchParams(parameters)}`),
    ])
      expect(reply.body.access_token).toMatch(TOKEN);
  });

  test.each<[string, Record<string, string>, string]>([
    ['an unknown code', { grant_type: 'authorization_code', code: '1000.a.b' }, 'invalid_code'],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: '1000.a.b' }, 'invalid_code'],
    [
      'an unknown client',
      { grant_type: 'refresh_token', refresh_token: 'x', client_id: '1000.NOBODY' },
      'invalid_client',
    ],
    [
      'a wrong secret',
      { grant_type: 'refresh_token', refresh_token: 'x', client_secret: 'wrong' },
      'invalid_client_secret',
    ],
    [
      'a redirect URI that is none',
      { grant_type: 'authorization_code', code: 'x', redirect_uri: 'nowhere' },
      'invalid_redirect_uri',
    ],
    ['another grant type', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no grant type', {}, 'invalid_request'],
    ['no code', { grant_type: 'authorization_code' }, 'invalid_request'],
    ["the other grant's credential", { grant_type: 'authorization_code', refresh_token: 'x' }, 'invalid_grant'],
  ])('refuses %s with HTTP 200 and one key', async (_, parameters, error) => {
    const { token } = await startTestSandbox();
    const reply = await token(parameters);
    expect(reply.status).toBe(200);
    expect(reply.text).toBe(JSON.stringify({ error }));
  });

  test('does not read a JSON body', async () => {
    const { call, clientId } = await startTestSandbox();
    const body = JSON.stringify({ grant_type: 'refresh_token', client_id: clientId });
    const reply = await call('POST', '/oauth/v2/token', { body, headers: { 'content-type': 'application/json' } });
    expect(reply.body).toEqual({ error: 'invalid_request' });
  });

  test('a code is used up by its first exchange', async () => {
    const { newCode, token } = await startTestSandbox();
    const { code } = await newCode();
    expect((await token({ grant_type: 'authorization_code', code, client_secret: 'wrong' })).body).toEqual({
      error: 'invalid_client_secret',
    });
    expect((await token({ grant_type: 'authorization_code', code })).body.access_token).toBeDefined();
    expect((await token({ grant_type: 'authorization_code', code })).body).toEqual({ error: 'invalid_code' });
  });

  test('a code expires, after fractions of a minute if a test wants so', async () => {
    let nowMs = Date.now();
    const { newCode, token } = await startTestSandbox({ now: () => nowMs });
    const { code } = await newCode({ minutes: 0.05 });
    nowMs += 3_000;
    expect((await token({ grant_type: 'authorization_code', code })).body).toEqual({ error: 'invalid_code' });
  });

  test('throttles the eleventh access token within ten minutes with HTTP 400', async () => {
    let nowMs = Date.now();
    const { connect, token } = await startTestSandbox({ now: () => nowMs });
    const { refreshToken } = await connect();
    const refresh = () => token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    for (let minted = 1; minted < 10; minted += 1) expect((await refresh()).status).toBe(200);
    const throttled = await refresh();
    expect(throttled.status).toBe(400);
    expect(throttled.text).toBe(
      '{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}',
    );
    expect(throttled.headers.get('retry-after')).toBeNull();
    nowMs += 600_000;
    expect((await refresh()).status).toBe(200);
  });

  test('denies the eleventh code within ten minutes', async () => {
    const { newCode, token } = await startTestSandbox();
    for (let made = 0; made < 10; made += 1) await newCode();
    const { code } = await newCode();
    const reply = await token({ grant_type: 'authorization_code', code });
    expect([reply.status, reply.body]).toEqual([200, { error: 'access_denied' }]);
  });
});

describe('access tokens', () => {
  test('die after an hour', async () => {
    let nowMs = Date.now();
    const { connect } = await startTestSandbox({ now: () => nowMs });
    const { crm } = await connect();
    expect((await crm('GET', 'org')).status).toBe(200);
    nowMs += 3_600_000;
    const { status, body } = await crm('GET', 'org');
    expect([status, body.code]).toEqual([401, 'INVALID_TOKEN']);
  });

  test('the oldest of sixteen stops working without a word', async () => {
    let nowMs = Date.now();
    const { connect, token } = await startTestSandbox({ now: () => nowMs });
    const { crm, refreshToken } = await connect();
    const refresh = async () => {
      nowMs += 120_000;
      expect((await token({ grant_type: 'refresh_token', refresh_token: refreshToken })).status).toBe(200);
    };
    for (let live = 1; live < 15; live += 1) await refresh();
    expect((await crm('GET', 'org')).status).toBe(200);
    await refresh();
    expect((await crm('GET', 'org')).body.code).toBe('INVALID_TOKEN');
  });

  test('die with their refresh token when it is revoked', async () => {
    const { connect, call, token } = await startTestSandbox();
    const { crm, refreshToken } = await connect();
    const revoked = await call('POST', `/oauth/v2/token/revoke?token=${refreshToken}`);
    expect([revoked.status, revoked.text]).toEqual([200, '{"status":"success"}']);
    expect((await crm('GET', 'org')).body.code).toBe('INVALID_TOKEN');
    expect((await token({ grant_type: 'refresh_token', refresh_token: refreshToken })).body).toEqual({
      error: 'invalid_code',
    });
    expect((await call('POST', `/oauth/v2/token/revoke?token=${refreshToken}`)).body).toEqual({
      error: 'invalid_code',
    });
  });
});

test('the list of data centers leads nowhere but here', async () => {
  const { call, baseUrl } = await startTestSandbox();
  const { status, body } = await call('GET', '/oauth/serverinfo');
  expect(status).toBe(200);
  const here = Object.fromEntries(
    ['eu', 'au', 'in', 'jp', 'us', 'uk', 'ca', 'sa'].map((location) => [location, baseUrl]),
  );
  expect(body).toEqual({ result: 'success', locations: here });
});
