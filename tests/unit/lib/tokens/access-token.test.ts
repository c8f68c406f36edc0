import { describe, expect, test } from '@jest/globals';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { connectionSecretName } from '../../../../lib/tokens/connection-secret.ts';
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

describe('the lease', () => {
  test('of an instance that died is taken over once it has run out', async () => {
    const bench = createTokenBench();
    await bench.connect({ leaseOwner: 'dead', leaseUntilMs: bench.clock.now() + 6_000 });
    const startedAtMs = bench.clock.now();
    expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ status: 'token' });
    expect(bench.asked[0]?.atMs).toBeGreaterThanOrEqual(startedAtMs + 6_000);
  });

  test('is looked past once more before an instance gives up: by then the table may have a token', async () => {
    const bench = createTokenBench();
    await bench.connect();
    // A thousand at once, and this one's try for the lease is answered late.
    const slowTable: Table = {
      ...bench.table,
      update: async (...args) => {
        await bench.clock.sleep(12_000);
        return bench.table.update(...args);
      },
    };
    const late = bench.instance({ table: slowTable }).get('demo');
    expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ status: 'token' });
    expect(await bench.clock.run(late)).toMatchObject({ status: 'token', value: '1000.token.1' });
    expect(bench.asked).toHaveLength(1);
  });

  test('is not waited for without end', async () => {
    const bench = createTokenBench();
    await bench.connect({ leaseOwner: 'slow', leaseUntilMs: bench.clock.now() + 15_000 });
    const startedAtMs = bench.clock.now();
    expect(await bench.clock.run(bench.instance().get('demo'))).toEqual({
      status: 'wait',
      code: 'token_refresh_pending',
      retryAtMs: startedAtMs + 15_000,
    });
    expect(bench.clock.now() - startedAtMs).toBeLessThan(11_000);
    expect(bench.asked).toHaveLength(0);
  });

  test('nobody asks Zoho with too little of it left', async () => {
    const bench = createTokenBench();
    await bench.connect();
    let reads = 0;
    const slowSecrets: typeof bench.secrets = {
      ...bench.secrets,
      get: async (...name) => {
        reads += 1;
        if (reads === 1) await bench.clock.sleep(6_000); // 15 s − 6 s leaves less than 8 s and 2 s for the clocks
        return bench.secrets.get(...name);
      },
    };
    const outcome = await bench.clock.run(bench.instance({ secrets: async () => slowSecrets }).get('demo'));
    expect(outcome).toMatchObject({ status: 'token' });
    expect(reads).toBe(2);
    expect(bench.asked).toHaveLength(1);
    expect((await bench.item()).mints).toHaveLength(1); // the first one was given back
  });

  test('a repeated write that meets its own value has won', async () => {
    const bench = createTokenBench();
    await bench.connect();
    const twice: typeof bench.table = {
      ...bench.table,
      update: async (...write) => {
        await bench.table.update(...write);
        return bench.table.update(...write); // as the SDK does after an answer that got lost
      },
    };
    expect(await bench.clock.run(bench.instance({ table: twice }).get('demo'))).toMatchObject({
      value: '1000.token.1',
    });
    expect(bench.asked).toHaveLength(1);
  });
});

describe("Zoho's mint limit", () => {
  const minutesAgo = (now: number, ...minutes: number[]) => minutes.map((one) => now - one * MINUTE);

  test('at eight mints within ten minutes nobody asks, and says until when', async () => {
    const bench = createTokenBench();
    const now = bench.clock.now();
    await bench.connect({ mints: minutesAgo(now, 30, 12, 9, 8, 7, 6, 5, 4, 3, 2) });
    expect(await bench.instance().get('demo')).toEqual({
      status: 'wait',
      code: 'token_mint_limit',
      retryAtMs: now + 1 * MINUTE,
    });
    expect(bench.asked).toHaveLength(0);
    await bench.clock.advance(1 * MINUTE + 1);
    expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ status: 'token' });
  });

  test('a live token serves on at the limit', async () => {
    const bench = createTokenBench();
    const now = bench.clock.now();
    await bench.connect({ ...stored(bench.clock, 2 * MINUTE), mints: minutesAgo(now, 9, 8, 7, 6, 5, 4, 3, 2) });
    expect(await bench.instance().get('demo')).toMatchObject({ value: '1000.stored.token' });
  });

  test('however often tokens are invalidated, Zoho is never asked for more than eight in ten minutes', async () => {
    const bench = createTokenBench();
    await bench.connect();
    const tokens = bench.instance();
    for (let round = 0; round < 40; round += 1) {
      const outcome = await bench.clock.run(tokens.get('demo'));
      if (outcome.status === 'token') await tokens.invalidate('demo', outcome.value);
      await bench.clock.advance(20_000);
      const recent = bench.asked.filter(({ atMs }) => atMs > bench.clock.now() - 10 * MINUTE);
      expect(recent.length).toBeLessThanOrEqual(8);
    }
    expect(bench.asked.length).toBeGreaterThan(8);
    expect((await bench.item()).mints).toHaveLength(10);
  });

  const failed = (code: 'network' | 'timeout', maybeSent: boolean): OutboundAnswer => ({
    status: 'failed',
    code,
    maybeSent,
  });
  test.each<[string, OutboundAnswer, number]>([
    ['a clear 5xx', answered('<html>', 502), 0],
    ['a refused connection', failed('network', false), 0],
    ['a refused code', answered({ error: 'invalid_code' }), 0],
    ['a time-out', failed('timeout', true), 1],
    ['an unreadable 200', answered('<html>'), 1],
    ['a throttle', answered({ error: 'Access Denied', status: 'failure' }, 400), 1],
  ])('the list says what Zoho may have minted: %s', async (_, given, counted) => {
    const bench = createTokenBench();
    await bench.connect();
    bench.answerWith(() => given);
    await bench.clock.run(bench.instance().get('demo'));
    expect((await bench.item()).mints).toHaveLength(counted);
  });
});

describe('when Zoho gives no token', () => {
  test('a throttle waits a minute, and nobody else asks meanwhile', async () => {
    const bench = createTokenBench();
    await bench.connect();
    bench.answerWith(() => answered({ error: '拒绝访问', status: 'failure' }, 400));
    const outcome = await bench.clock.run(bench.instance().get('demo'));
    expect(outcome).toEqual({ status: 'wait', code: 'token_throttled', retryAtMs: bench.clock.now() + MINUTE });
    expect(await bench.instance().get('demo')).toEqual(outcome);
    expect(bench.asked).toHaveLength(1);
    bench.answerWell();
    await bench.clock.advance(MINUTE);
    expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ status: 'token' });
    expect(await bench.item()).not.toHaveProperty('retryAtMs');
  });

  test.each<[string, OutboundAnswer]>([
    ['a page', answered('<html>')],
    ['nothing', answered('')],
    ['a 503', answered('busy', 503)],
    ['a general error', answered({ error: 'general_error' })],
    ['a time-out', { status: 'failed', code: 'timeout', maybeSent: true }],
  ])('%s is tried again shortly', async (_, given) => {
    const bench = createTokenBench();
    await bench.connect();
    bench.answerWith(() => given);
    expect(await bench.clock.run(bench.instance().get('demo'))).toEqual({
      status: 'wait',
      code: 'token_unreachable',
      retryAtMs: bench.clock.now() + 5_000,
    });
    expect(await bench.item()).not.toHaveProperty('leaseOwner');
  });

  test.each(['invalid_code', 'invalid_client', 'invalid_client_secret', 'invalid_redirect_uri', 'invalid_grant'])(
    '%s is for a person to mend, and names the grant',
    async (code) => {
      const bench = createTokenBench();
      await bench.connect({ grant: 3 });
      bench.answerWith(() => answered({ error: code }));
      expect(await bench.clock.run(bench.instance().get('demo'))).toEqual({ status: 'refused', code, grant: 3 });
    },
  );

  test('of 50 callers with a revoked refresh token one asks, and all hear of it', async () => {
    const bench = createTokenBench();
    await bench.connect();
    bench.answerWith(() => answered({ error: 'invalid_code' }));
    const outcomes = await bench.clock.run(Promise.all(Array.from({ length: 50 }, () => bench.instance().get('demo'))));
    expect(outcomes).toEqual(Array(50).fill({ status: 'refused', code: 'invalid_code', grant: 1 }));
    expect(bench.asked).toHaveLength(1);
  });

  test('a token for another data center is sent nowhere', async () => {
    const bench = createTokenBench();
    await bench.connect();
    bench.answerWith(() =>
      answered({ access_token: '1000.x.y', api_domain: 'https://www.zohoapis.com', expires_in: 3600 }),
    );
    expect(await bench.clock.run(bench.instance().get('demo'))).toEqual({
      status: 'refused',
      code: 'unknown_api_domain',
      grant: 1,
    });
    expect(await bench.item()).not.toHaveProperty('accessToken');
  });
});

describe('the secret', () => {
  test('is read in the version that was connected, whatever is current', async () => {
    const bench = createTokenBench();
    await bench.connect();
    await bench.secrets.put(
      connectionSecretName('test', 'demo'),
      { clientId: '1000.NEW', clientSecret: 'new' },
      '22222222-2222-4222-8222-222222222222',
    );
    await bench.clock.run(bench.instance().get('demo'));
    expect(bench.asked[0]?.body.get('client_id')).toBe('1000.CLIENT');
  });

  test.each([
    ['its version is gone', { secretVersionId: '33333333-3333-4333-8333-333333333333' }, {}, 'secret_missing'],
    ['it holds no refresh token', {}, { refreshToken: '' }, 'secret_malformed'],
    [
      'its accounts server is not known',
      {},
      { accountsUrl: 'https://accounts.example.com' },
      'unknown_accounts_server',
    ],
  ])('when %s a person has to act, and nothing is sent', async (_, item, secret, code) => {
    const bench = createTokenBench();
    await bench.connect(item, secret);
    expect(await bench.clock.run(bench.instance().get('demo'))).toEqual({ status: 'refused', code, grant: 1 });
    expect(bench.asked).toHaveLength(0);
    expect((await bench.item()).mints).toEqual([]);
  });

  test('that cannot be read is waited for', async () => {
    const bench = createTokenBench();
    await bench.connect();
    const secrets = async () => Promise.reject(new PlatformError('secrets.unreachable', 'no answer'));
    expect(await bench.clock.run(bench.instance({ secrets }).get('demo'))).toMatchObject({
      status: 'wait',
      code: 'secrets_unreachable',
    });
    expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ status: 'wait' });
    await bench.clock.advance(5_000);
    expect(await bench.clock.run(bench.instance().get('demo'))).toMatchObject({ status: 'token' });
  });
});

describe('an invalid token', () => {
  test('is taken away for all, once', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 30 * MINUTE));
    const [first, second] = [bench.instance(), bench.instance()];
    await first.get('demo');
    await first.invalidate('demo', '1000.stored.token');
    expect(await bench.item()).not.toHaveProperty('accessToken');
    expect(await bench.clock.run(first.get('demo'))).toMatchObject({ value: '1000.token.1' });
    await second.invalidate('demo', '1000.stored.token'); // late: another token is in use by now
    expect(await second.get('demo')).toMatchObject({ value: '1000.token.1' });
    expect(bench.asked).toHaveLength(1);
  });

  test('leaves a newer one in memory alone', async () => {
    const bench = createTokenBench();
    await bench.connect(stored(bench.clock, 30 * MINUTE));
    const tokens = bench.instance();
    await tokens.get('demo');
    await tokens.invalidate('demo', '1000.older.token');
    await bench.table.delete(tokenKey('demo'));
    expect(await tokens.get('demo')).toMatchObject({ value: '1000.stored.token' });
  });
});

describe('reconnecting', () => {
  /** What a connect visit does to the item while an instance still asks Zoho with the old refresh token. */
  const reconnect = async (bench: ReturnType<typeof createTokenBench>) => {
    await bench.table.update(tokenKey('demo'), {
      set: { grant: 2, ...stored(bench.clock, 60 * MINUTE, '1000.new.grant'), mints: [] },
      add: { rev: 1 },
      remove: ['leaseOwner', 'leaseUntilMs'],
    });
  };

  test('during a refresh: the old token is not stored, the new grant is used', async () => {
    const bench = createTokenBench();
    await bench.connect();
    bench.answerAfter(2_000);
    const pending = bench.instance().get('demo');
    await bench.clock.advance(500);
    await reconnect(bench);
    expect(await bench.clock.run(pending)).toMatchObject({ value: '1000.new.grant', grant: 2 });
    expect(await bench.item()).toMatchObject({ accessToken: '1000.new.grant', grant: 2, mints: [] });
  });

  test('during a refresh that is refused: the refusal names the old grant and does not touch the new one', async () => {
    const bench = createTokenBench();
    await bench.connect();
    bench.answerAfter(2_000);
    bench.answerWith(() => answered({ error: 'invalid_code' }));
    const pending = bench.instance().get('demo');
    await bench.clock.advance(500);
    await reconnect(bench);
    expect(await bench.clock.run(pending)).toEqual({ status: 'refused', code: 'invalid_code', grant: 1 });
    expect(await bench.item()).toMatchObject({ accessToken: '1000.new.grant', grant: 2, mints: [] });
    expect(await bench.item()).not.toHaveProperty('isRefused');
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
