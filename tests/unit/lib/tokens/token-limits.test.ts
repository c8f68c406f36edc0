import { describe, expect, test } from '@jest/globals';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { answered, createTokenBench, stored } from './token-bench.ts';

const MINUTE = 60_000;

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
