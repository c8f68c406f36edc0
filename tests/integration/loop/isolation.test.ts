import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningSandbox, startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { eventually, type TestStack, useStack } from '../../support/stack.ts';
import { loopClient } from './loop-client.ts';

const otherZohos: string[] = [];
let zohoA: RunningSandbox;
beforeAll(async () => {
  zohoA = await startSandbox({ port: 0, allowLoopbackWebhooks: true });
  otherZohos.push(zohoA.baseUrl);
});
const stack = useStack({ otherZohos });
afterAll(async () => zohoA.close());

/** A second client with a Zoho of its own, connected. */
const addClient = async (
  { records, secrets, addresses }: TestStack,
  id: string,
  zoho: RunningSandbox,
): Promise<void> => {
  const source = sourceSchema.parse({
    id,
    zoho: { accountsUrl: zoho.baseUrl },
    forms: {
      contact: { fields: { Email: 'email', Last_Name: 'last_name' }, duplicateCheckFields: ['Email'], gather: '0s' },
    },
  });
  const { apiKey = '' } = await applySource(source, {
    table: records,
    secrets,
    stage: 'local',
    now: Date.now,
    randomId,
  });
  const { clientId, clientSecret } = zoho;
  await secrets.put(
    `leadloop/local/connections/${id}`,
    { clientId, clientSecret, accountsUrl: zoho.baseUrl },
    crypto.randomUUID(),
  );
  const { code } = (await (await fetch(`${zoho.baseUrl}/sandbox/codes`, { method: 'POST' })).json()) as {
    code: string;
  };
  const page = await (
    await fetch(`${addresses.gateway}/sources/${id}?${new URLSearchParams({ api_key: apiKey, zoho_code: code })}`)
  ).text();
  expect(page).toContain('data-outcome="connected"');
};

const zohoCalls = async (zoho: { baseUrl: string }) =>
  ((await (await fetch(`${zoho.baseUrl}/sandbox/calls`)).json()) as { byPath: Record<string, number> }).byPath;

const hangingCalls = async (zoho: { baseUrl: string }): Promise<number> => {
  const { calls } = (await (await fetch(`${zoho.baseUrl}/sandbox/calls`)).json()) as {
    calls: Array<{ path: string; status: number | null; durationMs: number | null }>;
  };
  return calls.filter(({ path, status }) => path.endsWith('/upsert') && status === null).length;
};

describe('two clients', () => {
  test('while client A’s Zoho hangs, client B’s leads arrive all the same', async () => {
    const { post, leads } = loopClient(stack());
    await addClient(stack(), 'client-a', zohoA);
    await fetch(`${zohoA.baseUrl}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: '/crm/v8/Leads/upsert', hang: true, times: 0 }),
    });
    for (let n = 0; n < 15; n += 1)
      expect((await post({ email: `a-${n}@example.com`, last_name: 'A' }, { source: 'client-a' })).status).toBe(202);
    await eventually(
      () => zohoCalls(zohoA),
      (byPath) => (byPath['/crm/v8/Leads/upsert'] ?? 0) > 0,
    );

    await Promise.all(Array.from({ length: 15 }, (_, n) => post({ email: `b-${n}@example.com`, last_name: 'B' })));
    await eventually(leads, (found) => found.filter(({ Email }) => Email?.startsWith('b-')).length === 15);
    // B is done while A's first call still hangs: nothing of B's has waited for it.
    expect(await hangingCalls(zohoA)).toBeGreaterThan(0);
  });
});
