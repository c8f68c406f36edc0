import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { rerun } from '../../../lib/work/rerun.ts';
import { submissionKey, type WorkItem, workAttributes } from '../../../lib/work/work-item.ts';
import { eventually, useStack } from '../../support/stack.ts';
import { idOf, type Reply, sandboxClient } from '../sandbox/client.ts';
import { loopClient } from './loop-client.ts';

const stack = useStack();

const fields = { Email: 'email', Last_Name: 'last_name', Company: 'company', CDP_ID: 'cdp_id', Description: 'message' };
const form = { fields, duplicateCheckFields: ['Email'], gather: '0s' };
/** A second site of the demo's client: it shares the connection. */
const source = sourceSchema.parse({
  id: 'returning',
  connection: 'demo',
  forms: {
    tracking: { ...form, ifExists: { update_only: ['CDP_ID'] } },
    skip: { ...form, ifExists: 'skip' },
    contact: { ...form, onConverted: 'contact' },
    note: { ...form, onConverted: 'deal_note' },
    keyed: { ...form, fields: { ...fields, External_Key: 'key' } },
  },
});

let crm: (method: string, path: string, body?: unknown) => Promise<Reply>;
beforeAll(async () => {
  const { records, secrets, addresses, sandbox, demo } = stack();
  await applySource(sourceSchema.parse({ ...source, zoho: { accountsUrl: addresses.sandbox } }), {
    table: records,
    secrets,
    stage: 'local',
    now: Date.now,
    randomId,
  });
  expect(demo.apiKey).not.toBe('');
  crm = (await sandboxClient(sandbox).connect()).crm;
});

const records = z.array(z.record(z.string(), z.unknown()));
const read = async (path: string): Promise<Array<Record<string, unknown>>> => {
  const reply = await crm('GET', path);
  return reply.status === 204 ? [] : records.parse(reply.body.data);
};
const lead = async (values: Record<string, unknown>): Promise<string> =>
  idOf(await crm('POST', 'Leads', { data: [values], trigger: [] }));

const submissionOnce = (id: string, isWanted: (item: WorkItem) => boolean) =>
  eventually(
    async () => workAttributes.safeParse(await stack().records.get(submissionKey(id))).data,
    (item) => item !== undefined && isWanted(item),
  );
const isOver = ({ state }: WorkItem): boolean =>
  ['delivered', 'ignored', 'rejected', 'dead', 'unclear'].includes(state);

const submit = async (formName: string, values: Record<string, string>): Promise<string> => {
  const answer = await loopClient(stack()).post(values, { source: 'returning', form: formName });
  expect(answer.status).toBe(202);
  return z.object({ id: z.string() }).parse(await answer.json()).id;
};

/** Posts a form and waits until its submission is over. */
const post = async (formName: string, values: Record<string, string>) =>
  submissionOnce(await submit(formName, values), isOver);

const convert = async (leadId: string, withDeal: boolean) => {
  const deal = { Deal_Name: 'Example', Closing_Date: '2027-01-31', Stage: 'Qualification' };
  const reply = await crm('POST', `Leads/${leadId}/actions/convert`, { data: [withDeal ? { Deals: deal } : {}] });
  const [item] = z
    .array(
      z.object({
        details: z.object({ Contacts: z.object({ id: z.string() }), Deals: z.nullish(z.object({ id: z.string() })) }),
      }),
    )
    .parse(reply.body.data);
  return { contactId: item?.details.Contacts.id ?? '', dealId: item?.details.Deals?.id ?? '' };
};

describe('a person Zoho knows', () => {
  test('gets the tracking fields only, and a salesperson’s work on the others stays', async () => {
    const id = await lead({ Last_Name: 'Kim', Email: 'kim@example.com', Company: 'As the salesperson wrote it' });
    const item = await post('tracking', { email: 'KIM@example.com', last_name: 'K', company: 'other', cdp_id: 'v-1' });
    expect(item).toMatchObject({ state: 'delivered', zohoId: id, zohoAction: 'update', writtenFields: ['CDP_ID'] });
    const [now] = await read(`Leads/${id}`);
    expect(now).toMatchObject({ Last_Name: 'Kim', Company: 'As the salesperson wrote it', CDP_ID: 'v-1' });
  });

  test('is left alone where the form skips, and a new person becomes a lead', async () => {
    const id = await lead({ Last_Name: 'Lee', Email: 'lee@example.com' });
    expect(await post('skip', { email: 'lee@example.com', last_name: 'Other' })).toMatchObject({
      state: 'ignored',
      reason: 'exists',
      zohoId: id,
    });
    expect((await read(`Leads/${id}`))[0]).toMatchObject({ Last_Name: 'Lee' });
    expect(await post('skip', { email: 'new@example.com', last_name: 'New' })).toMatchObject({ state: 'delivered' });
  });
});

describe('a returning customer', () => {
  test('whose lead was converted is changed as a Contact, and makes no new lead', async () => {
    const id = await lead({ Last_Name: 'Wong', Email: 'wong@example.com', Company: 'Example Ltd' });
    const { contactId } = await convert(id, false);
    const item = await post('contact', { email: 'wong@example.com', last_name: 'Wong', company: 'x', cdp_id: 'v-7' });
    expect(item).toMatchObject({ state: 'delivered', zohoId: contactId, zohoModule: 'Contacts' });
    expect((await read(`Contacts/${contactId}`))[0]).toMatchObject({ CDP_ID: 'v-7' });
    expect((await read('Leads?fields=Email&per_page=200')).filter(({ Email }) => Email === 'wong@example.com')).toEqual(
      [],
    );
  });

  test('leaves a note on the deal, once, although the answer to the first try was lost', async () => {
    const id = await lead({ Last_Name: 'Chan', Email: 'chan@example.com', Company: 'Example Ltd' });
    const { dealId } = await convert(id, true);
    await loopClient(stack()).fault({ path: '/crm/v8/Notes', drop: 'after', times: 1 });
    const post = { email: 'chan@example.com', last_name: 'Chan', message: 'I want another one' };
    const submissionId = await submit('note', post);
    const inDoubt = ({ state, maybeSentAtMs }: WorkItem) => state === 'pending' && maybeSentAtMs !== undefined;
    await submissionOnce(submissionId, inDoubt);
    // Some minutes later: Zoho shows by now what it has stored.
    await stack().records.update(submissionKey(submissionId), { set: { maybeSentAtMs: Date.now() - 5 * 60_000 } });
    const waiting = await submissionOnce(submissionId, inDoubt);
    await rerun(stack().records, waiting === undefined ? [] : [waiting], Date.now());
    const item = await submissionOnce(submissionId, isOver);
    expect(item).toMatchObject({ state: 'delivered', zohoId: dealId, zohoModule: 'Deals', zohoAction: 'note' });
    const notes = await read(`Deals/${dealId}/Notes?fields=Note_Title,Note_Content`);
    expect(notes.map(({ Note_Content }) => String(Note_Content))).toEqual([
      expect.stringContaining('Description: I want another one'),
    ]);
  });
});

describe('a record that is there already by another unique value', () => {
  test('is changed, instead of leaving the submission to a person', async () => {
    const owner = await lead({ Last_Name: 'Owner', Email: 'old@example.com', External_Key: 'k-1' });
    await lead({ Last_Name: 'Other', Email: 'two@example.com', External_Key: 'k-2' });
    const item = await post('keyed', { email: 'two@example.com', last_name: 'Two', key: 'k-1', cdp_id: 'v-9' });
    expect(item).toMatchObject({ state: 'delivered', zohoId: owner, zohoAction: 'update' });
  });
});

describe('an older post that is sent again', () => {
  test('leaves what the same person has written since, though on another site of the client', async () => {
    const details = { api_name: 'Company', maximum_length: 200 };
    const refusal = { code: 'INVALID_DATA', details, message: 'invalid data', status: 'error' };
    await loopClient(stack()).fault({ path: '/crm/v8/Leads/upsert', times: 1, status: 400, body: { data: [refusal] } });
    const older = await post('keyed', { email: 'mo@example.com', last_name: 'Mo', company: 'Old', message: 'first' });
    expect(older).toMatchObject({ state: 'rejected', reason: 'INVALID_DATA' });

    const newer = { email: 'MO@example.com', last_name: 'Mo Yung', company: 'New' };
    const answer = await loopClient(stack()).post(newer);
    const { id } = z.object({ id: z.string() }).parse(await answer.json());
    const { zohoId } = z.looseObject({ zohoId: z.string() }).parse(await submissionOnce(id, isOver));

    await rerun(stack().records, older === undefined ? [] : [older], Date.now());
    const late = await submissionOnce(older?.id ?? '', ({ state }) => state === 'delivered');
    expect(late).toMatchObject({ zohoId, writtenFields: ['Email', 'Description'] });
    expect((await read(`Leads/${zohoId}`))[0]).toMatchObject({
      Last_Name: 'Mo Yung',
      Company: 'New',
      Description: 'first',
    });
  });
});
