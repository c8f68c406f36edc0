import { describe, expect, test } from '@jest/globals';
import { quarantinedCall } from '../../../../lib/events/quarantined-call.ts';
import { readStoredCall, replayCall } from '../../../../lib/events/replay-call.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';

const CAME = Date.parse('2026-11-21T09:30:00.000Z');
const LATER = CAME + 3_600_000;
const source = sourceSchema.parse({
  id: 'demo',
  webhook: { exchangeRate: '0.1282', currency: 'USD' },
  destinations: { inbox: { type: 'webhook', url: 'https://example.com/hook' } },
});

const setUp = async (body: string, reason: 'contention' | 'unreadable_body' | 'too_large' = 'contention') => {
  const table = createMemoryTable();
  const call = { contentType: 'application/x-www-form-urlencoded', body: Buffer.from(body), query: [] };
  await table.put(quarantinedCall(call, { id: 'c1', source: 'demo', reason, nowMs: CAME }));
  const stored = async () => readStoredCall((await table.get('call#c1')) ?? { pk: '' });
  const deps = { table, now: () => LATER, sleep: async () => undefined, random: () => 0 };
  return { table, stored, replay: async () => replayCall(await stored(), source, deps) };
};

describe('a quarantined call that is tried again', () => {
  test('becomes its event, with the time it came, and is closed', async () => {
    const { table, stored, replay } = await setUp('lead_id=1&cdp_id=v&lead_status=Pre-Qualified&annual_revenue=1000');
    expect(await replay()).toMatchObject({ status: 'recorded', eventId: 'demo-Leads-1-ConvertedLead-1' });
    const event = await table.get('event#demo-Leads-1-ConvertedLead-1');
    expect(JSON.parse(String(event?.body))).toMatchObject({ timestamp: '2026-11-21T09:30:00.000Z' });
    const closed = await stored();
    expect(closed).toMatchObject({ state: 'replayed', expiresAtSeconds: Math.floor(LATER / 1000) + 30 * 86_400 });
    expect(closed.lane).toBeUndefined();
    expect(await replay()).toEqual({ status: 'replayed_already' });
  });

  test('makes nothing twice when the change was recorded after all', async () => {
    const { replay, table } = await setUp('lead_id=1&cdp_id=v&lead_status=Contacted');
    await table.put({
      pk: 'status#demo#Leads#1',
      status: 'Contacted',
      rev: 1,
      counted: { LeadContacted: 1 },
      changedAtMs: CAME,
    });
    expect(await replay()).toMatchObject({ status: 'unchanged' });
    expect(table.items().filter(({ pk }) => pk.startsWith('event#'))).toEqual([]);
  });

  test.each([
    ['that still cannot be read', '<html>', 'unreadable_body'],
    ['of which only the beginning was kept', 'lead_id=1&cdp_id=v&lead_status=Contacted', 'too_large'],
  ] as const)('stays when it is one %s', async (_, body, reason) => {
    const { replay, stored } = await setUp(body, reason);
    expect(await replay()).toMatchObject({ status: 'quarantined' });
    expect(await stored()).toMatchObject({ state: 'quarantined', lane: 'attention#demo' });
  });
});
