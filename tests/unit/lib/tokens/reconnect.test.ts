import { describe, expect, test } from '@jest/globals';
import type { Table } from '../../../../lib/platform/table.ts';
import { versionIdOf } from '../../../../lib/tokens/version-id.ts';
import { newLane } from '../../../../lib/work/lane.ts';
import { CODE, connected, createConnectBench, granted } from './connect-bench.ts';
import { API, answered, createTokenBench } from './token-bench.ts';

describe('a second visit with the same code', () => {
  test('shows the same success and asks Zoho nothing', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const first = await bench.visit();
    const asked = bench.calls.length;
    const standing = await bench.token();
    expect(await bench.visit()).toEqual(first);
    expect(bench.calls).toHaveLength(asked);
    expect(await bench.token()).toEqual(standing);
  });

  test('at the same time waits for the first one and shows its success', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    let used = false;
    bench.answers.exchange = () => {
      if (used) return answered({ error: 'invalid_code' });
      used = true;
      return granted();
    };
    const visits = [1, 2, 3].map(() => bench.visitor()(bench.source(), CODE));
    expect(await bench.clock.run(Promise.all(visits))).toEqual([connected, connected, connected]);
    expect(bench.exchanges()).toHaveLength(1);
  });

  test('finishes what the first one could not open, without Zoho', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const broken: Table = { ...bench.tokens, transact: async () => ({ status: 'conflict' }) };
    expect(await bench.visit(CODE, bench.source(), { table: broken })).toEqual({ status: 'not_opened' });
    expect(await bench.token()).toBeUndefined();
    const asked = bench.calls.length;
    expect(await bench.visit()).toMatchObject({ status: 'connected', org: undefined });
    expect(bench.calls).toHaveLength(asked);
    expect(await bench.token()).toMatchObject({ grant: 1, secretVersionId: versionIdOf(CODE) });
    expect(await bench.lane()).toMatchObject({ state: 'open', grant: 1 });
  });

  test('of long ago brings no old grant back', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    await bench.visit('1000.code.old');
    bench.answers.exchange = () => granted({ access_token: '1000.access.two', refresh_token: '1000.refresh.two' });
    await bench.visit('1000.code.new');
    const standing = await bench.token();
    expect(await bench.visit('1000.code.old')).toMatchObject({ status: 'connected' });
    expect(await bench.token()).toEqual(standing);
    expect(standing).toMatchObject({
      grant: 2,
      accessToken: '1000.access.two',
      secretVersionId: versionIdOf('1000.code.new'),
    });
  });

  test('after a visit that died does not wait for ever', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    await bench.tokens.put({ pk: 'visit#demo', owner: 'dead', untilMs: bench.clock.now() + 28_000 });
    expect(await bench.visit()).toEqual({ status: 'refused', code: 'unavailable', why: 'other_visit' });
    expect(bench.calls).toHaveLength(0);
    await bench.clock.advance(28_000);
    expect(await bench.visit()).toEqual(connected);
  });
});

describe('reconnecting', () => {
  test('counts the grant up, drops what belonged to the old one, and opens a parked lane', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const nowMs = bench.clock.now();
    await bench.tokens.put({
      pk: 'token#demo',
      grant: 4,
      rev: 17,
      secretVersionId: 'old',
      accessToken: '1000.old.token',
      apiDomain: API,
      expiresAtMs: nowMs + 1,
      orgName: 'Old Org',
      leaseOwner: 'somebody',
      leaseUntilMs: nowMs + 10_000,
      retryAtMs: nowMs + 10_000,
      retryCode: 'invalid_code',
      isRefused: true,
      mints: [nowMs - 3, nowMs - 2],
    });
    await bench.records.put({
      ...newLane('zoho#demo', nowMs - 1),
      state: 'parked',
      reason: 'invalid_code',
      parkedAtMs: nowMs - 1,
      grant: 4,
      backoffUntilMs: nowMs + 60_000,
      backoffMs: 60_000,
      leaseOwner: 'worker',
      leaseUntilMs: nowMs + 5_000,
    });
    bench.answers.org = () => answered('<html>', 503);
    await bench.visit();
    const token = await bench.token();
    expect(token).toMatchObject({ grant: 5, accessToken: '1000.access.one', mints: [] });
    for (const name of ['leaseOwner', 'leaseUntilMs', 'retryAtMs', 'retryCode', 'isRefused', 'orgName'])
      expect(token).not.toHaveProperty(name);
    const lane = await bench.lane();
    expect(lane).toMatchObject({ state: 'open', grant: 5, bell: 'zoho#demo', leaseOwner: 'worker' });
    for (const name of ['reason', 'parkedAtMs', 'backoffUntilMs', 'backoffMs']) expect(lane).not.toHaveProperty(name);
  });

  test('is not held back by the mint list', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const mints = Array.from({ length: 10 }, (_, index) => bench.clock.now() - index);
    await bench.tokens.put({ pk: 'token#demo', grant: 1, rev: 1, secretVersionId: 'old', mints });
    expect(await bench.visit()).toEqual(connected);
  });

  test('loses to nobody: a write in between is read again', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    await bench.tokens.put({ pk: 'token#demo', grant: 1, rev: 1, secretVersionId: 'old', mints: [] });
    let disturbed = 0;
    const table: Table = {
      ...bench.tokens,
      transact: async (writes) => {
        disturbed += 1;
        if (disturbed < 4) await bench.tokens.update('token#demo', { add: { rev: 1 } });
        return bench.tokens.transact(writes);
      },
    };
    expect(await bench.visit(CODE, bench.source(), { table })).toEqual(connected);
    expect(disturbed).toBe(4);
    expect(await bench.token()).toMatchObject({ grant: 2 });
  });

  test('two codes at once: both visits succeed, one after the other', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const visits = ['1000.code.a', '1000.code.b'].map((code) => bench.visitor()(bench.source(), code));
    const outcomes = await bench.clock.run(Promise.all(visits));
    expect(outcomes.map(({ status }) => status)).toEqual(['connected', 'connected']);
    expect(await bench.token()).toMatchObject({ grant: 2 });
  });

  test('a new grant serves whoever asks for a token', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    await bench.visit();
    const users = createTokenBench();
    const user = users.instance({ table: bench.tokens, secrets: async () => bench.secrets });
    expect(await user.get('demo')).toMatchObject({ value: '1000.access.one', grant: 1 });
    await bench.tokens.update('token#demo', { remove: ['accessToken'] });
    user.forget('demo');
    expect(await users.clock.run(user.get('demo'))).toMatchObject({ status: 'token' });
    expect(users.asked[0]?.body.get('refresh_token')).toBe('1000.refresh.one');
  });
});
