import { describe, expect, jest, test } from '@jest/globals';
import { moduleNamed } from '../../../../../infra/local/sandbox/crm/modules.ts';
import type { Written } from '../../../../../infra/local/sandbox/crm/write-records.ts';
import { createSettings, type SettingsWish } from '../../../../../infra/local/sandbox/settings.ts';
import { createDeliveries } from '../../../../../infra/local/sandbox/webhooks/deliveries.ts';
import type { Webhook } from '../../../../../infra/local/sandbox/webhooks/webhook.ts';

const leads = moduleNamed('Leads');
const webhook: Webhook = {
  module: 'Leads',
  url: 'https://hooks.example.com/h?api_key=k',
  when: 'create_or_edit',
  type: 'raw',
  body: '${!Leads.Id}',
  headers: {},
};
const written = (id: string): Written => ({
  when: 'create',
  module: leads,
  record: { id, createdAtMs: 0, modifiedAtMs: 0, converted: false, values: {} },
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A receiver whose answers the test gives. */
const setUp = (wish: SettingsWish = {}) => {
  const open: Array<{ id: string; answer: (outcome: Response | Error) => void }> = [];
  const fetch: typeof globalThis.fetch = (_, init) =>
    new Promise((resolve, reject) => {
      open.push({
        id: String(init?.body),
        answer: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
      });
    });
  const deliveries = createDeliveries({ now: () => 1_000, fetch, settings: createSettings(wish).now });
  const send = (...ids: string[]) => deliveries.prepare([webhook], ids.map(written))();
  return { deliveries, open, send };
};

describe('webhooks that are sent', () => {
  test('are those of one record after each other, those of others meanwhile', async () => {
    const { open, send } = setUp();
    send('1', '1', '2');
    expect(open.map(({ id }) => id)).toEqual(['1', '2']);
    open[0]?.answer(new Response());
    await settle();
    expect(open.map(({ id }) => id)).toEqual(['1', '2', '1']);
  });

  test('are at most twenty-five at once', async () => {
    const { open, send } = setUp();
    send(...Array.from({ length: 30 }, (_, index) => String(index)));
    expect(open).toHaveLength(25);
    open[0]?.answer(new Response());
    await settle();
    expect(open).toHaveLength(26);
  });

  test('are remembered with how they ended, newest first, and without the query', async () => {
    const { deliveries, open, send } = setUp();
    send('1', '2', '3');
    open[0]?.answer(new Response(null, { status: 204 }));
    await settle();
    open[1]?.answer(Object.assign(new Error(), { name: 'TimeoutError' }));
    await settle();
    open[2]?.answer(new TypeError('fetch failed'));
    await settle();
    expect(deliveries.newest(2).map(({ recordId, outcome }) => [recordId, outcome])).toEqual([
      ['3', 'network'],
      ['2', 'timeout'],
    ]);
    expect(deliveries.newest(3)[2]).toMatchObject({
      atMs: 1_000,
      module: 'Leads',
      url: 'https://hooks.example.com/h',
      outcome: 204,
    });
    deliveries.clear();
    expect(deliveries.newest(3)).toEqual([]);
  });

  test('carry the values of the moment they were prepared', () => {
    const { deliveries, open } = setUp();
    const change = written('1');
    const fire = deliveries.prepare([{ ...webhook, body: '${Leads.City}' }], [change]);
    expect(open).toHaveLength(0);
    change.record.values.City = 'later';
    fire();
    expect(open.map(({ id }) => id)).toEqual(['']);
  });

  test('are as many as is set, side by side, and only then the next of the record', async () => {
    const { open, send } = setUp({ duplicate: 2 });
    send('1', '1');
    expect(open.map(({ id }) => id)).toEqual(['1', '1', '1']);
    open[0]?.answer(new Response());
    open[1]?.answer(new Response());
    await settle();
    expect(open).toHaveLength(3);
    open[2]?.answer(new Response());
    await settle();
    expect(open).toHaveLength(6);
  });

  test('are overtaken by the next one of the record when order is turned around', async () => {
    const { deliveries, open } = setUp({ reorder: true });
    const save = (id: string, city: string) => {
      const change = written(id);
      change.record.values.City = city;
      deliveries.prepare([{ ...webhook, body: '${!Leads.Id} ${Leads.City}' }], [change])();
    };
    save('1', 'first');
    save('2', 'other');
    expect(open).toHaveLength(0);
    save('1', 'second');
    open[0]?.answer(new Response());
    await settle();
    expect(open.map(({ id }) => id)).toEqual(['1 second', '1 first']);
    deliveries.clear();
  });

  test('do not wait for a next one that does not come', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { open, send } = setUp({ reorder: true });
    send('1');
    jest.advanceTimersByTime(999);
    expect(open).toHaveLength(0);
    jest.advanceTimersByTime(1);
    expect(open).toHaveLength(1);
    jest.useRealTimers();
  });

  test('are forgotten with the rest, held ones too', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { deliveries, open, send } = setUp({ reorder: true });
    send('1');
    deliveries.clear();
    jest.advanceTimersByTime(2_000);
    expect(open).toHaveLength(0);
    jest.useRealTimers();
  });

  test('end when the sandbox closes', async () => {
    const { deliveries, open, send } = setUp();
    send('1', '1');
    deliveries.close();
    open[0]?.answer(new TypeError('aborted'));
    await settle();
    expect(open).toHaveLength(1);
    expect(deliveries.newest(1)).toEqual([]);
  });
});
