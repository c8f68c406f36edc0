import { describe, expect, test } from '@jest/globals';
import { STAGE } from '../../../infra/local/stack.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { destinationLane } from '../../../lib/work/lane-name.ts';
import { laneKey } from '../../../lib/work/work-item.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { loopClient } from './loop-client.ts';

const stack = useStack();

describe('status → event', () => {
  test('200 concurrent duplicates of one webhook are one event, delivered once', async () => {
    const { webhook, events } = loopClient(stack());
    const call = {
      lead_id: '5725767000000524157',
      cdp_id: 'v-200',
      lead_status: 'Pre-Qualified',
      annual_revenue: 'HK$ 1,000.00',
      modified_by: 'Ops',
    };
    const answers = await Promise.all(Array.from({ length: 200 }, () => webhook(call)));
    const outcomes = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { status: string }).status),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(outcomes.filter((one) => one === 'recorded')).toHaveLength(1);
    const ours = async () => (await events()).filter((event) => event.body.data.recordId === call.lead_id);
    await eventually(ours, (found) => found.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const found = await ours();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      id: 'demo-Leads-5725767000000524157-ConvertedLead-1',
      type: 'ConvertedLead',
      verified: true,
      attempts: 1,
      body: {
        data: {
          cdpId: 'v-200',
          amount: { value: '128.20', currency: 'USD', sourceValue: '1000.00', exchangeRate: '0.1282' },
        },
      },
    });
  });

  test('a status set in Zoho comes back through its workflow as one event, a second save as none', async () => {
    const { post, leads, editLead, events } = loopClient(stack());
    await post({ email: 'status@example.com', last_name: 'Status', cdp_id: 'v-status' });
    const found = await eventually(leads, (all) => all.some(({ Email }) => Email === 'status@example.com'));
    const id = found.find(({ Email }) => Email === 'status@example.com')?.id ?? '';
    await editLead(id, { Lead_Status: 'Pre-Qualified', Annual_Revenue: 2500.5 });
    await editLead(id, { Lead_Status: 'Pre-Qualified', Annual_Revenue: 2500.5 });
    const ours = async () => (await events()).filter((event) => event.body.data.recordId === id);
    const [event] = await eventually(ours, (all) => all.length > 0);
    expect(event).toMatchObject({
      type: 'ConvertedLead',
      body: { data: { cdpId: 'v-status', amount: { value: '320.56' } } },
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await ours()).toHaveLength(1);
  });

  test('a receiver that fails for a while gets the event once it is back, under the same id', async () => {
    const { webhook, events } = loopClient(stack());
    const { inbox } = stack().addresses;
    await fetch(`${inbox}/inbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 503, times: 1 }),
    });
    await webhook({ lead_id: '5725767000000777001', cdp_id: 'v-503', lead_status: 'Contacted' });
    const ours = async () =>
      (await events()).filter((event) => event.body.data.recordId === '5725767000000777001' && event.verified);
    const [event] = await eventually(ours, (all) => all.length > 0, 20_000);
    expect(event).toMatchObject({ id: 'demo-Leads-5725767000000777001-LeadContacted-1', type: 'LeadContacted' });
  });

  test('an event whose destination has no lane any more gets one, and is delivered', async () => {
    const { addresses, records, secrets } = stack();
    const acme = sourceSchema.parse({
      id: 'laneless',
      webhook: { exchangeRate: '1', currency: 'USD' },
      destinations: { main: { type: 'webhook', url: `${addresses.inbox}/hooks/laneless` } },
    });
    const deps = { table: records, secrets, stage: STAGE, now: Date.now, randomId };
    const { apiKey = '' } = await applySource(acme, deps);
    await records.delete(laneKey(destinationLane('laneless', 'main')));
    const query = new URLSearchParams({ api_key: apiKey });
    await fetch(`${addresses.gateway}/sources/laneless?${query}`, {
      method: 'POST',
      body: new URLSearchParams({ lead_id: '77003', cdp_id: 'v', lead_status: 'Contacted' }),
    });
    const { events } = loopClient(stack());
    await eventually(events, (found) => found.some(({ id }) => id === 'laneless-Leads-77003-LeadContacted-1'));
    expect(await records.get(laneKey(destinationLane('laneless', 'main')))).toMatchObject({ state: 'open' });
  });
});
