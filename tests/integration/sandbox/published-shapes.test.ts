import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithZohoSdk } from '../../support/zoho-sdk.ts';
import { readZohoShapes, type ShapeCheck } from '../../support/zoho-shapes.ts';
import { closeAll, idOf, type Reply, startTestSandbox } from './client.ts';

type Crm = Awaited<ReturnType<Awaited<ReturnType<typeof startTestSandbox>>['connect']>>['crm'];
/** An answer of the sandbox, and the class of Zoho's SDK that reads it. `id` is a lead's. */
type Operation = { handler: string; status: number; ask: (crm: Crm, id: string) => Promise<Reply> };

const lead = {
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
const RECORDS = 'record/response_handler';
const WRITES = 'record/action_handler';
const CONVERSION = 'convert_lead/action_handler';
const query = (text: string, status = 200): Operation =>
  send('POST', 'coql', 'coql/response_handler', status, { select_query: text });

const operations: Record<string, Operation> = {
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
};

const WORDING = 'the reference’s wording, from Zoho’s documentation pages (§3.6)';
const tooMuch = (section: string): string => `Zoho’s documentation shows the key in its samples (reference ${section})`;

/** Where the reference and the published shape disagree, and why the sandbox follows the reference. */
const deviations: Record<string, Record<string, string>> = {
  'insert of a text too long': {
    '/data/*/details/maximum_length: type': 'a number in every sample of Zoho’s pages (§3.4), a text in the SDK',
  },
  'insert of a duplicate': {
    '/data/*/details/duplicate_record/Owner: additionalProperties zuid': tooMuch('§3.4'),
    '/data/*/details: additionalProperties more_records': tooMuch('§3.4'),
  },
  'insert with several faults': {
    '/data/*/code: enum': 'MULTIPLE_OR_MULTI_ERRORS stands on Zoho’s pages (§3.4) and on none of the SDK’s lists',
    '/data/*/details: additionalProperties errors': 'as above',
    '/data/*/message: enum': 'as above',
  },
  'update of what somebody else changed': {
    '/data/*/code: enum': 'ALREADY_MODIFIED is on Zoho’s page of status 412 (§3.4) and on none of the SDK’s lists',
    '/data/*/message: enum': 'as above',
    '/data/*/details: additionalProperties Created_By': 'as above: that page shows who changed the record, and when',
    '/data/*/details: additionalProperties Created_Time': 'as above',
    '/data/*/details: additionalProperties Modified_By': 'as above',
    '/data/*/details: additionalProperties Modified_Time': 'as above',
  },
  'list without fields': { '/message: enum': WORDING },
  'list of an unknown module': { '/message: enum': WORDING },
  'search for nothing': {
    '/code: enum': 'EXPECTED_PARAM_MISSING is on Zoho’s search page (§5.2); the SDK lists REQUIRED_PARAM_MISSING alone',
    '/details: additionalProperties param_names': 'as above',
  },
  'COQL without a condition': {
    '/message: enum': 'Zoho’s COQL page says “missing clause” (§5.3); the SDK’s list of texts lacks it',
  },
  'conversion options': {
    '/__conversion_options/preference_field_matched_value/Contacts/*/field: additionalProperties field_label':
      'shown in the sample of Zoho’s newer OpenAPI text; the SDK has api_name and id',
    '/__conversion_options/preference_field_matched_value/Contacts/*/field: additionalProperties unique': 'as above',
  },
  fields: {
    '/fields/*/unique: additionalProperties case_sensitive': 'the SDK spells it casesensitive, every page so (§5.4)',
  },
  modules: {
    '/modules/*: additionalProperties actual_plural_label': tooMuch('§5.8'),
    '/modules/*: additionalProperties actual_singular_label': tooMuch('§5.8'),
  },
  org: {
    '/org/*/license_details: additionalProperties portal_users_license_purchased': tooMuch('§5.8'),
    '/org/*/type: enum': 'in lower case in the sample (§5.8), capitalised in the SDK',
  },
};

describeWithZohoSdk('every answer has the shape that Zoho publishes for it', () => {
  let check: ShapeCheck;
  let crm: Crm;
  let id: string;
  beforeAll(async () => {
    check = readZohoShapes();
    ({ crm } = await (await startTestSandbox()).connect());
    id = idOf(await crm('POST', 'Leads', { data: [lead] }));
  });
  afterAll(closeAll);

  test.each(Object.entries(operations))('%s', async (name, { handler, status, ask }) => {
    const reply = await ask(crm, id);
    expect(reply.status).toBe(status);
    expect(check(handler, reply.body)).toEqual(Object.keys(deviations[name] ?? {}).sort());
  });

  test('a shape that is not Zoho’s is noticed', () => {
    expect(check(WRITES, { data: [{ code: 'SUCCESS', details: { Id: '1' }, status: 'success', extra: 1 }] })).toEqual([
      '/data/*/details: additionalProperties Id',
      '/data/*: additionalProperties extra',
    ]);
    expect(check(WRITES, { code: 'MADE_UP', details: {}, message: 'body', status: 'error' })).toEqual(['/code: enum']);
  });
});
