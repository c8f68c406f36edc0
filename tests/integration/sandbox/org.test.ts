import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, startTestSandbox } from './client.ts';

afterEach(closeAll);

const SCOPE =
  'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.users.READ,ZohoCRM.apis.READ,ZohoCRM.coql.READ,ZohoSearch.securesearch.READ';
const rows = z.array(z.record(z.string(), z.unknown()));
const ID = expect.stringMatching(/^\d{19}$/);

const connected = async (scope = SCOPE) => {
  const sandbox = await startTestSandbox({ now: () => Date.UTC(2026, 10, 21, 1, 30, 15) });
  return { ...sandbox, ...(await sandbox.connect(scope)) };
};

describe('currencies', () => {
  const enable = { base_currency: { name: 'Hong Kong Dollar - HKD', iso_code: 'HKD', exchange_rate: '1.0' } };

  test('are not spoken of while multi-currency is off', async () => {
    const { crm } = await connected();
    const { status, text } = await crm('GET', 'org/currencies');
    expect([status, text]).toEqual([
      403,
      '{"code":"CURRENCIES_NOT_ENABLED","details":{},"message":"Multi currency is not enabled","status":"error"}',
    ]);
  });

  test('are listed once it is on, for good, until the sandbox is reset', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    try {
      const stateFile = join(folder, 'sandbox.json');
      const first = await startTestSandbox({ stateFile, now: () => Date.UTC(2026, 10, 21, 1, 30, 15) });
      const { crm, accessToken } = await first.connect(SCOPE);
      const on = await crm('POST', 'org/currencies/actions/enable', enable);
      expect([on.status, on.body]).toMatchObject([200, { base_currency: { code: 'SUCCESS', details: { id: ID } } }]);
      await first.close();

      const second = await startTestSandbox({ stateFile, now: () => Date.UTC(2026, 10, 21, 1, 40) });
      const authorization = `Zoho-oauthtoken ${accessToken}`;
      const get = (path: string) => second.call('GET', `/crm/v8/${path}`, { headers: { authorization } });
      const person = { name: 'Ops User', id: ID };
      expect((await get('org/currencies')).body).toEqual({
        currencies: [
          {
            id: ID,
            name: 'Hong Kong Dollar - HKD',
            iso_code: 'HKD',
            symbol: 'HK$',
            is_base: true,
            is_active: true,
            exchange_rate: '1.000000000',
            prefix_symbol: true,
            format: { decimal_separator: 'Period', thousand_separator: 'Comma', decimal_places: '2' },
            created_time: '2026-11-21T09:30:15+08:00',
            modified_time: '2026-11-21T09:30:15+08:00',
            created_by: person,
            modified_by: person,
          },
        ],
      });
      expect((await get('org')).body.org).toMatchObject([{ mc_status: true }]);
      const again = { method: 'POST', headers: { authorization }, body: JSON.stringify(enable) };
      expect((await second.call('POST', '/crm/v8/org/currencies/actions/enable', again)).body).toMatchObject({
        base_currency: { code: 'ALREADY_ENABLED' },
      });
      await second.control('POST', 'reset');
      expect((await get('org')).body.org).toMatchObject([{ mc_status: false }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['no JSON', 'INVALID_DATA'],
    [{}, 'MANDATORY_NOT_FOUND'],
    [{ base_currency: {} }, 'MANDATORY_NOT_FOUND'],
    [{ base_currency: { iso_code: 'USD' } }, 'INVALID_DATA'],
  ])('are not switched on by %j', async (body, code) => {
    const { crm } = await connected();
    const { status, text } = await crm('POST', 'org/currencies/actions/enable', body);
    expect(status).toBe(400);
    expect(text).toContain(`"code":"${code}"`);
  });
});

describe('layouts', () => {
  test('tell what is mandatory on the page and where a lead goes', async () => {
    const { crm } = await connected();
    const { status, body } = await crm('GET', 'settings/layouts?module=Leads');
    expect(status).toBe(200);
    const [layout] = rows.parse(body.layouts);
    expect(layout).toMatchObject({
      id: ID,
      name: 'Standard',
      status: 'active',
      convert_mapping: {
        Contacts: { name: 'Standard', id: ID },
        Accounts: { name: 'Standard', id: ID },
        Deals: {
          name: 'Standard',
          fields: [{ api_name: 'Deal_Name' }, { api_name: 'Stage' }, { api_name: 'Closing_Date', required: true }],
        },
      },
    });
    const [section] = rows.parse(layout?.sections);
    const required = rows.parse(section?.fields).filter((field) => field.required === true);
    expect(required.map((field) => field.api_name)).toEqual(['Last_Name', 'Company']);
    expect((await crm('GET', `settings/layouts/${layout?.id}?module=Leads`)).body).toEqual({ layouts: [layout] });
  });

  test('are those records name', async () => {
    const { crm } = await connected();
    await crm('POST', 'Deals', { data: [{ Deal_Name: 'A', Stage: 'Qualification' }] });
    const deal = rows.parse((await crm('GET', 'Deals/search?word=Qualification')).body.data)[0];
    const [layout] = rows.parse((await crm('GET', 'settings/layouts?module=Deals')).body.layouts);
    expect(deal?.Layout).toEqual({ name: 'Standard', id: layout?.id });
    expect(layout?.convert_mapping).toBeNull();
  });

  test.each([
    ['settings/layouts', 'REQUIRED_PARAM_MISSING'],
    ['settings/layouts?module=Leeds', 'INVALID_MODULE'],
    ['settings/layouts/1?module=Leads', 'INVALID_DATA'],
  ])('%s: there is no such layout', async (path, code) => {
    const { crm } = await connected();
    const { status, body } = await crm('GET', path);
    expect([status, body.code]).toEqual([400, code]);
  });
});

describe('the pipeline', () => {
  test('has the stages in order, and says which are won and lost', async () => {
    const { crm } = await connected();
    const [layout] = rows.parse((await crm('GET', 'settings/layouts?module=Deals')).body.layouts);
    const { status, body } = await crm('GET', `settings/pipeline?layout_id=${layout?.id}`);
    expect(status).toBe(200);
    const [pipeline, ...others] = rows.parse(body.pipeline);
    expect(others).toEqual([]);
    expect(pipeline).toMatchObject({
      display_value: 'Standard (Standard)',
      actual_value: 'Standard (Standard)',
      default: true,
      id: ID,
    });
    const stages = rows.parse(pipeline?.maps);
    expect(stages[6]).toEqual({
      display_value: 'Closed Won',
      actual_value: 'Closed Won',
      sequence_number: 7,
      forecast_type: 'Closed Won',
      forecast_category: { name: 'Closed', id: ID },
      id: ID,
    });
    expect(stages.map((stage) => stage.forecast_type)).toEqual([
      ...Array.from({ length: 6 }, () => 'Open'),
      'Closed Won',
      'Closed Lost',
      'Closed Lost',
    ]);
    const fields = rows.parse((await crm('GET', 'settings/fields?module=Deals')).body.fields);
    const stageField = fields.find((field) => field.api_name === 'Stage');
    expect(rows.parse(stageField?.pick_list_values).map(({ id }) => id)).toEqual(stages.map(({ id }) => id));
    expect((await crm('GET', `settings/pipeline/${pipeline?.id}?layout_id=${layout?.id}`)).body).toEqual(body);
  });

  test('needs a layout that has one', async () => {
    const { crm } = await connected();
    expect((await crm('GET', 'settings/pipeline')).body.code).toBe('REQUIRED_PARAM_MISSING');
    const { status, text } = await crm('GET', 'settings/pipeline?layout_id=1');
    expect([status, text]).toEqual([
      400,
      '{"code":"INVALID_DATA","details":{"param_name":"layout_id"},"message":"Invalid layoutid","status":"error"}',
    ]);
  });
});

describe('users', () => {
  test('there is one, and it is the current one', async () => {
    const { crm } = await connected();
    const { status, body } = await crm('GET', 'users?type=CurrentUser');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      users: [
        { id: ID, full_name: 'Ops User', email: 'ops@example.com', status: 'active', time_zone: 'Asia/Hong_Kong' },
      ],
      info: { per_page: 200, count: 1, page: 1, more_records: false },
    });
    const [user] = rows.parse(body.users);
    expect((await crm('GET', 'users')).body).toEqual(body);
    expect((await crm('GET', `users/${user?.id}`)).body).toEqual({ users: [user] });
    expect((await crm('GET', 'users?type=DeletedUsers')).status).toBe(204);
    expect((await crm('GET', 'users?type=Nobody')).body.code).toBe('INVALID_DATA');
    expect((await crm('GET', 'users/5725767000009999999')).body.code).toBe('INVALID_DATA');
  });
});

describe('the list of APIs', () => {
  const list = z.array(
    z.object({ path: z.string(), operation_types: z.array(z.object({ method: z.string(), oauth_scope: z.string() })) }),
  );

  test('names what is served, each under the scope that opens it', async () => {
    let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15);
    const { connect } = await startTestSandbox({ now: () => nowMs });
    const { crm } = await connect('ZohoCRM.apis.READ');
    const { status, body } = await crm('GET', '__apis');
    const apis = list.parse(body.__apis);
    expect(status).toBe(200);
    expect(apis.map(({ path }) => path)).toContain('/crm/v8/Leads/{{id}}/actions/convert');
    const closed: string[] = [];
    for (const { path, operation_types: operations } of apis) {
      const filled = path.slice('/crm/v8/'.length).replace('{{id}}', '1').replace('{{module}}', 'Leads');
      for (const { method, oauth_scope: scope } of operations) {
        nowMs += 61_000; // ten codes in ten minutes are all there are
        // Searches and notes of a record ask for a second scope besides.
        const second = path.endsWith('/Notes') ? 'ZohoCRM.modules.READ' : 'ZohoSearch.securesearch.READ';
        const { crm: narrow } = await connect(`${scope},${second}`);
        const answer = await narrow(method, filled, method === 'GET' ? undefined : {});
        if ([401, 404].includes(answer.status) || answer.body.code === 'INVALID_REQUEST_METHOD')
          closed.push(`${method} ${path} (${answer.status})`);
      }
    }
    expect(closed).toEqual([]);
  });

  test('cannot be filtered', async () => {
    const { crm } = await connected();
    expect((await crm('GET', '__apis?filters={}')).body.code).toBe('INVALID_DATA');
  });
});

test.each([
  ['org/currencies', 'ZohoCRM.settings.currencies.READ'],
  ['settings/layouts?module=Leads', 'ZohoCRM.settings.layouts.READ'],
  ['settings/pipeline?layout_id=1', 'ZohoCRM.settings.pipeline.READ'],
  ['users', 'ZohoCRM.users.READ'],
  ['users/1', 'ZohoCRM.users.READ'],
  ['__apis', 'ZohoCRM.apis.READ'],
])('%s needs %s', async (path, scope) => {
  const { connect } = await startTestSandbox();
  const other = await connect('ZohoCRM.org.READ,ZohoCRM.modules.ALL');
  expect((await other.crm('GET', path)).body.code).toBe('OAUTH_SCOPE_MISMATCH');
  const { crm } = await connect(scope);
  expect((await crm('GET', path)).status).not.toBe(401);
});
