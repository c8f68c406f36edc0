import { expect, test } from '@jest/globals';
import { adoptRefreshToken } from '../../../../lib/tokens/adopt-refresh-token.ts';
import { createConnectBench, SECRET } from './connect-bench.ts';
import { ACCOUNTS, createTokenBench } from './token-bench.ts';

test('a refresh token somebody has already connects without a code, once', async () => {
  const bench = createConnectBench();
  const users = createTokenBench();
  const deps = {
    table: bench.tokens,
    recordsTable: 'records',
    secrets: async () => bench.secrets,
    stage: 'test',
    now: bench.clock.now,
    sleep: bench.clock.sleep,
    random: () => 0.5,
    log: () => undefined,
  };
  const secret = { clientId: '1000.OWN', clientSecret: 'own', refreshToken: '1000.own.token', accountsUrl: ACCOUNTS };
  expect(await adoptRefreshToken(deps, 'demo', secret)).toBe(1);
  expect(await adoptRefreshToken(deps, 'demo', secret)).toBe(1);
  expect((await bench.secrets.get(SECRET))?.value).toEqual(secret);
  expect(await bench.lane()).toMatchObject({ state: 'open', grant: 1, bell: 'zoho#demo' });

  const user = users.instance({ table: bench.tokens, secrets: async () => bench.secrets });
  expect(await users.clock.run(user.get('demo'))).toMatchObject({ status: 'token', grant: 1 });
  expect(users.asked[0]?.body.get('refresh_token')).toBe('1000.own.token');
  expect(await adoptRefreshToken(deps, 'demo', { ...secret, refreshToken: '1000.other.token' })).toBe(2);
});
