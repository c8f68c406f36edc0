import { describe, expect, test } from '@jest/globals';
import { moduleNamed } from '../../../../../infra/local/sandbox/crm/modules.ts';
import type { Written } from '../../../../../infra/local/sandbox/crm/write-records.ts';
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
const setUp = () => {
  const open: Array<{ id: string; answer: (outcome: Response | Error) => void }> = [];
  const fetch: typeof globalThis.fetch = (_, init) =>
    new Promise((resolve, reject) => {
      open.push({
        id: String(init?.body),
        answer: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
      });
    });
  const deliveries = createDeliveries({ now: () => 1_000, fetch });
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
