import { beforeEach, describe, expect, test } from '@jest/globals';
import type { InboxEvent } from '../../../infra/local/demo/receivers.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { loopClient } from './loop-client.ts';

const stack = useStack({ connect: false });

/** Zoho as the settings make it, a salesperson who edits leads there, and what the client's receiver gets of it. */
const createLoop = () => {
  const { addresses, records, secrets } = stack();
  const { crm, events } = loopClient(stack());
  const put = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${addresses.sandbox}/sandbox/${path}`, { method: 'PUT', body: JSON.stringify(body) });
    expect(response.status).toBe(200);
  };
  return {
    settings: (wish: Record<string, unknown>) => put('settings', wish),
    /** Points the one workflow rule at a source of its own, whose money is written in this way. */
    source: async (id: string, amountFormat = '1,234.50') => {
      const source = sourceSchema.parse({
        id,
        zoho: { accountsUrl: addresses.sandbox },
        webhook: { amountFormat, exchangeRate: '0.1282', currency: 'USD' },
        destinations: { inbox: { type: 'webhook', url: `${addresses.inbox}/hooks/${id}` } },
      });
      const deps = { table: records, secrets, stage: 'local', now: Date.now, randomId };
      const { apiKey = '' } = await applySource(source, deps);
      const parameters = {
        lead_id: '${Leads.Lead Id}',
        cdp_id: '${Leads.CDP ID}',
        lead_status: '${Leads.Lead Status}',
        annual_revenue: '${Leads.Annual Revenue}',
        modified_by: '${Leads.Modified By}',
      };
      const url = `${addresses.gateway}/sources/${id}?${new URLSearchParams({ api_key: apiKey })}`;
      await put('webhooks', [{ module: 'Leads', url, when: 'create_or_edit', type: 'form_data', parameters }]);
    },
    newLead: async (values: Record<string, unknown>): Promise<string> => {
      const answer = await crm('/Leads', {
        method: 'POST',
        body: JSON.stringify({ data: [{ Last_Name: 'A', ...values }] }),
      });
      return (answer as { data: Array<{ details: { id: string } }> }).data[0]?.details.id ?? '';
    },
    edit: (id: string, values: Record<string, unknown>) =>
      crm('/Leads', { method: 'PUT', body: JSON.stringify({ data: [{ id, ...values }] }) }),
    /** Answers of the receiving function to the lead's webhooks, as the CRM screen lists them. */
    answered: async (id: string): Promise<number> =>
      (await (await fetch(addresses.sandbox)).text())
        .replaceAll('<wbr>', '')
        .match(new RegExp(`Leads ${id} → [^<]*</td>\\s*<td class="good">200`, 'g'))?.length ?? 0,
    eventsOf: async (id: string): Promise<InboxEvent[]> =>
      (await events()).filter(({ body }) => body.data.recordId === id),
  };
};
let made: ReturnType<typeof createLoop> | undefined;
/** One for all tests: a salesperson logs in once, and Zoho takes only ten codes in ten minutes. */
const loop = () => (made ??= createLoop());

/** The lead's events, so many or more, once a later one of the same source has arrived: a lane sends the oldest first. */
const allEventsOf = async (id: string, atLeast = 1): Promise<InboxEvent[]> => {
  const { newLead, eventsOf, settings } = loop();
  await settings({});
  const last = await newLead({ Lead_Status: 'Contacted', CDP_ID: 'v-last' });
  await eventually(
    () => eventsOf(last),
    (found) => found.length > 0,
  );
  return eventually(
    () => eventsOf(id),
    (found) => found.length >= atLeast,
  );
};

beforeEach(() => loop().settings({}));

describe('an empty field', () => {
  test.each([
    ['', 'empty'],
    ['null', 'null'],
    ['-None-', 'none'],
    ['${…}', 'unresolved'],
  ])('that arrives as %j: no visitor, no event; no revenue, no amount', async (emptyAs, name) => {
    const { settings, source, newLead, edit, answered } = loop();
    await source(`empty-${name}`);
    await settings({ emptyAs });
    const id = await newLead({ Lead_Status: 'Pre-Qualified' });
    await eventually(
      () => answered(id),
      (count) => count === 1,
    );
    // The visitor becomes known later, the status stays: it still counts.
    await edit(id, { CDP_ID: 'v-late' });
    await eventually(
      () => answered(id),
      (count) => count === 2,
    );
    const events = await allEventsOf(id);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'ConvertedLead', body: { data: { cdpId: 'v-late' } } });
    expect(events[0]?.body.data).not.toHaveProperty('amount');
    expect(events[0]?.body.data).not.toHaveProperty('amountProblem');
  });
});

describe('money', () => {
  test.each([
    ['1000', '1234.50', 'plain', '1234567.5'],
    ['1,000.00', '1,234.50', 'comma', '1234567.50'],
    ['HK$ 1,000.00', '1,234.50', 'symbol', '1234567.50'],
    ['1.000,00', '1.234,50', 'dot', '1234567.50'],
    ['1 000,00', '1 234,50', 'blank', '1234567.50'],
  ])('written as %s, read by a source that says %s, is exact', async (moneyFormat, amountFormat, name, sourceValue) => {
    const { settings, source, newLead, eventsOf } = loop();
    await source(`money-${name}`, amountFormat);
    await settings({ moneyFormat });
    const id = await newLead({ Lead_Status: 'Pre-Qualified', CDP_ID: 'v-1', Annual_Revenue: 1234567.5 });
    const [event] = await eventually(
      () => eventsOf(id),
      (found) => found.length > 0,
    );
    // 1,234,567.5 × 0.1282 = 158,271.5535
    const amount = { value: '158271.55', currency: 'USD', sourceValue, exchangeRate: '0.1282' };
    expect(event?.body.data.amount).toEqual(amount);
  });

  test('in another form than the source says is no amount, rather than a wrong one', async () => {
    const { settings, source, newLead, eventsOf } = loop();
    await source('money-other', '1,234.50');
    await settings({ moneyFormat: '1.000,00' });
    const id = await newLead({ Lead_Status: 'Pre-Qualified', CDP_ID: 'v-1', Annual_Revenue: 1234567.5 });
    const [event] = await eventually(
      () => eventsOf(id),
      (found) => found.length > 0,
    );
    expect(event?.body.data).not.toHaveProperty('amount');
    expect(event?.body.data).toMatchObject({ amountProblem: expect.any(String) });
  });
});

describe('Zoho’s deliveries', () => {
  test('that come four times at once are one event, delivered once', async () => {
    const { settings, source, newLead, answered } = loop();
    await source('doubled');
    await settings({ duplicate: 3 });
    const id = await newLead({ Lead_Status: 'Contacted', CDP_ID: 'v-1' });
    await eventually(
      () => answered(id),
      (count) => count === 4,
    );
    const events = await allEventsOf(id);
    expect(events.map(({ type, attempts }) => [type, attempts])).toEqual([['LeadContacted', 1]]);
  });

  test('in the wrong order and doubled count each status once', async () => {
    const { settings, source, newLead, edit, answered } = loop();
    await source('reordered');
    const id = await newLead({ CDP_ID: 'v-1' });
    await eventually(
      () => answered(id),
      (count) => count === 1,
    );
    await settings({ reorder: true, duplicate: true });
    for (const status of ['Contacted', 'Pre-Qualified', 'Contacted', 'Lost Lead'])
      await edit(id, { Lead_Status: status });
    await eventually(
      () => answered(id),
      (count) => count === 1 + 4 * 2,
    );
    const events = await allEventsOf(id, 3);
    // The first two swapped places, and so did the last two; the second Contacted is no news.
    expect(events.map(({ type }) => type).sort()).toEqual(['ConvertedLead', 'LeadContacted', 'LostLead']);
  });
});
