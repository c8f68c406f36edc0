import { idOf, type Reply, type startTestSandbox } from './client.ts';

type Sandbox = Awaited<ReturnType<typeof startTestSandbox>>;
export type Crm = Awaited<ReturnType<Sandbox['connect']>>['crm'];
/** An answer of the sandbox, and the class of Zoho's SDK that reads it. `id` is a lead's. */
export type Operation = { handler: string; status: number; ask: (crm: Crm, id: string) => Promise<Reply> };

export const lead = {
  Last_Name: 'Chan',
  Email: 'chan@example.com',
  External_Key: 'key-1',
  Company: 'ABC',
  Annual_Revenue: 1000,
};
const get = (path: string, handler: string, status = 200): Operation => ({
  handler,
  status,
  ask: (crm, id) => crm('GET', path.replace('ID', id)),
});
const send = (method: string, path: string, handler: string, status: number, body: unknown): Operation => ({
  handler,
  status,
  ask: (crm, id) => crm(method, path.replace('ID', id), body),
});
export const SCOPE = [
  'ZohoCRM.modules.ALL',
  'ZohoCRM.settings.ALL',
  'ZohoCRM.org.READ',
  'ZohoCRM.users.READ',
  'ZohoCRM.coql.READ',
  'ZohoCRM.apis.READ',
  'ZohoSearch.securesearch.READ',
].join(',');
const RECORDS = 'record/response_handler';
export const WRITES = 'record/action_handler';
const CONVERSION = 'convert_lead/action_handler';
const query = (text: string, status = 200): Operation =>
  send('POST', 'coql', 'coql/response_handler', status, { select_query: text });

/** In this order, on one org: what is switched on stays on. */
export const operations: Record<string, Operation> = {
  insert: send('POST', 'Leads', WRITES, 201, { data: [{ Last_Name: 'A' }] }),
  'insert of nothing': send('POST', 'Leads', WRITES, 400, { data: [] }),
  'insert without a mandatory field': send('POST', 'Leads', WRITES, 400, { data: [{ Email: 'a@example.com' }] }),
  'insert of a text too long': send('POST', 'Leads', WRITES, 400, { data: [{ Last_Name: 'x'.repeat(81) }] }),
  'insert of a wrong type': send('POST', 'Leads', WRITES, 400, { data: [{ Last_Name: 'A', No_of_Employees: 'many' }] }),
  'insert of a duplicate': send('POST', 'Leads', WRITES, 400, { data: [lead] }),
  'insert with several faults': send('POST', 'Leads', WRITES, 400, {
    data: [{ No_of_Employees: 'many', Email: 'no' }],
  }),
  'insert of what is no JSON': send('POST', 'Leads', WRITES, 400, '['),
  'insert with a part that fails': send('POST', 'Leads', WRITES, 207, { data: [{ Last_Name: 'A' }, {}] }),
  update: send('PUT', 'Leads/ID', WRITES, 200, { data: [{ City: 'Kowloon' }] }),
  'update of several': {
    handler: WRITES,
    status: 200,
    ask: (crm, id) => crm('PUT', 'Leads', { data: [{ id, City: 'Kowloon' }] }),
  },
  'update of an unknown record': send('PUT', 'Leads', WRITES, 400, {
    data: [{ id: '5725767000009999999', City: 'A' }],
  }),
  'update of what somebody else changed': {
    handler: WRITES,
    status: 412,
    ask: (crm, id) =>
      crm('PUT', `Leads/${id}`, { data: [{ City: 'A' }] }, { 'if-unmodified-since': '2020-01-01T00:00:00+08:00' }),
  },
  upsert: send('POST', 'Leads/upsert', WRITES, 200, { data: [lead, { Last_Name: 'B' }] }),
  get: get('Leads/ID', RECORDS),
  'get of a bad id': get('Leads/12345678901234567890', RECORDS, 400),
  list: get('Leads?fields=Last_Name,Email', RECORDS),
  'list without fields': get('Leads', RECORDS, 400),
  'list of an unknown module': get('Nothing?fields=Email', RECORDS, 400),
  'unknown path': get('Leads/ID/nothing', RECORDS, 404),
  'wrong method': send('PATCH', 'Leads', WRITES, 400, {}),
  search: get('Leads/search?email=chan@example.com', RECORDS),
  'search for nothing': get('Leads/search', RECORDS, 400),
  'search with a bad criterion': get('Leads/search?criteria=(Nothing:equals:A)', RECORDS, 400),
  COQL: query("select id, Email, Modified_Time from Leads where Email = 'chan@example.com' limit 0, 200"),
  'COQL without a condition': query('select id from Leads', 400),
  'COQL of an unknown field': query('select Nothing from Leads where id is not null', 400),
  'conversion options': {
    handler: 'conversion_option/response_handler',
    status: 200,
    ask: async (crm, id) => {
      await crm('POST', 'Contacts', { data: [{ Last_Name: 'Chan', Email: lead.Email }] });
      return crm('GET', `Leads/${id}/__conversion_options`);
    },
  },
  conversion: {
    handler: CONVERSION,
    status: 200,
    ask: async (crm) => {
      const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'New', Company: 'New' }] }));
      const deal = { Deal_Name: 'ABC', Stage: 'Qualification', Closing_Date: '2026-12-31' };
      return crm('POST', `Leads/${id}/actions/convert`, { data: [{ Deals: deal }] });
    },
  },
  'conversion to a deal without a name': send('POST', 'Leads/ID/actions/convert', CONVERSION, 400, {
    data: [{ Deals: { Stage: 'Qualification', Closing_Date: '2026-12-31' } }],
  }),
  'conversion of a converted lead': {
    handler: CONVERSION,
    status: 400,
    ask: async (crm) => {
      const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'Again' }] }));
      await crm('POST', `Leads/${id}/actions/convert`, { data: [{}] });
      return crm('POST', `Leads/${id}/actions/convert`, { data: [{}] });
    },
  },
  'get of a converted lead': {
    handler: RECORDS,
    status: 200,
    ask: async (crm) => {
      const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'Was' }] }));
      await crm('POST', `Leads/${id}/actions/convert`, { data: [{}] });
      return crm('GET', `Leads/${id}`);
    },
  },
  fields: get('settings/fields?module=Leads', 'fields/response_handler'),
  'fields of Deals': get('settings/fields?module=Deals', 'fields/response_handler'),
  modules: get('settings/modules', 'modules/response_handler'),
  org: get('org', 'org/response_handler'),
  users: get('users?type=AllUsers', 'users/response_handler'),
  'the current user': get('users?type=CurrentUser', 'users/response_handler'),
  layouts: get('settings/layouts?module=Leads', 'layouts/response_handler'),
  'one layout': {
    handler: 'layouts/response_handler',
    status: 200,
    ask: async (crm) => {
      const { layouts } = (await crm('GET', 'settings/layouts?module=Deals')).body;
      const [first] = layouts as Array<{ id: string }>;
      return crm('GET', `settings/layouts/${first?.id}?module=Deals`);
    },
  },
  pipelines: {
    handler: 'pipeline/response_handler',
    status: 200,
    ask: async (crm) => {
      const { layouts } = (await crm('GET', 'settings/layouts?module=Deals')).body;
      const [first] = layouts as Array<{ id: string }>;
      return crm('GET', `settings/pipeline?layout_id=${first?.id}`);
    },
  },
  'list of APIs': get('__apis', 'apis/response_handler'),
  'one module': get('settings/modules/Leads', 'modules/response_handler'),
  'one user': {
    handler: 'users/response_handler',
    status: 200,
    ask: async (crm) => {
      const { users } = (await crm('GET', 'users?type=CurrentUser')).body;
      const [current] = users as Array<{ id: string }>;
      return crm('GET', `users/${current?.id}`);
    },
  },
  'one pipeline': {
    handler: 'pipeline/response_handler',
    status: 200,
    ask: async (crm) => {
      const { layouts } = (await crm('GET', 'settings/layouts?module=Deals')).body;
      const [layout] = layouts as Array<{ id: string }>;
      const { pipeline } = (await crm('GET', `settings/pipeline?layout_id=${layout?.id}`)).body;
      const [first] = pipeline as Array<{ id: string }>;
      return crm('GET', `settings/pipeline/${first?.id}?layout_id=${layout?.id}`);
    },
  },
  'duplicate check, switched on': send(
    'POST',
    'settings/duplicate_check_preference?module=Leads',
    'duplicate_check_preference/action_handler',
    200,
    { duplicate_check_preference: { type: 'converted_records' } },
  ),
  'duplicate check': get(
    'settings/duplicate_check_preference?module=Leads',
    'duplicate_check_preference/response_handler',
  ),
  'duplicate check, changed': send(
    'PUT',
    'settings/duplicate_check_preference?module=Leads',
    'duplicate_check_preference/action_handler',
    403,
    { duplicate_check_preference: { type: 'converted_records' } },
  ),
  'duplicate check, switched off': send(
    'DELETE',
    'settings/duplicate_check_preference?module=Leads',
    'duplicate_check_preference/action_handler',
    200,
    undefined,
  ),
  'a new field': send('POST', 'settings/fields?module=Leads', 'fields/action_handler', 201, {
    fields: [{ field_label: 'Lead Grade', data_type: 'text', length: 20 }],
  }),
  'a new field without a type': send('POST', 'settings/fields?module=Leads', 'fields/action_handler', 400, {
    fields: [{ field_label: 'Nothing' }],
  }),
  'a note': {
    handler: 'notes/action_handler',
    status: 201,
    ask: (crm, id) => {
      const parent = { module: { api_name: 'Leads' }, id };
      return crm('POST', 'Notes', { data: [{ Note_Title: 'A', Note_Content: 'B', Parent_Id: parent }] });
    },
  },
  'notes of a record': get('Leads/ID/Notes?fields=id,Note_Title,Note_Content,Parent_Id', 'notes/response_handler'),
  'get by an external field': {
    handler: RECORDS,
    status: 200,
    ask: (crm) => crm('GET', 'Leads/key-1', undefined, { 'x-external': 'Leads.External_Key' }),
  },
  'currencies of an org with one': get('org/currencies', 'currencies/response_handler', 403),
  'currencies, switched on': send(
    'POST',
    'org/currencies/actions/enable',
    'currencies/base_currency_action_wrapper',
    200,
    {
      base_currency: {
        prefix_symbol: true,
        name: 'Hong Kong Dollar - HKD',
        iso_code: 'HKD',
        symbol: 'HK$',
        exchange_rate: '1.000000000',
        is_active: true,
        format: { decimal_separator: 'Period', thousand_separator: 'Comma', decimal_places: '2' },
      },
    },
  ),
  currencies: get('org/currencies', 'currencies/response_handler'),
};
