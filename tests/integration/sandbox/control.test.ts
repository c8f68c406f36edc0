import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, startReceiver, startTestSandbox, until } from './client.ts';

afterEach(closeAll);

const callReport = z.object({
  tokenRequests: z.number(),
  mints: z.number(),
  crmCalls: z.number(),
  credits: z.number(),
  byPath: z.record(z.string(), z.number()),
  calls: z.array(z.record(z.string(), z.unknown())),
});

const setUp = async () => {
  const sandbox = await startTestSandbox();
  const { crm, refreshToken, accessToken } = await sandbox.connect();
  const report = async () => callReport.parse((await sandbox.control('GET', 'calls')).body);
  return { ...sandbox, crm, refreshToken, accessToken, report };
};
const UPSERT = '/crm/v8/Leads/upsert';
const lead = (name = 'A') => ({ data: [{ Last_Name: name, Email: 'a@example.com' }] });

describe('the record of calls', () => {
  test('counts token requests, mints, CRM calls and credits, and not itself', async () => {
    const { crm, token, refreshToken, report } = await setUp();
    await token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    await token({ grant_type: 'refresh_token', refresh_token: 'wrong' });
    await crm('POST', 'Leads/upsert', lead());
    await crm('GET', 'org');
    await report();
    const { calls, ...counts } = await report();
    expect(counts).toEqual({
      tokenRequests: 3,
      mints: 2,
      crmCalls: 2,
      credits: 2,
      byPath: { '/oauth/v2/token': 3, [UPSERT]: 1, '/crm/v8/org': 1 },
    });
    expect(calls.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/oauth/v2/token', 200],
      ['POST', '/oauth/v2/token', 200],
      ['POST', '/oauth/v2/token', 200],
      ['POST', UPSERT, 200],
      ['GET', '/crm/v8/org', 200],
    ]);
  });

  test.each([
    [1, 1],
    [10, 1],
    [11, 2],
    [100, 10],
  ])('a write of %d records costs %d credits', async (count, credits) => {
    const { crm, report } = await setUp();
    await crm('POST', 'Leads', { data: Array.from({ length: count }, () => ({ Last_Name: 'A' })) });
    expect((await report()).credits).toBe(credits);
  });

  test('calls that got no further than the door cost nothing', async () => {
    const { crm, call, report } = await setUp();
    await call('GET', '/crm/v8/org');
    await crm('GET', 'nothing/at/all');
    await crm('DELETE', 'Leads');
    expect(await report()).toMatchObject({ crmCalls: 3, credits: 0 });
    await crm('GET', 'Leads/5725767000009999999');
    await crm('POST', 'Leads', 'no JSON');
    expect(await report()).toMatchObject({ crmCalls: 5, credits: 2 });
  });

  test('shows every part of a call, bodies as they were, secrets masked', async () => {
    const { crm, call, refreshToken, accessToken, clientId, clientSecret, control, report } = await setUp();
    await crm('POST', 'Leads/upsert', lead());
    await crm('GET', 'Leads/5725767000009999999?fields=Email');
    await call('POST', `/oauth/v2/token/revoke?token=${refreshToken}`);
    const { calls } = await report();
    const [exchange, upsert, read, revoke] = calls;
    for (const entry of calls)
      expect(Object.keys(entry)).toEqual([
        'atMs',
        'durationMs',
        'method',
        'path',
        'query',
        'headers',
        'requestBody',
        'status',
        'responseBody',
      ]);
    expect(exchange?.requestBody).toBe(
      `client_id=${clientId}&client_secret=***&grant_type=authorization_code&code=***`,
    );
    expect(exchange?.responseBody).toMatchObject({ access_token: '***', refresh_token: '***', expires_in: 3600 });
    expect(upsert).toMatchObject({
      headers: { authorization: 'Zoho-oauthtoken ***' },
      requestBody: lead(),
      responseBody: { data: [{ code: 'SUCCESS' }] },
      durationMs: expect.any(Number),
    });
    expect(read).toMatchObject({ query: { fields: 'Email' }, requestBody: null, responseBody: null, status: 204 });
    expect(revoke).toMatchObject({ query: { token: '***' }, requestBody: null });
    const { text } = await control('GET', 'calls');
    for (const secret of [refreshToken, accessToken, clientSecret]) expect(text).not.toContain(secret);
  });

  test.each([
    ['Bearer abc', 'Bearer ***'],
    ['abc', '***'],
    ['Zoho-oauthtoken a b', 'Zoho-oauthtoken ***'],
  ])('an authorization "%s" is shown as "%s"', async (authorization, shown) => {
    const { call, report } = await setUp();
    await call('GET', '/crm/v8/org', { headers: { authorization } });
    expect((await report()).calls.at(-1)?.headers).toMatchObject({ authorization: shown });
  });

  test('keeps the last thousand', async () => {
    const { call, report } = await setUp();
    for (let made = 0; made < 2_100; made += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => call('GET', `/crm/v8/none/at/${made + index}`)));
    const { calls, crmCalls } = await report();
    expect(crmCalls).toBe(2_100);
    expect(calls).toHaveLength(1_000);
  });
});

describe('faults', () => {
  test('a status and body are answered without acting, as often as asked, at that path and method only', async () => {
    const { control, crm, report } = await setUp();
    await control('POST', 'faults', {
      path: UPSERT,
      method: 'POST',
      times: 2,
      status: 503,
      body: '<html>Service Unavailable</html>',
    });
    await control('POST', 'faults', {
      path: '/crm/v8/Leads',
      method: 'PUT',
      status: 429,
      body: { code: 'TOO_MANY_REQUESTS' },
    });
    for (let times = 0; times < 2; times += 1) {
      const reply = await crm('POST', 'Leads/upsert', lead());
      expect([reply.status, reply.text, reply.headers.get('content-type')]).toEqual([
        503,
        '<html>Service Unavailable</html>',
        'text/html;charset=UTF-8',
      ]);
    }
    expect((await crm('GET', 'Leads?fields=Email')).status).toBe(204);
    expect((await crm('POST', 'Leads/upsert', lead())).status).toBe(200);
    const limited = await crm('PUT', 'Leads', lead());
    expect([limited.status, limited.body]).toEqual([429, { code: 'TOO_MANY_REQUESTS' }]);
    expect((await report()).credits).toBe(2);
  });

  test('meet once by default; times 0 lasts until cleared', async () => {
    const { control, crm } = await setUp();
    await control('POST', 'faults', { path: '/crm/v8/org', status: 500 });
    expect((await crm('GET', 'org')).status).toBe(500);
    expect((await crm('GET', 'org')).status).toBe(200);
    await control('POST', 'faults', { path: '/crm/v8/org', times: 0, status: 502 });
    for (let times = 0; times < 5; times += 1) expect((await crm('GET', 'org')).status).toBe(502);
    await control('DELETE', 'faults');
    expect((await crm('GET', 'org')).status).toBe(200);
  });

  test('a connection cut before acting leaves nothing behind, one cut after acting leaves the record', async () => {
    const { control, crm, report } = await setUp();
    await control('POST', 'faults', { path: UPSERT, drop: 'before' });
    await expect(crm('POST', 'Leads/upsert', lead())).rejects.toThrow();
    expect((await crm('GET', 'Leads?fields=Email')).status).toBe(204);
    await control('POST', 'faults', { path: UPSERT, drop: 'after' });
    await expect(crm('POST', 'Leads/upsert', lead())).rejects.toThrow();
    expect((await crm('GET', 'Leads?fields=Email')).status).toBe(200);
    const { calls, credits } = await report();
    expect(calls.filter(({ path }) => path === UPSERT)).toMatchObject([
      { status: null, responseBody: null },
      { status: null, responseBody: null },
    ]);
    expect(credits).toBe(3); // two reads, and the write that went through
  });

  test('webhooks of a write leave even if its answer was cut off', async () => {
    const { control, crm } = await setUp();
    const { url, received } = await startReceiver();
    await control('PUT', 'webhooks', [{ module: 'Leads', url, when: 'create', type: 'raw', body: 'x' }]);
    await control('POST', 'faults', { path: UPSERT, drop: 'after' });
    await expect(crm('POST', 'Leads/upsert', lead())).rejects.toThrow();
    await until(() => received.length === 1);
  });

  test('a hanging call neither acts nor answers, and other calls pass', async () => {
    const { control, crm, call, accessToken, report } = await setUp();
    await control('POST', 'faults', { path: UPSERT, hang: true });
    const hanging = call('POST', UPSERT, {
      headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
      body: JSON.stringify(lead()),
      signal: AbortSignal.timeout(300),
    });
    await expect(hanging).rejects.toThrow();
    expect((await crm('GET', 'Leads?fields=Email')).status).toBe(204);
    expect((await report()).calls.find(({ path }) => path === UPSERT)).toMatchObject({
      status: null,
      durationMs: null,
    });
  });

  test('hanging calls end when the sandbox closes', async () => {
    const { control, crm, close, report } = await setUp();
    await control('POST', 'faults', { path: '/crm/v8/org', hang: true });
    const hanging = crm('GET', 'org').catch(() => 'cut');
    await until(async () => (await report()).crmCalls === 1);
    await close();
    expect(await hanging).toBe('cut');
  });

  test('latency comes first, and the call is carried out even if nobody waits for it', async () => {
    const { control, crm, call, accessToken } = await setUp();
    await control('POST', 'faults', { path: '/crm/v8/org', latencyMs: 150 });
    const startedAt = Date.now();
    expect((await crm('GET', 'org')).status).toBe(200);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(145);
    await control('POST', 'faults', { path: UPSERT, latencyMs: 150 });
    const given = call('POST', UPSERT, {
      headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
      body: JSON.stringify(lead()),
      signal: AbortSignal.timeout(50),
    });
    await expect(given).rejects.toThrow();
    await until(async () => (await crm('GET', 'Leads?fields=Email')).status === 200);
  });

  test('meet the token endpoint too', async () => {
    const { control, token, refreshToken, report } = await setUp();
    await control('POST', 'faults', { path: '/oauth/v2/token', body: { error: 'general_error' } });
    const reply = await token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    expect([reply.status, reply.body]).toEqual([200, { error: 'general_error' }]);
    expect(await report()).toMatchObject({ tokenRequests: 2, mints: 1 });
  });

  test.each([
    {},
    { path: 'crm' },
    { path: '/x', times: -1 },
    { path: '/x', drop: 'sometimes' },
    { path: '/x', status: 99 },
    { path: '/x', latency: 5 },
  ])('%j is refused', async (fault) => {
    const { control } = await setUp();
    expect((await control('POST', 'faults', fault)).status).toBe(400);
  });
});

describe('a reset', () => {
  test('drops records, calls, faults and codes, and keeps client, tokens and webhooks', async () => {
    const { control, crm, token, newCode, clientId, report } = await setUp();
    const before = idOf(await crm('POST', 'Leads', lead()));
    await control('PUT', 'webhooks', [
      { module: 'Leads', url: 'http://127.0.0.1:1/', when: 'create', type: 'raw', body: '' },
    ]);
    await control('POST', 'faults', { path: '/crm/v8/org', times: 0, status: 500 });
    const { code } = await newCode();
    expect((await control('POST', 'reset')).status).toBe(200);
    expect(await report()).toEqual({ tokenRequests: 0, mints: 0, crmCalls: 0, credits: 0, byPath: {}, calls: [] });
    expect((await crm('GET', `Leads/${before}`)).status).toBe(204);
    expect((await crm('GET', 'org')).status).toBe(200);
    expect((await token({ grant_type: 'authorization_code', code })).body).toEqual({ error: 'invalid_code' });
    expect((await newCode()).clientId).toBe(clientId);
    expect((await control('GET', 'webhooks')).text).toContain('127.0.0.1:1');
    const again = await crm('POST', 'Leads/upsert', lead());
    expect(BigInt(idOf(again)) > BigInt(before)).toBe(true);
  });
});

describe("the owner's side", () => {
  test.each([{ minutes: 11 }, { minutes: 0 }, { minutes: '3' }, { colour: 'red' }])(
    'a code with %j is refused',
    async (wish) => {
      const { control } = await startTestSandbox();
      expect((await control('POST', 'codes', wish)).status).toBe(400);
    },
  );

  test('says what is wrong with a path, a method or a body', async () => {
    const { control, call } = await startTestSandbox();
    expect((await control('GET', 'nothing')).status).toBe(404);
    expect((await control('DELETE', 'settings')).status).toBe(405);
    expect((await control('GET', 'codes')).status).toBe(405);
    expect((await call('POST', '/sandbox/codes', { body: '{' })).status).toBe(400);
  });

  test('is closed to pages of other origins and to other host names', async () => {
    const { call, baseUrl } = await startTestSandbox();
    const from = async (origin: string) => (await call('POST', '/sandbox/codes', { headers: { origin } })).status;
    expect(await from('https://example.com')).toBe(403);
    expect(await from('null')).toBe(403);
    expect(await from('http://127.0.0.1:1')).toBe(403);
    expect(await from(baseUrl)).toBe(200);
  });
});

describe('the settings', () => {
  const defaults = { emptyAs: '', moneyFormat: '1000', duplicate: false, reorder: false, searchLagSeconds: 0 };

  test('are what was put; a key left out has its default again', async () => {
    const { control } = await setUp();
    expect((await control('GET', 'settings')).body).toEqual(defaults);
    const wish = { emptyAs: '-None-', moneyFormat: 'HK$ 1,000.00', duplicate: 2, reorder: true, searchLagSeconds: 1.5 };
    expect(await control('PUT', 'settings', wish)).toMatchObject({ status: 200, body: wish });
    expect((await control('PUT', 'settings', { duplicate: true })).body).toEqual({ ...defaults, duplicate: true });
    expect((await control('GET', 'settings')).body).toEqual({ ...defaults, duplicate: true });
  });

  test('make search late for what is written from then on', async () => {
    let nowMs = Date.UTC(2026, 10, 21);
    const { connect, control } = await startTestSandbox({ now: () => nowMs });
    const { crm } = await connect();
    await control('PUT', 'settings', { searchLagSeconds: 5 });
    await crm('POST', 'Leads', { data: [{ Last_Name: 'Late', Email: 'late@example.com' }] });
    nowMs += 4_000;
    expect((await crm('GET', 'Leads/search?email=late@example.com')).status).toBe(204);
    nowMs += 1_000;
    expect((await crm('GET', 'Leads/search?email=late@example.com')).status).toBe(200);
  });

  test('return to what the sandbox was started with on reset', async () => {
    const { control } = await startTestSandbox({ searchLagSeconds: 2 });
    await control('PUT', 'settings', { emptyAs: 'null', searchLagSeconds: 9 });
    await control('POST', 'reset');
    expect((await control('GET', 'settings')).body).toEqual({ ...defaults, searchLagSeconds: 2 });
  });

  test.each<[unknown, string]>([
    [{ emptyAs: 'nothing' }, 'emptyAs: must be one of'],
    [{ emptyAs: null }, 'emptyAs: must be one of'],
    [{ moneyFormat: '1000.00' }, 'moneyFormat: must be one of'],
    [{ duplicate: 'yes' }, 'duplicate: '],
    [{ duplicate: 11 }, 'duplicate: must be 10 or less'],
    [{ reorder: 1 }, 'reorder: must be true or false'],
    [{ searchLagSeconds: -1 }, 'searchLagSeconds: must be 0 or more'],
    [{ searchLagSeconds: '1' }, 'searchLagSeconds: must be a number'],
    [{ searchLag: 1 }, 'searchLag: is not known here'],
    [[], 'body: '],
    ['{', 'The body is not JSON.'],
  ])('refuse %j, say which key, and keep what they were', async (wish, message) => {
    const { call, control } = await setUp();
    const reply = await call('PUT', '/sandbox/settings', {
      body: typeof wish === 'string' ? wish : JSON.stringify(wish),
    });
    expect(reply).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request', message: expect.stringContaining(message) } },
    });
    expect((await control('GET', 'settings')).body).toEqual(defaults);
  });
});
