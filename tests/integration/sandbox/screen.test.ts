import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, idOf, startReceiver, startTestSandbox, until } from './client.ts';

afterEach(closeAll);

const setUp = async () => {
  const sandbox = await startTestSandbox();
  const { crm } = await sandbox.connect();
  const screen = async () => (await sandbox.call('GET', '/')).text;
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    sandbox.call('POST', path, { body: new URLSearchParams(form), headers });
  return { ...sandbox, crm, screen, post };
};

describe('the CRM screen', () => {
  test('is a page that loads nothing from elsewhere and is framed by nobody', async () => {
    const { call } = await setUp();
    const { status, headers, text } = await call('GET', '/');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('<html lang="en">');
    expect(text).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/);
  });

  test('lists leads newest first, with hooks for each and everything escaped', async () => {
    const { crm, screen } = await setUp();
    const reply = await crm('POST', 'Leads', {
      data: [{ Last_Name: 'First' }, { Last_Name: '<b>Second</b>', Lead_Status: 'Contacted', Annual_Revenue: 1250.5 }],
    });
    const text = await screen();
    expect([...text.matchAll(/data-lead-id="(\d+)"/g)].map(([, id]) => id)).toEqual([idOf(reply, 1), idOf(reply, 0)]);
    expect(text).toContain('&lt;b&gt;Second&lt;/b&gt;');
    expect(text).not.toContain('<b>Second');
    expect(text).toContain('<option value="Contacted" selected>');
    expect(text).toContain('name="Annual_Revenue" value="1250.5"');
  });

  test('every control has a label of its own', async () => {
    const { crm, screen } = await setUp();
    await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }, { Last_Name: 'B' }] });
    await crm('POST', 'Deals', { data: [{ Deal_Name: 'A', Stage: 'Qualification' }] });
    const text = await screen();
    const controls = [...text.matchAll(/<(?:input|select|textarea) id="([^"]+)"/g)].map(([, id]) => id);
    const labels = [...text.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id);
    expect(controls.length).toBeGreaterThan(8);
    expect(new Set(controls).size).toBe(controls.length);
    expect(labels).toEqual(controls);
    expect(text.match(/<(?:input|select|textarea)\b/g)).toHaveLength(controls.length);
  });

  test('saves status and revenue, and comes back to the lead', async () => {
    const { crm, post } = await setUp();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', Email: 'a@example.com' }] }));
    const saved = await post(`/screen/leads/${id}`, { Lead_Status: 'Pre-Qualified', Annual_Revenue: '1,250.50' });
    expect([saved.status, saved.headers.get('location')]).toEqual([303, `/?done=saved#lead-${id}`]);
    const { body } = await crm('GET', `Leads/${id}`);
    expect(body.data).toMatchObject([{ Lead_Status: 'Pre-Qualified', Annual_Revenue: 1250.5, Email: 'a@example.com' }]);
    await post(`/screen/leads/${id}`, { Lead_Status: '', Annual_Revenue: '' });
    expect((await crm('GET', `Leads/${id}`)).body.data).toMatchObject([{ Lead_Status: null, Annual_Revenue: null }]);
  });

  test('keeps a status that is on no list', async () => {
    const { crm, screen } = await setUp();
    await crm('POST', 'Leads', { data: [{ Last_Name: 'A', Lead_Status: 'Own status' }] });
    expect(await screen()).toContain('<option value="Own status" selected>Own status</option>');
  });

  test('an edit there fires the workflow webhooks', async () => {
    const { crm, control, post } = await setUp();
    const { url, received } = await startReceiver();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] }));
    await control('PUT', 'webhooks', [
      { module: 'Leads', url, when: 'edit', type: 'raw', body: '${Leads.Lead Status}' },
      { module: 'Deals', url, when: 'create', type: 'raw', body: '${Deals.Deal Name} ${Deals.Stage}' },
    ]);
    await post(`/screen/leads/${id}`, { Lead_Status: 'Contacted', Annual_Revenue: '' });
    await until(() => received.length === 1);
    await post('/screen/deals', { Deal_Name: 'ABC', Stage: 'Qualification', Amount: '', CDP_ID: '' });
    await until(() => received.length === 2);
    expect(received.map(({ body }) => body)).toEqual(['Contacted', 'ABC Qualification']);
  });

  test('converts a lead: its deal is on the page, the webhooks leave, and it can be edited no more', async () => {
    const { crm, control, post, screen } = await setUp();
    const { url, received } = await startReceiver();
    const lead = { Last_Name: 'Chan', Company: '<ABC>', Email: 'a@example.com', CDP_ID: 'v-81' };
    const id = idOf(await crm('POST', 'Leads', { data: [lead] }));
    await control('PUT', 'webhooks', [
      { module: 'Leads', url, when: 'edit', type: 'raw', body: 'lead ${Leads.Lead Status} ${Leads.CDP ID}' },
      {
        module: 'Deals',
        url,
        when: 'create',
        type: 'raw',
        body: 'deal ${Deals.Stage} ${Deals.Amount} ${Deals.CDP ID}',
      },
    ]);
    await post(`/screen/leads/${id}`, { Lead_Status: 'Pre-Qualified', Annual_Revenue: '' });
    const wish = { Deal_Name: '<ABC>', Amount: '1,000', Stage: 'Qualification', Closing_Date: '2026-12-31' };
    const done = await post(`/screen/leads/${id}/convert`, wish);
    expect([done.status, done.headers.get('location')]).toEqual([303, `/?done=converted#lead-${id}`]);
    await until(() => received.length === 2);
    expect(received.map(({ body }) => body)).toEqual(['lead Pre-Qualified v-81', 'deal Qualification 1000 v-81']);

    const text = await screen();
    const deal = /data-deal-id="(\d+)"/.exec(text)?.[1];
    expect(text).toContain(`<a href="#deal-${deal}">Deal &lt;ABC&gt;</a>`);
    expect(text).not.toContain(`action="/screen/leads/${id}`);
    for (const path of [`/screen/leads/${id}`, `/screen/leads/${id}/convert`])
      expect((await post(path, { ...wish, Lead_Status: 'Contacted', Annual_Revenue: '' })).status).toBe(422);
    expect((await crm('GET', `Leads/${id}`)).body.data).toMatchObject([{ Lead_Status: 'Pre-Qualified' }]);
  });

  test('converts a lead without a deal when none is named', async () => {
    const { crm, post, screen } = await setUp();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'Chan' }] }));
    expect((await post(`/screen/leads/${id}/convert`, { Deal_Name: ' ' })).status).toBe(303);
    expect((await crm('GET', 'Deals?fields=Deal_Name')).status).toBe(204);
    expect(await screen()).toContain('<span class="fact">Contact Chan</span>');
  });

  test('creates deals and edits their stage and amount', async () => {
    const { crm, post, screen } = await setUp();
    expect(
      (await post('/screen/deals', { Deal_Name: 'ABC - 2026', Stage: 'Qualification', Amount: '500', CDP_ID: 'v-81' }))
        .status,
    ).toBe(303);
    const id = /data-deal-id="(\d+)"/.exec(await screen())?.[1] ?? '';
    expect((await post(`/screen/deals/${id}`, { Stage: 'Closed Won', Amount: '750' })).status).toBe(303);
    expect((await crm('GET', `Deals/${id}`)).body.data).toMatchObject([
      { Deal_Name: 'ABC - 2026', Stage: 'Closed Won', Amount: 750, Probability: 100, CDP_ID: 'v-81' },
    ]);
  });

  test.each<[string, string, Record<string, string>, number]>([
    ['a number that is none', '/screen/leads/ID', { Lead_Status: 'Contacted', Annual_Revenue: 'a lot' }, 422],
    ['too many digits', '/screen/leads/ID', { Lead_Status: 'Contacted', Annual_Revenue: '12345678901234567' }, 422],
    [
      'a lead that is gone',
      '/screen/leads/5725767000009999999',
      { Lead_Status: 'Contacted', Annual_Revenue: '1' },
      404,
    ],
    ['a deal without a name', '/screen/deals', { Deal_Name: '', Stage: 'Qualification', Amount: '' }, 422],
    ['a deal in no stage', '/screen/deals', { Deal_Name: 'A', Stage: 'Elsewhere', Amount: '' }, 422],
    ['a code without scopes', '/screen/codes', { scope: '', minutes: '10' }, 422],
    ['a code with a misspelt scope', '/screen/codes', { scope: 'ZohoCRM.module.ALL', minutes: '10' }, 422],
    ['a code for an hour', '/screen/codes', { scope: 'ZohoCRM.org.READ', minutes: '60' }, 422],
    ['a conversion with an amount that is none', '/screen/leads/ID/convert', { Deal_Name: 'A', Amount: 'much' }, 422],
    ['a conversion to a deal in no stage', '/screen/leads/ID/convert', { Deal_Name: 'A', Stage: 'Elsewhere' }, 422],
    ['a conversion of a lead that is gone', '/screen/leads/5725767000009999999/convert', { Deal_Name: '' }, 404],
    ['a path below a conversion', '/screen/leads/ID/convert/again', {}, 404],
    [
      'a search lag that is no number',
      '/screen/settings',
      { emptyAs: '', moneyFormat: '1000', duplicate: '0', reorder: 'false', searchLagSeconds: 'long' },
      422,
    ],
    ['an empty settings form', '/screen/settings', {}, 422],
    ['a form nobody has', '/screen/nothing', {}, 404],
  ])('says what is wrong with %s and saves nothing', async (_, path, form, status) => {
    const { crm, post } = await setUp();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] }));
    const reply = await post(path.replace('ID', id), form);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain('role="alert"');
    expect((await crm('GET', `Leads/${id}`)).body.data).toMatchObject([{ Lead_Status: null }]);
    expect((await crm('GET', 'Deals?fields=Deal_Name')).status).toBe(204);
  });

  test('generates a code that works, and shows it until it is used', async () => {
    const { post, screen, token } = await setUp();
    expect((await post('/screen/codes', { scope: 'ZohoCRM.org.READ', minutes: '3' })).headers.get('location')).toBe(
      '/?done=code#codes',
    );
    const code = /data-copy="code">([^<]+)</.exec(await screen())?.[1] ?? '';
    expect((await token({ grant_type: 'authorization_code', code })).body).toMatchObject({ scope: 'ZohoCRM.org.READ' });
    expect(await screen()).not.toContain(code);
  });

  test('shows the settings, and changes them', async () => {
    const { screen, post, control } = await setUp();
    expect(await screen()).toContain('<dt>Each webhook is sent</dt><dd>once</dd>');
    const wish = {
      emptyAs: '-None-',
      moneyFormat: 'HK$ 1,000.00',
      duplicate: '2',
      reorder: 'true',
      searchLagSeconds: '1.5',
    };
    const saved = await post('/screen/settings', wish);
    expect([saved.status, saved.headers.get('location')]).toEqual([303, '/?done=settings#settings']);
    const now = { ...wish, duplicate: 2, reorder: true, searchLagSeconds: 1.5 };
    expect((await control('GET', 'settings')).body).toEqual(now);
    const text = await screen();
    expect(text).toContain('<dt>Each webhook is sent</dt><dd>3 times</dd>');
    expect(text).toContain('<option value="-None-" selected>');
    expect(text).toContain('name="searchLagSeconds" value="1.5"');
    const wrong = await post('/screen/settings', { ...wish, searchLagSeconds: '-1' });
    expect(wrong.text).toContain('“Seconds until search finds a write” must be a number');
    expect((await control('GET', 'settings')).body).toEqual(now);
  });

  test('shows the last calls and what they cost, and is not counted itself', async () => {
    const { crm, screen, control } = await setUp();
    await crm('POST', 'Leads', { data: Array.from({ length: 11 }, () => ({ Last_Name: 'A' })) });
    const text = await screen();
    expect(text).toMatch(
      /<strong>POST<\/strong> \/crm\/<wbr>v8\/<wbr>Leads<\/td>\s*<td class="good">201<\/td>\s*<td>\d+<\/td><td>2<\/td>/,
    );
    expect(text).toContain(
      'Edition enterprise: 59998 of 60000 credits left today; at most 1 of 20 calls at once so far.',
    );
    expect((await control('GET', 'calls')).body.byPath).toEqual({ '/oauth/v2/token': 1, '/crm/v8/Leads': 1 });
  });

  test('refuses forms of other origins', async () => {
    const { crm, post, baseUrl } = await setUp();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] }));
    const form = { Lead_Status: 'Contacted', Annual_Revenue: '' };
    for (const origin of ['https://example.com', 'null', 'http://127.0.0.1:1'])
      expect((await post(`/screen/leads/${id}`, form, { origin })).status).toBe(403);
    expect((await post(`/screen/leads/${id}`, form, { origin: baseUrl })).status).toBe(303);
    expect(
      (await post(`/screen/leads/${id}`, form, { origin: baseUrl.replace('127.0.0.1', 'localhost') })).status,
    ).toBe(303);
  });

  test('answers to no other host name, so that none can be bound to it', async () => {
    const { baseUrl } = await setUp();
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${baseUrl}/`, { headers: { host: 'example.com' } }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});
