import { describe, expect, test } from '@jest/globals';
import { tokenKey } from '../../../../lib/tokens/token-item.ts';
import { ACCOUNTS, API, answered, createTokenBench, stored } from './token-bench.ts';

const MINUTE = 60_000;

describe('a live token', () => {
  test('is shared: another instance takes it from the table and asks neither Zoho nor the secret store', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 30 * MINUTE));
    const gets = bench.secrets.gets();
    expect(await bench.clock.run(bench.instance().get('demo'))).toEqual({
      status: 'token',
      value: '1000.stored.token',
      apiDomain: API,
      grant: 1,
      expiresAtMs: bench.clock.now() + 30 * MINUTE,
    });
    expect(bench.asked).toHaveLength(0);
    expect(bench.secrets.gets()).toBe(gets);
  });

  test('is kept in memory, but not for longer than a reconnect may go unnoticed', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 30 * MINUTE));
    const tokens = bench.instance();
    await tokens.get('demo');
    await bench.table.update(tokenKey('demo'), { set: { accessToken: '1000.other.org', grant: 2 } });
    expect(await tokens.get('demo')).toMatchObject({ value: '1000.stored.token' });
    await bench.clock.advance(30_000);
    expect(await tokens.get('demo')).toMatchObject({ value: '1000.other.org', grant: 2 });
  });

  test('is forgotten when its user says so', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 30 * MINUTE));
    const tokens = bench.instance();
    await tokens.get('demo');
    await bench.table.update(tokenKey('demo'), { set: { accessToken: '1000.other.org', grant: 2 } });
    tokens.forget('demo');
    expect(await tokens.get('demo')).toMatchObject({ grant: 2 });
  });
});

describe('an expired token', () => {
  test('50 instances at once make one refresh, and all get its token', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, -1));
    bench.answerAfter(3_000);
    const outcomes = await bench.clock.run(Promise.all(Array.from({ length: 50 }, () => bench.instance().get('demo'))));
    expect(bench.asked).toHaveLength(1);
    expect(new Set(outcomes.map((one) => (one.status === 'token' ? one.value : one.status)))).toEqual(
      new Set(['1000.token.1']),
    );
  });

  test('50 callers in one instance read the table once', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, -1));
    const tokens = bench.instance();
    const outcomes = await bench.clock.run(Promise.all(Array.from({ length: 50 }, () => tokens.get('demo'))));
    expect(bench.asked).toHaveLength(1);
    expect(bench.tableReads()).toBe(1);
    expect(outcomes.every((one) => one.status === 'token')).toBe(true);
  });

  test('the refresh names client and refresh token, and its result is stored for all', async () => {
    const bench = createTokenBench();
    await bench.connect();
    const startedAtMs = bench.clock.now();
    const outcome = await bench.clock.run(bench.instance().get('demo'));
    expect(bench.asked[0]?.url).toBe(`${ACCOUNTS}/oauth/v2/token`);
    expect(Object.fromEntries(bench.asked[0]?.body ?? [])).toEqual({
      grant_type: 'refresh_token',
      client_id: '1000.CLIENT',
      client_secret: 'secret',
      refresh_token: '1000.refresh.token',
    });
    const expiresAtMs = startedAtMs + 3_600_000; // counted from the request, which is the safe side
    expect(outcome).toEqual({ status: 'token', value: '1000.token.1', apiDomain: API, grant: 1, expiresAtMs });
    const item = await bench.item();
    expect(item).toMatchObject({
      accessToken: '1000.token.1',
      apiDomain: API,
      expiresAtMs,
      scope: 'ZohoCRM.modules.ALL',
      mints: [startedAtMs],
    });
    expect(item).not.toHaveProperty('leaseOwner');
    expect(item).not.toHaveProperty('leaseUntilMs');
  });

  test('with less life than a call takes counts as expired', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 9_000));
    expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ value: '1000.token.1' });
  });

  test('connections do not wait for each other', async () => {
    const bench = createTokenBench();
    await bench.connect();
    expect(await bench.clock.run(bench.instance().get('other'))).toEqual({
      status: 'refused',
      code: 'not_connected',
      grant: 0,
    });
    expect(bench.asked).toHaveLength(0);
  });
});

describe('in the last five minutes of a token', () => {
  test('one instance fetches the next one, and everybody keeps using the live one without waiting', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 4 * MINUTE));
    bench.answerAfter(5_000);
    const fetching = bench.instance();
    const startedAtMs = bench.clock.now();
    const instances = [fetching, ...Array.from({ length: 20 }, () => bench.instance())];
    const got = await Promise.all(instances.map((one) => one.get('demo')));
    expect(bench.clock.now()).toBe(startedAtMs);
    expect(got.every((one) => one.status === 'token' && one.value === '1000.stored.token')).toBe(true);
    await bench.clock.run(Promise.all(instances.map((one) => one.settled())));
    expect(await fetching.get('demo')).toMatchObject({ value: '1000.token.1' });
    expect(bench.asked).toHaveLength(1);
  });

  test('a fetching that fails is tried again after a minute, however often somebody asks', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 4 * MINUTE));
    bench.answerWith(() => answered({ error: 'general_error' }));
    const tokens = bench.instance();
    for (let second = 0; second < 50; second += 1) {
      expect(await tokens.get('demo')).toMatchObject({ value: '1000.stored.token' });
      await bench.clock.advance(1_000);
    }
    expect(bench.asked).toHaveLength(1);
    await bench.clock.advance(2 * MINUTE);
    await tokens.get('demo');
    await bench.clock.run(tokens.settled());
    expect(bench.asked.length).toBe(2);
  });

  test('over 24 hours of steady work no delivery waits for a token, and at most 27 are asked for', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 60 * MINUTE));
    bench.answerAfter(5_000);
    const tokens = bench.instance();
    let waitedMs = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const askedAtMs = bench.clock.now();
      expect((await tokens.get('demo')).status).toBe('token');
      waitedMs += bench.clock.now() - askedAtMs;
      await bench.clock.advance(MINUTE);
    }
    expect(waitedMs).toBe(0);
    expect(bench.asked.length).toBeLessThanOrEqual(27);
    expect(bench.asked.length).toBeGreaterThan(20);
  });

  test('before them nobody asks', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 5 * MINUTE + 1));
    await bench.instance().get('demo');
    expect(bench.asked).toHaveLength(0);
  });

  test('the live token serves on while Zoho cannot be reached, and Zoho is not asked each time', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 4 * MINUTE));
    bench.answerWith(() => answered('<html>', 503));
    for (let call = 0; call < 5; call += 1)
      expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ value: '1000.stored.token' });
    expect(bench.asked).toHaveLength(1);
  });
});

test('over hours of use by many instances two refreshes never overlap, and no log line shows a token', async () => {
  const bench = createTokenBench();
  await bench.connect();
  bench.answerAfter(1_500);
  const instances = Array.from({ length: 12 }, () => bench.instance());
  for (let round = 0; round < 60; round += 1) {
    const outcomes = await bench.clock.run(Promise.all(instances.map((one) => one.get('demo'))));
    expect(outcomes.every((one) => one.status === 'token' && one.expiresAtMs > bench.clock.now() + 5_000)).toBe(true);
    await bench.clock.advance(3 * MINUTE);
  }
  expect(bench.mostInFlight()).toBe(1);
  expect(bench.asked.length).toBeGreaterThanOrEqual(3);
  expect(bench.asked.length).toBeLessThanOrEqual(5);
  expect(bench.lines.join('\n')).not.toMatch(/1000\.(token|stored|refresh)|secret"/);
});
