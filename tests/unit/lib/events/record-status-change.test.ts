import { describe, expect, test } from '@jest/globals';
import { readDelivery, readEventItem } from '../../../../lib/events/event-item.ts';
import { recordStatusChange } from '../../../../lib/events/record-status-change.ts';
import type { StatusChange } from '../../../../lib/events/status-change.ts';
import { statusKey } from '../../../../lib/events/status-item.ts';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { Table } from '../../../../lib/platform/table.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { destinationLane } from '../../../../lib/work/lane-name.ts';
import { workAttributes } from '../../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const ID = '5725767000000524157';
const change = (status: string, more: Partial<StatusChange> = {}): StatusChange => ({
  module: 'Leads',
  recordId: ID,
  cdpId: 'v-81',
  status,
  amountText: 'HK$ 1,000.00',
  person: { email: 'wing@example.com' },
  clickIds: {},
  extra: {},
  ...more,
});

const setUp = (
  webhook: object = {},
  destinations: object = { inbox: { type: 'webhook', url: 'https://hooks.example.com/a' } },
) => {
  const clock = createVirtualClock();
  const table = createMemoryTable();
  const source = sourceSchema.parse({
    id: 'demo',
    webhook: { exchangeRate: '0.1282', currency: 'USD', ...webhook },
    destinations,
  });
  const settings = source.webhook;
  if (settings === undefined) throw new Error('no webhook block');
  const record = (given: StatusChange, port: Table = table) =>
    recordStatusChange(given, source, settings, { table: port, now: clock.now, sleep: clock.sleep, random: () => 0.5 });
  const kinds = (kind: string) => table.items().filter((item) => item.kind === kind);
  const events = () => kinds('event').map((item) => readEventItem(item).event);
  return { clock, table, source, record, kinds, events };
};

describe('a status change', () => {
  test('becomes one event and one delivery per destination, each on its lane with its bell', async () => {
    const inbox = { type: 'webhook', url: 'https://hooks.example.com/a' };
    const { record, events, kinds, clock } = setUp({}, { inbox, second: inbox });
    expect(await record(change('Pre-Qualified'))).toEqual({
      status: 'recorded',
      eventId: `demo-Leads-${ID}-ConvertedLead-1`,
    });

    expect(events()).toEqual([
      {
        id: `demo-Leads-${ID}-ConvertedLead-1`,
        type: 'ConvertedLead',
        timestamp: new Date(clock.now()).toISOString(),
        data: {
          source: 'demo',
          module: 'Leads',
          recordId: ID,
          cdpId: 'v-81',
          status: 'Pre-Qualified',
          occurrence: 1,
          amount: { value: '128.20', currency: 'USD', sourceValue: '1000.00', exchangeRate: '0.1282' },
          person: { email: 'wing@example.com' },
          extra: {},
        },
      },
    ]);
    expect(kinds('event').map((item) => readEventItem(item).destinations)).toEqual([['inbox', 'second']]);
    const deliveries = kinds('delivery').map((item) => workAttributes.parse(item));
    expect(deliveries.map(readDelivery)).toEqual([
      { eventId: `demo-Leads-${ID}-ConvertedLead-1`, destination: 'inbox', destinationType: 'webhook' },
      { eventId: `demo-Leads-${ID}-ConvertedLead-1`, destination: 'second', destinationType: 'webhook' },
    ]);
    for (const { lane, bell, state, destination } of deliveries) {
      expect([lane, bell, state]).toEqual([
        destinationLane('demo', String(destination)),
        destinationLane('demo', String(destination)),
        'pending',
      ]);
    }
  });

  test('sent again changes nothing and writes nothing', async () => {
    const { record, table, events } = setUp();
    await record(change('Pre-Qualified'));
    const before = table.items();
    expect(await record(change('Pre-Qualified'))).toEqual({ status: 'unchanged' });
    expect(await record(change('PRE-QUALIFIED'))).toEqual({ status: 'unchanged' });
    expect(table.items()).toEqual(before);
    expect(table.counts.transact).toBe(1);
    expect(events()).toHaveLength(1);
  });

  test('says what the status was before', async () => {
    const { record, events } = setUp();
    await record(change('Contacted'));
    await record(change('Pre-Qualified'));
    expect(events().map(({ type, data }) => [type, data.previousStatus])).toEqual([
      ['LeadContacted', undefined],
      ['ConvertedLead', 'Contacted'],
    ]);
  });

  test('to a status without an event is remembered and sends nothing', async () => {
    const { record, table, events } = setUp();
    expect(await record(change('Attempted to Contact'))).toEqual({ status: 'recorded', reason: 'unmapped_status' });
    expect(table.items().map(({ pk }) => pk)).toEqual([statusKey('demo', { module: 'Leads', recordId: ID })]);
    await record(change('Pre-Qualified'));
    expect(events()[0]?.data.previousStatus).toBe('Attempted to Contact');
  });

  test('without destinations is kept as an event all the same', async () => {
    const { record, kinds } = setUp({}, {});
    await record(change('Pre-Qualified'));
    expect([kinds('event').length, kinds('delivery').length]).toEqual([1, 0]);
  });

  test('with an unreadable amount makes an event that says so; the text stays on our item', async () => {
    const { record, kinds, events } = setUp();
    await record(change('Pre-Qualified', { amountText: '10k' }));
    expect(events()[0]?.data).toMatchObject({ amountProblem: 'unknown_unit' });
    expect(events()[0]?.data).not.toHaveProperty('amount');
    expect(kinds('event')[0]).toMatchObject({ amountText: '10k' });
    expect(String(kinds('event')[0]?.body)).not.toContain('10k');
  });

  test('of zero money has an amount, without any has none', async () => {
    const { record, events } = setUp();
    await record(change('Pre-Qualified', { amountText: '0' }));
    const { amountText: _, ...without } = change('Pre-Qualified', { recordId: '2' });
    await record(without);
    expect(events().map(({ data }) => data.amount?.value)).toEqual(['0.00', undefined]);
    expect(events()[1]?.data).not.toHaveProperty('amountProblem');
  });

  test('events never expire before their day, record statuses never at all', async () => {
    const { record, table, kinds, clock } = setUp();
    await record(change('Pre-Qualified'));
    expect(kinds('event')[0]?.expiresAtSeconds).toBe(Math.floor(clock.now() / 1000) + 400 * 86_400);
    expect(await table.get(statusKey('demo', { module: 'Leads', recordId: ID }))).not.toHaveProperty(
      'expiresAtSeconds',
    );
  });
});

describe('counting once', () => {
  test('a status that comes back makes no second event', async () => {
    const { record, events } = setUp();
    await record(change('Pre-Qualified'));
    await record(change('Contacted'));
    expect(await record(change('Pre-Qualified'))).toEqual({ status: 'recorded', reason: 'already_counted' });
    expect(events().map(({ type }) => type)).toEqual(['ConvertedLead', 'LeadContacted']);
  });

  test('two statuses of one event count together', async () => {
    const { record, events } = setUp();
    await record(change('Lost Lead'));
    await record(change('Not Qualified'));
    expect(events()).toHaveLength(1);
  });

  test("the event's own id is the guard when the record's status was lost", async () => {
    const { record, table, events, clock } = setUp();
    await record(change('Pre-Qualified'));
    await table.delete(statusKey('demo', { module: 'Leads', recordId: ID }));
    expect(await clock.run(record(change('Pre-Qualified')))).toEqual({ status: 'recorded', reason: 'already_counted' });
    expect(await record(change('Pre-Qualified'))).toEqual({ status: 'unchanged' });
    expect(events()).toHaveLength(1);
  });
});

describe('counting every transition', () => {
  const at = (minute: number, clock: { now(): number }) =>
    new Date(clock.now() - 3_600_000 + minute * 60_000).toISOString();

  test('each has its number and the time of its change', async () => {
    const { record, events, clock } = setUp({ count: 'every' });
    const times = [0, 1, 2].map((minute) => at(minute, clock));
    await record(change('Pre-Qualified', { modifiedTime: times[0] ?? '' }));
    await record(change('Contacted', { modifiedTime: times[1] ?? '' }));
    await record(change('Pre-Qualified', { modifiedTime: times[2] ?? '' }));
    expect(
      events().map(({ id, timestamp, data }) => [id.split('-').slice(-2).join('-'), timestamp, data.occurrence]),
    ).toEqual([
      ['ConvertedLead-1', times[0], 1],
      ['LeadContacted-1', times[1], 1],
      ['ConvertedLead-2', times[2], 2],
    ]);
  });

  test('a call that is not newer than the last change makes none and moves nothing', async () => {
    const { record, table, events, clock } = setUp({ count: 'every' });
    await record(change('Pre-Qualified', { modifiedTime: at(5, clock) }));
    const before = table.items();
    expect(await record(change('Contacted', { modifiedTime: at(4, clock) }))).toEqual({
      status: 'ignored',
      reason: 'not_newer',
    });
    expect(await record(change('Contacted', { modifiedTime: at(5, clock) }))).toEqual({
      status: 'ignored',
      reason: 'not_newer',
    });
    expect(table.items()).toEqual(before);
    expect(events()).toHaveLength(1);
  });

  test('without modified_time it is as counting once', async () => {
    const { record, events } = setUp({ count: 'every' });
    await record(change('Pre-Qualified'));
    await record(change('Contacted'));
    expect(await record(change('Pre-Qualified'))).toEqual({ status: 'recorded', reason: 'already_counted' });
    expect(events()).toHaveLength(2);
  });
});

describe('many calls at once', () => {
  test('200 duplicates make one event and one delivery', async () => {
    const { record, kinds, clock } = setUp();
    const outcomes = await clock.run(Promise.all(Array.from({ length: 200 }, () => record(change('Pre-Qualified')))));
    expect(outcomes.filter(({ status }) => status === 'recorded')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'unchanged')).toHaveLength(199);
    expect([kinds('event').length, kinds('delivery').length]).toEqual([1, 1]);
  });

  test('a conflict or a throttled table is tried again', async () => {
    const { record, table, clock } = setUp();
    let left = 3;
    const troubled: Table = {
      ...table,
      transact: async (writes) => {
        left -= 1;
        if (left === 2) return { status: 'conflict' };
        if (left === 1) throw new PlatformError('table.throttled', 'busy');
        return table.transact(writes);
      },
    };
    expect(await clock.run(record(change('Pre-Qualified'), troubled))).toMatchObject({ status: 'recorded' });
  });

  test('after four seconds of conflicts it is given up, with nothing written', async () => {
    const { record, table, clock } = setUp();
    const startedAtMs = clock.now();
    const outcome = await clock.run(
      record(change('Pre-Qualified'), { ...table, transact: async () => ({ status: 'conflict' }) }),
    );
    expect(outcome).toEqual({ status: 'contention' });
    expect(clock.now() - startedAtMs).toBeLessThanOrEqual(4_000);
    expect(clock.now() - startedAtMs).toBeGreaterThan(3_000);
    expect(table.items()).toEqual([]);
  });

  test('a table that cannot be reached is no contention: it is thrown', async () => {
    const { record, table } = setUp();
    const gone: Table = { ...table, transact: () => Promise.reject(new PlatformError('table.unreachable', 'gone')) };
    await expect(record(change('Pre-Qualified'), gone)).rejects.toMatchObject({ code: 'table.unreachable' });
  });
});
