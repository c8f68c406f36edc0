import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, idOf, startReceiver, startTestSandbox, until } from './client.ts';

afterEach(closeAll);

const parameters = {
  lead_id: '${Leads.Lead Id}',
  cdp_id: '${Leads.CDP ID}',
  lead_status: '${Leads.Lead Status}',
  annual_revenue: '${Leads.Annual Revenue}',
  modified_by: '${Leads.Modified By}',
};

const setUp = async (
  when: 'create' | 'edit' | 'create_or_edit' = 'create_or_edit',
  receiver?: Parameters<typeof startReceiver>[0],
) => {
  const sandbox = await startTestSandbox();
  const { url, received } = await startReceiver(receiver);
  const { crm } = await sandbox.connect();
  const put = (...webhooks: object[]) => sandbox.control('PUT', 'webhooks', webhooks);
  await put({
    module: 'Leads',
    url: `${url}/hook?api_key=ll_x`,
    when,
    type: 'form_data',
    parameters,
    headers: { 'x-rule': 'leads' },
  });
  const statuses = () => received.map(({ body }) => new URLSearchParams(body).get('lead_status'));
  return { ...sandbox, crm, put, url, received, statuses };
};
/** Long enough for a webhook that must not come. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('a workflow webhook', () => {
  test('arrives urlencoded, with the values as they were written', async () => {
    const { crm, received } = await setUp();
    const id = idOf(
      await crm('POST', 'Leads', {
        data: [{ Last_Name: 'A', Lead_Status: 'Pre-Qualified', Annual_Revenue: 1250.5, CDP_ID: 'v 81&' }],
      }),
    );
    await until(() => received.length === 1);
    const [call] = received;
    expect(call?.path).toBe('/hook?api_key=ll_x');
    expect(call?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded', 'x-rule': 'leads' });
    expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({
      lead_id: id,
      cdp_id: 'v 81&',
      lead_status: 'Pre-Qualified',
      annual_revenue: '1250.5',
      modified_by: 'Ops User',
    });
  });

  test('arrives as raw JSON, made from the template', async () => {
    const { crm, put, url, received } = await setUp();
    await put({
      module: 'Deals',
      url,
      when: 'edit',
      type: 'raw',
      body: '{"deal_id":"${!Deals.Id}","stage":"${Deals.Stage}","amount":"${Deals.Amount}"}',
      headers: {},
    });
    const id = idOf(await crm('POST', 'Deals', { data: [{ Deal_Name: 'A', Stage: 'Qualification' }] }));
    await crm('PUT', 'Deals', { data: [{ id, Stage: 'Closed Won', Amount: 1000 }] });
    await until(() => received.length === 1);
    expect(received[0]?.headers['content-type']).toBe('application/json');
    expect(received[0]?.body).toBe(`{"deal_id":"${id}","stage":"Closed Won","amount":"1000"}`);
  });

  test.each<['create' | 'edit' | 'create_or_edit', Array<string | null>]>([
    ['create', ['New']],
    ['edit', ['Changed', 'Again']],
    ['create_or_edit', ['New', 'Changed', 'Again']],
  ])('set to %s fires then', async (when, expected) => {
    const { crm, statuses } = await setUp(when);
    const id = idOf(
      await crm('POST', 'Leads', { data: [{ Last_Name: 'A', Email: 'a@example.com', Lead_Status: 'New' }] }),
    );
    await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Changed' }] });
    await crm('POST', 'Leads/upsert', { data: [{ Email: 'a@example.com', Lead_Status: 'Again' }] });
    await until(() => statuses().length >= expected.length);
    await quiet();
    expect(statuses()).toEqual(expected);
  });

  test('without a word about when, fires on create and on edit', async () => {
    const { crm, put, url, statuses } = await setUp();
    const rule = await put({ module: 'Leads', url, type: 'form_data', parameters });
    expect(JSON.parse(rule.text)).toMatchObject([{ when: 'create_or_edit' }]);
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', Lead_Status: 'New' }] }));
    await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Changed' }] });
    await until(() => statuses().length >= 2);
    expect(statuses()).toEqual(['New', 'Changed']);
  });

  test('fires for edits that change nothing', async () => {
    const { crm, statuses } = await setUp('edit');
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', Lead_Status: 'Contacted' }] }));
    for (let times = 0; times < 2; times += 1)
      await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: 'Contacted' }] });
    await until(() => statuses().length === 2);
  });

  test.each<[string, string[], number]>([
    ['nothing runs with an empty trigger', [], 0],
    ['nothing runs when others are named', ['approval', 'blueprint'], 0],
    ['rules run when they are named', ['approval', 'workflow'], 1],
  ])('%s', async (_, trigger, count) => {
    const { crm, received } = await setUp();
    await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }], trigger });
    await until(() => received.length === count);
    await quiet();
    expect(received).toHaveLength(count);
  });

  test('fires for each record that was written and for none that failed', async () => {
    const { crm, received, statuses } = await setUp();
    const reply = await crm('POST', 'Leads', {
      data: [{ Last_Name: 'A', Lead_Status: '1' }, { Lead_Status: '2' }, { Last_Name: 'C', Lead_Status: '3' }],
    });
    expect(reply.status).toBe(207);
    await until(() => received.length === 2);
    await quiet();
    expect(statuses().sort()).toEqual(['1', '3']);
  });

  test("keeps one record's order, each sent once the one before was answered", async () => {
    const { crm, received, statuses } = await setUp('edit', { delayMs: 40 });
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] }));
    for (const status of ['1', '2', '3', '4', '5'])
      await crm('PUT', `Leads/${id}`, { data: [{ Lead_Status: status }] });
    await until(() => received.length === 5);
    expect(statuses()).toEqual(['1', '2', '3', '4', '5']);
    expect((received[4]?.atMs ?? 0) - (received[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(4 * 35);
  });

  test('leaves after the answer', async () => {
    const { crm, received } = await setUp('create', { delayMs: 2_000 });
    const startedAt = Date.now();
    await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] });
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    await until(() => received.length === 1);
  });

  test('is sent once even if it fails, and shown without its query', async () => {
    const { crm, call, put, url, received } = await setUp('create', { status: 500 });
    await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] });
    await until(async () => (await call('GET', '/')).text.includes(`→ ${url}/<wbr>hook</td>`));
    await quiet();
    expect(received).toHaveLength(1);
    const { text } = await call('GET', '/');
    expect(text).not.toContain('ll_x');
    expect(text).toContain('<td class="bad">500</td>');
    await put({ module: 'Leads', url: 'http://127.0.0.1:1/', when: 'create', type: 'raw', body: '' });
    await crm('POST', 'Leads', { data: [{ Last_Name: 'B' }] });
    await until(async () => (await call('GET', '/')).text.includes('<td class="bad">network</td>'));
  });
});

describe('the list of webhooks', () => {
  test('is what was put', async () => {
    const { control, put } = await setUp();
    const rules = [
      {
        module: 'Leads',
        url: 'http://127.0.0.1:1/a',
        when: 'edit',
        type: 'form_data',
        parameters: [{ name: 'a', value: '${Leads.Email}' }],
        headers: { 'x-a': '1' },
      },
      { module: 'Deals', url: 'https://hooks.example.com/b', when: 'create', type: 'raw', body: '{}', headers: {} },
    ];
    expect((await put(...rules)).status).toBe(200);
    expect(JSON.parse((await control('GET', 'webhooks')).text)).toEqual(rules);
    await put();
    expect((await control('GET', 'webhooks')).text).toBe('[]');
  });

  test.each([
    { module: 'Leads', url: 'http://127.0.0.1/', when: 'sometimes', type: 'raw', body: '' },
    { module: 'Campaigns', url: 'http://127.0.0.1/', when: 'edit', type: 'raw', body: '' },
    { module: 'Leads', url: 'http://127.0.0.1/', when: 'edit', type: 'raw' },
    { module: 'Leads', url: 'http://127.0.0.1/', when: 'edit', type: 'form_data', body: '' },
    { module: 'Leads', url: 'nowhere', when: 'edit', type: 'raw', body: '' },
  ])('refuses %j and keeps the old one', async (rule) => {
    const { control, put } = await setUp();
    const before = (await control('GET', 'webhooks')).text;
    expect((await put(rule)).status).toBe(400);
    expect((await control('GET', 'webhooks')).text).toBe(before);
  });

  test('takes addresses on this machine only where that is wanted', async () => {
    const { control } = await startTestSandbox({ allowLoopbackWebhooks: false });
    const { status, body } = await control('PUT', 'webhooks', [
      { module: 'Leads', url: 'http://127.0.0.1:4400/', when: 'edit', type: 'raw', body: '' },
    ]);
    expect([status, body]).toMatchObject([
      400,
      { error: { code: 'bad_url', message: expect.stringContaining('please enter a valid URL') } },
    ]);
  });
});
