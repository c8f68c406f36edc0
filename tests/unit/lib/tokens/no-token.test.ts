import { describe, expect, test } from '@jest/globals';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import { connectionSecretName } from '../../../../lib/tokens/connection-secret.ts';
import { tokenKey } from '../../../../lib/tokens/token-item.ts';
import { answered, createTokenBench, stored } from './token-bench.ts';

const MINUTE = 60_000;

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
