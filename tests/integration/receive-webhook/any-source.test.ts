import { expect, test } from '@jest/globals';
import { STAGE } from '../../../infra/local/stack.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { loopClient } from '../loop/loop-client.ts';

const stack = useStack({ connect: false });

/** Applies a source beside the demo one, as an operator does while the stack runs; its key is the answer. */
const apply = async (id: string, hook: string): Promise<string> => {
  const { addresses, records, secrets } = stack();
  const source = sourceSchema.parse({
    id,
    webhook: { exchangeRate: '1', currency: 'USD' },
    destinations: { main: { type: 'webhook', url: `${addresses.inbox}/hooks/${hook}` } },
  });
  const { apiKey } = await applySource(source, { table: records, secrets, stage: STAGE, now: Date.now, randomId });
  return apiKey ?? '';
};

const call = (source: string, apiKey: string, body: BodyInit): Promise<Response> =>
  fetch(`${stack().addresses.gateway}/sources/${source}?${new URLSearchParams({ api_key: apiKey })}`, {
    method: 'POST',
    body,
  });

test('a webhook sent as multipart form data is recorded by what deploys', async () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ lead_id: '77001', cdp_id: 'v-é', lead_status: 'Contacted' }))
    form.append(name, value);
  const answer = await call('demo', stack().demo.apiKey, form);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'recorded' });
});

test.each([
  ['own', 'own'],
  ['guest', 'demo'],
])('the inbox verifies the events of a source that was applied later (%s, sent to /hooks/%s)', async (id, hook) => {
  const apiKey = await apply(id, hook);
  await call(id, apiKey, new URLSearchParams({ lead_id: '77002', cdp_id: 'v', lead_status: 'Contacted' }));
  const { events } = loopClient(stack());
  const ours = async () => (await events()).filter((event) => event.id.startsWith(`${id}-`));
  const [event] = await eventually(ours, (found) => found.length > 0);
  expect(event).toMatchObject({ id: `${id}-Leads-77002-LeadContacted-1`, verified: true, attempts: 1 });
});
