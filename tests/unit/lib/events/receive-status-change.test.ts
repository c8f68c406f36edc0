import { describe, expect, test } from '@jest/globals';
import { receiveStatusChange } from '../../../../lib/events/receive-status-change.ts';
import type { WebhookCall } from '../../../../lib/events/webhook-body.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { attentionLane } from '../../../../lib/work/lane-name.ts';
import { callKey } from '../../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const GOOD = 'lead_id=5725767000000524157&cdp_id=v-81&lead_status=Pre-Qualified&annual_revenue=1000';
const call = (body: string | Buffer, more: Partial<WebhookCall> = {}): WebhookCall => ({
  contentType: undefined,
  body: Buffer.from(body),
  query: [],
  ...more,
});

const setUp = (settings: object = { webhook: { exchangeRate: '0.1282', currency: 'USD' } }) => {
  const clock = createVirtualClock();
  const table = createMemoryTable();
  const source = sourceSchema.parse({ id: 'demo', ...settings });
  const receive = (given: WebhookCall, port: Table = table) =>
    receiveStatusChange(given, source, {
      table: port,
      now: clock.now,
      sleep: clock.sleep,
      random: () => 0.5,
      randomId: () => 'call-1',
    });
  return { clock, table, receive };
};

describe('a call that cannot be used', () => {
  test('is kept as it came, waits for a person, and never expires', async () => {
    const { receive, table, clock } = setUp();
    const outcome = await receive(
      call('{"lead_id": broken', { contentType: 'application/json', query: [['module', 'Leads']] }),
    );
    expect(outcome).toEqual({ status: 'quarantined', reason: 'unreadable_body', id: 'call-1' });
    expect(table.items()).toEqual([
      {
        pk: callKey('call-1'),
        kind: 'call',
        id: 'call-1',
        source: 'demo',
        state: 'quarantined',
        reason: 'unreadable_body',
        createdAtMs: clock.now(),
        contentType: 'application/json',
        body: '{"lead_id": broken',
        bodyBytes: 18,
        query: [['module', 'Leads']],
        lane: attentionLane('demo'),
        dueAtMs: clock.now(),
        listKey: 'demo#call#2026-11-21',
        listAtMs: clock.now(),
      },
    ]);
    expect((await table.query({ index: 'work', partition: attentionLane('demo') })).rows).toHaveLength(1);
  });

  test('keeps bytes that are no text to the bit', async () => {
    const { receive, table } = setUp();
    const bytes = Buffer.from([0x1f, 0x8b, 0x00, 0xff]);
    await receive(call(bytes));
    expect(Buffer.from(String(table.items()[0]?.bodyBase64), 'base64')).toEqual(bytes);
  });

  test('over 64 KB is kept cut, with its length', async () => {
    const { receive, table } = setUp();
    expect(await receive(call(`${GOOD}&note=${'x'.repeat(100_000)}`))).toMatchObject({
      status: 'quarantined',
      reason: 'too_large',
    });
    expect(String(table.items()[0]?.body)).toHaveLength(64 * 1024);
    expect(table.items()[0]?.bodyBytes).toBe(GOOD.length + 6 + 100_000);
  });

  test('is kept when the record is fought over for too long', async () => {
    const { receive, table, clock } = setUp();
    const outcome = await clock.run(receive(call(GOOD), { ...table, transact: async () => ({ status: 'conflict' }) }));
    expect(outcome).toMatchObject({ status: 'quarantined', reason: 'contention' });
    expect(table.items()).toMatchObject([{ kind: 'call', body: GOOD }]);
  });
});

describe('a call that means nothing', () => {
  test('without cdp_id leaves no trace, so that one filled in later still counts', async () => {
    const { receive, table } = setUp();
    expect(await receive(call(GOOD.replace('v-81', '')))).toEqual({ status: 'ignored', reason: 'no_cdp_id' });
    expect(table.items()).toEqual([]);
    expect(await receive(call(GOOD))).toMatchObject({ status: 'recorded' });
  });

  test('to a source without a webhook block is ignored', async () => {
    const { receive, table } = setUp({});
    expect(await receive(call(GOOD))).toEqual({ status: 'ignored', reason: 'webhook_not_configured' });
    expect(table.items()).toEqual([]);
  });

  test('without any parameter is empty', async () => {
    expect(await setUp().receive(call(''))).toEqual({ status: 'empty' });
  });
});
