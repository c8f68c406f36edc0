import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, startTestSandbox, until } from './client.ts';

afterEach(closeAll);

const setUp = async (limits: Record<string, unknown> = {}) => {
  const sandbox = await startTestSandbox();
  const { crm, accessToken } = await sandbox.connect();
  await sandbox.control('PUT', 'limits', limits);
  const report = async () => (await sandbox.control('GET', 'calls')).body;
  return { ...sandbox, crm, accessToken, report };
};
const list = 'Leads?fields=Email';

describe('the org’s limits', () => {
  test('are those of an enterprise by default, and the org says so', async () => {
    const { control, crm, report } = await setUp();
    expect((await control('GET', 'limits')).body).toEqual({
      edition: 'enterprise',
      users: 10,
      latency: { medianMs: 0 },
      dailyCredits: 60_000,
      creditsRemaining: 60_000,
      concurrency: 20,
      heavyConcurrency: 10,
      peakConcurrency: 0,
    });
    await crm('POST', 'Leads', { data: Array.from({ length: 11 }, () => ({ Last_Name: 'A' })) });
    expect(await report()).toMatchObject({ credits: 2, creditsRemaining: 59_998, peakConcurrency: 1 });
    await control('PUT', 'limits', { edition: 'free', users: 3 });
    expect((await crm('GET', 'org')).body.org).toMatchObject([
      { license_details: { paid: false, paid_type: 'free', users_license_purchased: 3 } },
    ]);
  });

  test('show the credits that are left from half of them on', async () => {
    const { control, crm } = await setUp({ edition: 'free' });
    expect((await crm('GET', list)).headers.get('x-api-credits-remaining')).toBeNull();
    await control('PUT', 'limits', { edition: 'free', usedElsewhere: 2_498 });
    expect((await crm('GET', list)).headers.get('x-api-credits-remaining')).toBe('2500');
    expect((await crm('GET', 'Leads/1')).headers.get('x-api-credits-remaining')).toBe('2499');
  });

  test('refuse every call once the credits are used up, until they come back', async () => {
    const { control, crm, call, connect, report } = await setUp({ edition: 'free' });
    await control('PUT', 'limits', { edition: 'free', usedElsewhere: 5_000 });
    const refused = [await crm('GET', list), await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] })];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      [429, 'TOO_MANY_REQUESTS'],
      [429, 'RATE_LIMIT_EXCEEDED'],
    ]);
    expect(refused[0]?.headers.get('x-api-credits-remaining')).toBe('0');
    expect(refused[0]?.headers.get('retry-after')).toBeNull();
    // Whoever shows no good token learns nothing about limits.
    expect((await call('GET', `/crm/v8/${list}`)).status).toBe(401);
    expect(await report()).toMatchObject({ credits: 0, creditsRemaining: 0 });

    await control('POST', 'clock', { advanceSeconds: 24 * 3_600 });
    expect((await control('GET', 'limits')).body).toMatchObject({ creditsRemaining: 5_000 });
    // The access token's hour is over as well.
    expect((await crm('GET', list)).body).toMatchObject({ code: 'INVALID_TOKEN' });
    const { crm: again } = await connect();
    expect((await again('GET', list)).status).toBe(204);
  });

  test.each([
    ['free', 'Leads', 5],
    ['ultimate', 'Leads', 25],
    ['ultimate', 'Leads/search', 10],
  ])('of %s let in so many calls of %s at once: %d; whoever gives up frees a place', async (edition, path, allowed) => {
    const { baseUrl, accessToken, crm, control, report } = await setUp({ edition });
    await control('POST', 'faults', { path: `/crm/v8/${path}`, hang: true, times: allowed });
    const query = 'fields=Email&email=a@example.com';
    const giveUp = new AbortController();
    const headers = { authorization: `Zoho-oauthtoken ${accessToken}` };
    const hanging = Array.from({ length: allowed }, () =>
      fetch(`${baseUrl}/crm/v8/${path}?${query}`, { headers, signal: giveUp.signal }).catch(() => undefined),
    );
    await until(async () => (await report()).peakConcurrency === allowed);
    expect((await crm('GET', `${path}?${query}`)).status).toBe(429);
    giveUp.abort();
    await Promise.all(hanging);
    await until(async () => (await crm('GET', `${path}?${query}`)).status === 204);
    expect((await report()).peakConcurrency).toBe(allowed);
  });

  test('take as long as is set, and go back to their start on reset', async () => {
    const { control, crm } = await setUp({ latency: { medianMs: 300 } });
    const startedAt = performance.now();
    await crm('GET', list);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295);
    await control('PUT', 'limits', { edition: 'free', usedElsewhere: 10 });
    await control('POST', 'reset');
    expect((await control('GET', 'limits')).body).toMatchObject({
      edition: 'enterprise',
      latency: { medianMs: 0 },
      creditsRemaining: 60_000,
      peakConcurrency: 0,
    });
  });

  test.each([
    [{ edition: 'gold' }, 'edition: must be one of free'],
    [{ users: -1 }, 'users: must be 0 or more'],
    [{ latency: 500 }, 'latency: must be'],
    [{ latency: { medianMs: 500, p99Ms: 100 } }, 'latency.p99Ms: must not be less'],
    [{ usedElsewhere: 1.5 }, 'usedElsewhere: '],
    [{ credits: 5 }, 'credits: is not known here'],
  ])('are refused as %j, with the key named', async (wish, message) => {
    const { control } = await setUp();
    expect(await control('PUT', 'limits', wish)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(message) } },
    });
    expect((await control('POST', 'clock', { advanceSeconds: -1 })).status).toBe(400);
  });

  test('are those the sandbox was started with', async () => {
    const sandbox = await startTestSandbox({ limits: { edition: 'standard', latency: { medianMs: 1, p99Ms: 5 } } });
    const start = { edition: 'standard', dailyCredits: 52_500, latency: { medianMs: 1, p99Ms: 5 } };
    expect((await sandbox.control('GET', 'limits')).body).toMatchObject(start);
    expect((await sandbox.control('PUT', 'limits', { users: 20 })).body).toMatchObject({
      ...start,
      dailyCredits: 55_000,
    });
  });
});
