import { describe, expect, test } from '@jest/globals';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { SecretStore } from '../../../../lib/platform/secrets.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { CODE, connected, createConnectBench } from './connect-bench.ts';

describe('when storing fails after the code is used up', () => {
  const failing = (
    times: number,
    bench: ReturnType<typeof createConnectBench>,
  ): { store: SecretStore; puts: () => number } => {
    let puts = 0;
    const store: SecretStore = {
      get: bench.secrets.get,
      put: async (...secret) => {
        puts += 1;
        if (puts <= times) throw new PlatformError('secrets.unreachable', 'no answer');
        return bench.secrets.put(...secret);
      },
    };
    return { store, puts: () => puts };
  };

  test('it is tried again', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const { store, puts } = failing(3, bench);
    expect(await bench.visit(CODE, bench.source(), { secrets: async () => store })).toEqual(connected);
    expect(puts()).toBe(4);
  });

  test('for good, the token is handed to the visitor, and nothing is opened', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const { store } = failing(99, bench);
    const startedAtMs = bench.clock.now();
    expect(await bench.visit(CODE, bench.source(), { secrets: async () => store })).toEqual({
      status: 'not_kept',
      refreshToken: '1000.refresh.one',
    });
    expect(bench.clock.now() - startedAtMs).toBeLessThan(15_000);
    expect(await bench.token()).toBeUndefined();
    expect(bench.lines.join('\n')).not.toContain('1000.refresh');
  });

  test('by hanging, it does not hang the visit', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const store: SecretStore = { get: bench.secrets.get, put: () => new Promise(() => undefined) };
    const startedAtMs = bench.clock.now();
    expect(await bench.visit(CODE, bench.source(), { secrets: async () => store })).toMatchObject({
      status: 'not_kept',
    });
    expect(bench.clock.now() - startedAtMs).toBeLessThan(15_000);
  });

  test('in the transaction, the next visit finishes it', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const table: Table = {
      ...bench.tokens,
      transact: async () => {
        throw new PlatformError('table.throttled', 'busy');
      },
    };
    expect(await bench.visit(CODE, bench.source(), { table })).toEqual({ status: 'not_opened' });
    expect(await bench.visit()).toMatchObject({ status: 'connected' });
    expect(bench.exchanges()).toHaveLength(1);
  });
});

describe('when a store fails before the code is used', () => {
  test('Zoho is not asked, and the next visit may begin at once', async () => {
    const bench = createConnectBench();
    await bench.storeClient();
    const secrets = async () => Promise.reject(new PlatformError('secrets.unreachable', 'no answer'));
    const silent = { status: 'refused', code: 'unavailable', why: 'our_stores' };
    expect(await bench.visit(CODE, bench.source(), { secrets })).toEqual(silent);
    const table: Table = {
      ...bench.tokens,
      update: async () => {
        throw new PlatformError('table.unreachable', 'no answer');
      },
    };
    expect(await bench.visit(CODE, bench.source(), { table })).toEqual(silent);
    expect(bench.calls).toHaveLength(0);
    expect(await bench.visit()).toEqual(connected);
  });
});
