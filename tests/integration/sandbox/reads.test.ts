import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, startTestSandbox } from './client.ts';

afterEach(closeAll);

const row = z.record(z.string(), z.unknown());
const rows = z.array(row);

const connected = async () => {
  let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15);
  const sandbox = await startTestSandbox({ now: () => nowMs });
  return {
    ...sandbox,
    ...(await sandbox.connect()),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};
const addLeads = async (crm: Awaited<ReturnType<typeof connected>>['crm'], count: number) => {
  for (let made = 0; made < count; made += 100) {
    const data = Array.from({ length: Math.min(100, count - made) }, (_, index) => ({ Last_Name: `L${made + index}` }));
    await crm('POST', 'Leads', { data });
  }
};

test('what was not modified since is 304, one record or a list', async () => {
  const { crm, call, accessToken, pass } = await connected();
  const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'Old' }] }));
  const since = (time: string, path: string) =>
    call('GET', `/crm/v8/${path}`, {
      headers: { authorization: `Zoho-oauthtoken ${accessToken}`, 'if-modified-since': time },
    });
  const later = '2026-11-21T09:31:00+08:00';
  for (const path of [`Leads/${id}`, 'Leads?fields=Last_Name']) {
    expect((await since('2026-11-21T09:30:00+08:00', path)).status).toBe(200);
    expect(await since(later, path)).toMatchObject({ status: 304, text: '' });
  }
  pass(60_000);
  await crm('POST', 'Leads', { data: [{ Last_Name: 'New' }] });
  expect((await since(later, 'Leads?fields=Last_Name')).body.data).toMatchObject([{ Last_Name: 'New' }]);
});

describe('one record', () => {
  test("has every field and the keys of the manual's sample", async () => {
    const { crm } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'Smith', First_Name: 'John', Company: 'ABC' }] }));
    const { status, body } = await crm('GET', `Leads/${id}`);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['data']);
    const user = { name: 'Ops User', id: expect.stringMatching(/^\d{19}$/), email: 'ops@example.com' };
    expect(body.data).toEqual([
      expect.objectContaining({
        id,
        Owner: user,
        Company: 'ABC',
        First_Name: 'John',
        Last_Name: 'Smith',
        Full_Name: 'John Smith',
        Email: null,
        Phone: null,
        Mobile: null,
        Lead_Status: null,
        Lead_Source: null,
        Annual_Revenue: null,
        No_of_Employees: null,
        Email_Opt_Out: false,
        Designation: null,
        Created_Time: '2026-11-21T09:30:15+08:00',
        Modified_Time: '2026-11-21T09:30:15+08:00',
        Created_By: user,
        Modified_By: user,
        Layout: { name: 'Standard', id: expect.any(String) },
        Tag: [],
        Record_Status__s: 'Available',
        Locked__s: false,
        Converted__s: false,
        Converted_Account: null,
        Converted_Contact: null,
        Converted_Deal: null,
        $converted_detail: {},
        $currency_symbol: 'HK$',
        $approval_state: 'approved',
        $editable: true,
        $in_merge: false,
        $field_states: null,
        $approval: { delegate: false, approve: false, reject: false, resubmit: false },
      }),
    ]);
  });

  test('that is unknown is 204 without a body, a malformed id 400', async () => {
    const { crm } = await connected();
    const unknown = await crm('GET', 'Leads/5725767000009999999');
    expect([unknown.status, unknown.text]).toEqual([204, '']);
    const malformed = await crm('GET', 'Leads/12x');
    expect([malformed.status, malformed.body]).toMatchObject([
      400,
      { code: 'INVALID_DATA', message: 'the id given seems to be invalid' },
    ]);
  });
});

describe('a list', () => {
  test('needs fields, at most fifty', async () => {
    const { crm } = await connected();
    const without = await crm('GET', 'Leads');
    expect([without.status, without.body]).toEqual([
      400,
      {
        code: 'REQUIRED_PARAM_MISSING',
        details: { param_name: 'fields' },
        message: 'One of the expected parameters is missing',
        status: 'error',
      },
    ]);
    const names = (count: number) => Array.from({ length: count }, (_, index) => `F${index}`).join(',');
    expect((await crm('GET', `Leads?fields=${names(51)}`)).body.code).toBe('LIMIT_EXCEEDED');
    expect((await crm('GET', `Leads?fields=${names(50)}`)).status).toBe(204);
  });

  test('gives the named fields and the id, newest first, with what comes next', async () => {
    const { crm } = await connected();
    await addLeads(crm, 3);
    const { status, body } = await crm('GET', 'Leads?fields=Last_Name&per_page=2');
    expect(status).toBe(200);
    expect(rows.parse(body.data).map((lead) => Object.keys(lead).sort())).toEqual([
      ['Last_Name', 'id'],
      ['Last_Name', 'id'],
    ]);
    expect(rows.parse(body.data).map(({ Last_Name: name }) => name)).toEqual(['L2', 'L1']);
    expect(body.info).toEqual({
      per_page: 2,
      count: 2,
      page: 1,
      sort_by: 'id',
      sort_order: 'desc',
      more_records: true,
      next_page_token: expect.any(String),
      previous_page_token: null,
      page_token_expiry: '2026-11-22T09:30:15+08:00',
    });
    const second = await crm('GET', 'Leads?fields=Last_Name&per_page=2&page=2');
    expect(rows.parse(second.body.data).map(({ Last_Name: name }) => name)).toEqual(['L0']);
    expect(second.body.info).toMatchObject({ count: 1, page: 2, more_records: false });
    expect((await crm('GET', 'Leads?fields=Last_Name&per_page=2&page=3')).status).toBe(204);
  });

  test('is sorted as asked', async () => {
    const { crm, pass } = await connected();
    await addLeads(crm, 2);
    const [{ id } = {}] = rows.parse((await crm('GET', 'Leads?fields=id&sort_order=asc')).body.data);
    pass(1_000);
    await crm('PUT', `Leads/${id}`, { data: [{ City: 'Central' }] });
    const names = async (query: string) =>
      rows.parse((await crm('GET', `Leads?fields=Last_Name&${query}`)).body.data).map(({ Last_Name: name }) => name);
    expect(await names('sort_by=Modified_Time')).toEqual(['L0', 'L1']);
    expect(await names('sort_by=Modified_Time&sort_order=asc')).toEqual(['L1', 'L0']);
    expect(await names('sort_by=Created_Time')).toEqual(['L1', 'L0']);
    expect((await crm('GET', 'Leads?fields=id&sort_by=Email')).body.code).toBe('INVALID_DATA');
    expect((await crm('GET', 'Leads?fields=id&sort_order=up')).body.code).toBe('INVALID_DATA');
  });

  test('goes to 2,000 records by page and further by token', async () => {
    const { crm } = await connected();
    await addLeads(crm, 2_100);
    const tenth = await crm('GET', 'Leads?fields=id&page=10');
    expect([tenth.status, tenth.body.info]).toMatchObject([200, { count: 200, more_records: true }]);
    expect((await crm('GET', 'Leads?fields=id&page=11')).body.code).toBe('DISCRETE_PAGINATION_LIMIT_EXCEEDED');
    const token = String((tenth.body.info as Record<string, unknown>).next_page_token);
    const rest = await crm('GET', `Leads?fields=Last_Name&page_token=${token}`);
    expect(rest.body.info).toMatchObject({ count: 100, page: 11, more_records: false, next_page_token: null });
    expect(rows.parse(rest.body.data).at(-1)).toMatchObject({ Last_Name: 'L0' });
    expect((await crm('GET', `Leads?fields=id&page=2&page_token=${token}`)).body.code).toBe(
      'AMBIGUITY_DURING_PROCESSING',
    );
    expect((await crm('GET', 'Leads?fields=id&page_token=made-up')).body.code).toBe('INVALID_DATA');
    expect((await crm('GET', 'Leads?fields=id&per_page=201')).body.code).toBe('INVALID_DATA');
  });

  test('a page token is good for a day', async () => {
    let nowMs = Date.UTC(2026, 10, 21);
    const { connect } = await startTestSandbox({ now: () => nowMs });
    const { crm } = await connect();
    await addLeads(crm, 2);
    const { body } = await crm('GET', 'Leads?fields=id&per_page=1');
    const token = String((body.info as Record<string, unknown>).next_page_token);
    nowMs += 24 * 3_600_000;
    const { crm: nextDay } = await connect();
    expect((await nextDay('GET', `Leads?fields=id&page_token=${token}`)).body.code).toBe('EXPIRED_VALUE');
  });
});

describe('metadata', () => {
  const FIELD_KEYS =
    'id api_name field_label display_label data_type json_type length decimal_place system_mandatory custom_field read_only field_read_only visible webhook searchable filterable sortable unique external operation_type view_type profiles pick_list_values convert_mapping lookup currency formula multiselectlookup auto_number tooltip created_source type crypt history_tracking';
  const fieldsOf = async (module: string) => {
    const { connect } = await startTestSandbox();
    const { crm } = await connect();
    return rows.parse((await crm('GET', `settings/fields?module=${module}`)).body.fields);
  };
  const named = (fields: Array<Record<string, unknown>>, name: string) =>
    fields.find(({ api_name: apiName }) => apiName === name);

  test.each(['Leads', 'Accounts', 'Contacts', 'Deals'])(
    "every field of %s has every key of the manual's sample",
    async (module) => {
      for (const field of await fieldsOf(module))
        expect(Object.keys(field)).toEqual(expect.arrayContaining(FIELD_KEYS.split(' ')));
    },
  );

  test("a lead has the standard fields and the demo org's own", async () => {
    const fields = await fieldsOf('Leads');
    expect(named(fields, 'Last_Name')).toMatchObject({
      system_mandatory: true,
      data_type: 'text',
      length: 80,
      custom_field: false,
    });
    expect(named(fields, 'Company')).toMatchObject({ system_mandatory: false });
    expect(named(fields, 'Designation')).toMatchObject({ field_label: 'Title' });
    expect(named(fields, 'Annual_Revenue')).toMatchObject({ data_type: 'currency', json_type: 'double', length: 16 });
    expect(named(fields, 'Full_Name')).toMatchObject({
      webhook: false,
      read_only: true,
      operation_type: { api_create: false, api_update: false },
    });
    expect(named(fields, 'Email')).toMatchObject({ unique: {}, data_type: 'email' });
    expect(named(fields, 'External_Key')).toMatchObject({ unique: { case_sensitive: false }, data_type: 'text' });
    expect(named(fields, 'Lead_Number')).toMatchObject({ unique: { case_sensitive: false }, data_type: 'integer' });
    expect(named(fields, 'Product_Interest')).toMatchObject({
      data_type: 'multiselectpicklist',
      json_type: 'jsonarray',
    });
    for (const name of 'Google_Click_Id Gbraid Wbraid Facebook_Click_Id TikTok_Click_Id Microsoft_Click_Id LinkedIn_Click_Id'.split(
      ' ',
    ))
      expect(named(fields, name)).toMatchObject({ data_type: 'text', custom_field: true });
    expect(named(fields, 'GCLID')).toBeUndefined();
    expect(named(fields, 'CDP_ID')).toMatchObject({
      length: 255,
      convert_mapping: { Contacts: 'CDP_ID', Deals: 'CDP_ID', Accounts: null },
    });
    const statuses = rows.parse(named(fields, 'Lead_Status')?.pick_list_values);
    expect(statuses.map(({ actual_value: actual }) => actual)).toEqual([
      '-None-',
      'Attempted to Contact',
      'Contact in Future',
      'Contacted',
      'Junk Lead',
      'Lost Lead',
      'Not Contacted',
      'Pre-Qualified',
      'Not Qualified',
    ]);
    expect(Object.keys(statuses[0] ?? {}).sort()).toEqual([
      'actual_value',
      'colour_code',
      'display_value',
      'id',
      'reference_value',
      'sequence_number',
      'type',
    ]);
  });

  test('what is shown and what is stored can differ', async () => {
    const stages = rows.parse(named(await fieldsOf('Deals'), 'Stage')?.pick_list_values);
    expect(
      stages
        .filter(({ display_value: shown, actual_value: stored }) => shown !== stored)
        .map(({ display_value: shown, actual_value: stored }) => [shown, stored]),
    ).toEqual([
      ['Identify Decision Makers', 'Id. Decision Makers'],
      ['Closed-Lost to Competition', 'Closed Lost to Competition'],
    ]);
  });

  test('contacts and deals have a CDP ID as well', async () => {
    expect(named(await fieldsOf('Contacts'), 'CDP_ID')).toMatchObject({
      data_type: 'text',
      length: 255,
      custom_field: true,
    });
    expect(named(await fieldsOf('Deals'), 'CDP_ID')).toMatchObject({
      data_type: 'text',
      length: 255,
      custom_field: true,
    });
  });

  test('needs a module; unused fields there are none', async () => {
    const { crm } = await connected();
    expect((await crm('GET', 'settings/fields')).body).toMatchObject({
      code: 'REQUIRED_PARAM_MISSING',
      details: { param_name: 'module' },
    });
    expect((await crm('GET', 'settings/fields?module=Leads&type=unused')).status).toBe(204);
  });

  test("modules, all or one, have every key of the manual's sample", async () => {
    const keys =
      'api_name module_name plural_label singular_label actual_plural_label id generated_type api_supported creatable editable viewable deletable convertable visibility show_as_tab status profiles'.split(
        ' ',
      );
    const { crm } = await connected();
    const modules = rows.parse((await crm('GET', 'settings/modules')).body.modules);
    expect(modules.map(({ api_name: name }) => name)).toEqual(['Leads', 'Accounts', 'Contacts', 'Deals']);
    for (const module of modules) expect(Object.keys(module)).toEqual(expect.arrayContaining(keys));
    expect((await crm('GET', 'settings/modules/Leads')).body).toEqual({ modules: [modules[0]] });
  });

  test("the org has every key of the manual's sample", async () => {
    const { crm } = await connected();
    const [org] = rows.parse((await crm('GET', 'org')).body.org);
    const keys =
      'id zgid company_name domain_name type currency currency_symbol currency_locale iso_code mc_status time_zone country_code primary_zuid primary_email created_time license_details';
    expect(Object.keys(org ?? {})).toEqual(keys.split(' '));
    expect(Object.keys(row.parse(org?.license_details))).toEqual(
      'paid paid_type paid_expiry trial_type trial_expiry users_license_purchased portal_users_license_purchased'.split(
        ' ',
      ),
    );
    expect(org).toMatchObject({ zgid: '808232144', company_name: 'Acme', mc_status: false, iso_code: 'HKD' });
  });
});
