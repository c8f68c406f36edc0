import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { idOf, itemsOf, type Reply, sandboxClient } from '../sandbox/client.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';

let world: FaultWorld;
let crm: (method: string, path: string, body?: unknown) => Promise<Reply>;
beforeEach(async () => {
  world = await startFaultWorld({ onConverted: 'deal_note' });
  crm = (await sandboxClient(world.sandbox).connect()).crm;
});
afterEach(() => world.close());

/** Somebody whose lead was converted; the deal of it. */
const customer = async (email: string): Promise<string> => {
  const lead = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'Chan', Email: email, Company: 'Example' }] }));
  const deal = { Deal_Name: 'Example', Closing_Date: '2027-01-31', Stage: 'Qualification' };
  const converted = await crm('POST', `Leads/${lead}/actions/convert`, { data: [{ Deals: deal }] });
  const { Deals } = itemsOf(converted)[0]?.details ?? {};
  return (Deals as { id: string }).id;
};
const notesOf = async (deal: string): Promise<number> => {
  const { status, body } = await crm('GET', `Deals/${deal}/Notes?fields=Note_Content`);
  return status === 204 ? 0 : (body.data as unknown[]).length;
};

test('without the scope for notes a customer’s post waits visibly, leads go on, and a reconnect and a re-run bring it', async () => {
  const deal = await customer('kim@example.com');
  await world.connect({ scope: 'ZohoCRM.modules.leads.ALL,ZohoCRM.modules.contacts.ALL,ZohoCRM.coql.READ' });
  const [kim, lee] = [await world.lead('kim@example.com'), await world.lead('lee@example.com')];
  await world.serve();
  expect(await world.submission(lee)).toMatchObject({ state: 'delivered', zohoAction: 'insert', warnings: [] });
  expect(await world.submission(kim)).toMatchObject({
    state: 'rejected',
    reason: 'notes_not_permitted',
    warnings: [{ field: 'Notes', needs: 'ZohoCRM.modules.notes.CREATE' }],
  });
  expect(await world.lane()).toMatchObject({ state: 'open' });

  await world.connect();
  await world.cli(`submissions rerun ${kim}`);
  await world.serve();
  expect(await world.submission(kim)).toMatchObject({
    state: 'delivered',
    zohoId: deal,
    zohoAction: 'note',
    warnings: [],
  });
  expect(await notesOf(deal)).toBe(1);
});

test('with the scope for leads alone every post becomes a lead, and says which scope would have told who is a customer', async () => {
  await world.connect({ scope: 'ZohoCRM.modules.leads' });
  const id = await world.lead('lee@example.com');
  await world.serve();
  expect(await world.submission(id)).toMatchObject({
    state: 'delivered',
    zohoAction: 'insert',
    warnings: [{ field: 'COQL', needs: 'ZohoCRM.coql.READ,ZohoCRM.modules.leads.READ' }],
  });
  expect(await world.leadsOf('lee@example.com')).toBe(1);
  expect(await world.lane()).toMatchObject({ state: 'open' });
  expect(await world.cli('source check demo')).toMatchObject({
    ok: true,
    warnings: [{ path: 'forms.contact.module', message: expect.stringContaining('ZohoCRM.settings.fields.READ') }],
  });
});
