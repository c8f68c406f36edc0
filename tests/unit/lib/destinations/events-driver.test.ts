import { describe, expect, test } from '@jest/globals';
import type { Destination } from '../../../../lib/destinations/destination.ts';
import { createEventsDriver } from '../../../../lib/destinations/events-driver.ts';
import { deliveryItem, eventItem } from '../../../../lib/events/event-item.ts';
import type { TrackingEvent } from '../../../../lib/events/tracking-event.ts';
import type { OutboundAnswer } from '../../../../lib/platform/outbound.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { newLane } from '../../../../lib/work/lane.ts';
import { destinationLane } from '../../../../lib/work/lane-name.ts';
import { rerun } from '../../../../lib/work/rerun.ts';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { deliveryKey, workAttributes } from '../../../../lib/work/work-item.ts';
import { createMemorySecrets } from '../../../support/memory-secrets.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const LANE = destinationLane('demo', 'cdp');
const source = sourceSchema.parse({
  id: 'demo',
  webhook: { exchangeRate: '1', currency: 'USD' },
  destinations: { cdp: { type: 'webhook', url: 'https://hooks.example.com/leads' } },
});
const eventOf = (recordId: string): TrackingEvent => ({
  id: `demo-Leads-${recordId}-LeadContacted-1`,
  type: 'LeadContacted',
  timestamp: '2026-11-21T09:30:00.000Z',
  data: {
    source: 'demo',
    module: 'Leads',
    recordId,
    cdpId: 'v-81',
    status: 'Contacted',
    occurrence: 1,
    person: {},
    extra: {},
  },
});
const ok: OutboundAnswer = { status: 'answered', httpStatus: 200, headers: {}, body: '' };
const timeout: OutboundAnswer = { status: 'failed', code: 'timeout', maybeSent: true };
const unreachable: OutboundAnswer = { status: 'failed', code: 'network', maybeSent: false };

/** A lane to one destination, which answers in turn; the last answer goes on for ever. */
const eventsBench = async (repeatable: boolean, answers: OutboundAnswer[]) => {
  const clock = createVirtualClock();
  const table = createMemoryTable();
  await table.put(newLane(LANE, clock.now()));
  const sent: string[] = [];
  const destination: Destination = {
    maxBatch: 1,
    repeatable,
    unsendable: () => undefined,
    request: ([event]) => new Request('https://hooks.example.com/leads', { method: 'POST', body: event?.id ?? '' }),
    readAnswer: ({ httpStatus }) =>
      httpStatus < 300
        ? { status: 'answered', outcomes: [{ status: 'delivered' }] }
        : { status: 'lane_fault', code: `http_${httpStatus}`, maybeSent: true },
  };
  const ports = { table, now: clock.now, sleep: clock.sleep, random: () => 0.5, log: () => undefined };
  const work = async () => {
    const driver = await createEventsDriver({
      ...ports,
      source: 'demo',
      destination: 'cdp',
      loadSource: async () => ({ source, version: 1, hmacKey: 'k', keys: [] }),
      secrets: async () => createMemorySecrets(),
      stage: 'test',
      send: async (request) => {
        sent.push(await request.text());
        return (answers.length > 1 ? answers.shift() : answers[0]) ?? ok;
      },
      extraOrigins: [],
      openDestination: () => ({ status: 'ready', destination }),
    });
    return runLane(LANE, driver, { ...ports, randomId: () => `w-${clock.now()}`, remainingMs: () => 300_000 });
  };
  const keyOf = (recordId: string) => deliveryKey(eventOf(recordId).id, 'cdp');
  return {
    clock,
    table,
    sent,
    add: async (recordId: string) => {
      await table.put(eventItem(eventOf(recordId), { amountText: undefined, destinations: ['cdp'] }, clock.now()));
      await table.put(deliveryItem(eventOf(recordId), 'cdp', 'webhook', clock.now()));
    },
    item: async (recordId: string) => workAttributes.parse(await table.get(keyOf(recordId))),
    abandon: (recordId: string) =>
      table.update(keyOf(recordId), {
        set: {
          state: 'sending',
          attempts: 1,
          claimOwner: 'gone:1',
          claimUntilMs: clock.now() + 1_000,
          silentClaims: 1,
        },
      }),
    ticks: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await clock.run(work());
        await clock.advance(60_000);
      }
    },
  };
};

describe('a destination that recognises an event by its id', () => {
  test('gets it again, under the same id, after an unclear end', async () => {
    const { add, ticks, item, sent } = await eventsBench(true, [timeout, ok]);
    await add('1');
    await ticks(2);
    expect(sent).toEqual([eventOf('1').id, eventOf('1').id]);
    expect(await item('1')).toMatchObject({ state: 'delivered' });
  });
});

describe('a destination that does not', () => {
  test('gets no repeat: after an unclear end the delivery waits for a person, and others go on', async () => {
    const { add, ticks, item, sent } = await eventsBench(false, [timeout, ok]);
    await add('1');
    await add('2');
    await ticks(3);
    expect(sent.sort()).toEqual([eventOf('1').id, eventOf('2').id]);
    const states = [await item('1'), await item('2')].map(({ state }) => state).sort();
    expect(states).toEqual(['delivered', 'unclear']);
  });

  test('nor after its worker died over the call', async () => {
    const { add, abandon, ticks, item, sent } = await eventsBench(false, [ok]);
    await add('1');
    await abandon('1');
    await ticks(2);
    expect(sent).toEqual([]);
    expect(await item('1')).toMatchObject({ state: 'unclear', reason: 'worker_lost', lane: 'attention#demo' });
  });

  test('is tried again when the first try cannot have reached it', async () => {
    const { add, ticks, item, sent } = await eventsBench(false, [unreachable, ok]);
    await add('1');
    await ticks(2);
    expect(sent).toHaveLength(2);
    expect(await item('1')).toMatchObject({ state: 'delivered' });
  });

  test('gets it once more when a person re-runs it', async () => {
    const { add, ticks, item, sent, table, clock } = await eventsBench(false, [timeout, ok]);
    await add('1');
    await ticks(1);
    await rerun(table, [await item('1')], clock.now());
    await ticks(1);
    expect(sent).toHaveLength(2);
    expect(await item('1')).toMatchObject({ state: 'delivered' });
  });
});
