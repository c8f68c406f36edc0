import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, startReceiver, startTestSandbox, until } from './client.ts';

afterEach(closeAll);

const rows = z.array(z.record(z.string(), z.unknown()));
const ID = expect.stringMatching(/^\d{19}$/);

const connected = async (scope?: string) => {
  let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15);
  const sandbox = await startTestSandbox({ now: () => nowMs });
  const { crm } = await sandbox.connect(scope);
  const addLead = async (lead: object = person) => idOf(await crm('POST', 'Leads', { data: [lead] }));
  return {
    ...sandbox,
    crm,
    addLead,
    convert: (id: string, wish: object = {}) => crm('POST', `Leads/${id}/actions/convert`, { data: [wish] }),
    names: async (path: string) => {
      const { status, body } = await crm('GET', path);
      return status === 204 ? [] : rows.parse(body.data).map(({ Last_Name: name }) => name);
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

const person = { First_Name: 'Paul', Last_Name: 'Daly', Company: 'ABC', Email: 'p@example.com', CDP_ID: 'v-81' };
const deal = {
  Deal_Name: 'ABC - 2026',
  Closing_Date: '2026-10-20',
  Stage: 'Qualification',
  Amount: 20000,
  Pipeline: 'Standard (Standard)',
};

describe('a conversion', () => {
  test('answers with what it made, and costs five credits', async () => {
    const { addLead, convert, control } = await connected();
    const id = await addLead();
    const { status, body } = await convert(id, { overwrite: true, notify_lead_owner: false, Deals: deal });
    expect([status, body]).toEqual([
      200,
      {
        data: [
          {
            code: 'SUCCESS',
            details: {
              Contacts: { name: 'Paul Daly', id: ID },
              Deals: { name: 'ABC - 2026', id: ID },
              Accounts: { name: 'ABC', id: ID },
            },
            message: 'The record has been converted successfully',
            status: 'success',
          },
        ],
      },
    ]);
    expect((await control('GET', 'calls')).body.credits).toBe(1 + 5);
  });

  test('fires the workflow of deals with the mapped field, and not the one of leads', async () => {
    const { addLead, convert, control } = await connected();
    const receiver = await startReceiver();
    const webhook = (module: string) => ({
      module,
      url: `${receiver.url}/${module}`,
      when: 'create_or_edit',
      type: 'form_data',
      parameters: { id: `\${${module}.${module.slice(0, -1)} Id}`, cdp_id: `\${${module}.CDP ID}` },
    });
    const id = await addLead();
    await control('PUT', 'webhooks', [webhook('Leads'), webhook('Deals')]);
    const { body } = await convert(id, { Deals: deal });
    await until(() => receiver.received.length > 0);
    const made = z.object({ details: z.object({ Deals: z.object({ id: z.string() }) }) });
    const [{ details } = {}] = z.array(made).parse(body.data);
    expect(receiver.received.map(({ path, body: sent }) => `${path} ${sent}`)).toEqual([
      `/Deals id=${details?.Deals.id}&cdp_id=v-81`,
    ]);
  });

  test('takes the lead out of lists, searches and matching, and shows it on request', async () => {
    const { crm, addLead, convert, names } = await connected();
    const id = await addLead();
    await addLead({ Last_Name: 'Still a lead' });
    await convert(id, { Deals: deal });
    expect(await names('Leads?fields=Last_Name')).toEqual(['Still a lead']);
    expect(await names('Leads?fields=Last_Name&converted=true')).toEqual(['Daly']);
    expect(await names('Leads?fields=Last_Name&converted=both')).toEqual(['Still a lead', 'Daly']);
    expect((await crm('GET', 'Leads?fields=Last_Name&converted=maybe')).body.code).toBe('INVALID_DATA');
    expect(await names('Leads/search?email=p@example.com')).toEqual([]);
    expect(await names('Leads/search?email=p@example.com&converted=true')).toEqual(['Daly']);
    const select_query = 'select Converted__s, Converted_Deal from Leads where Converted__s = true';
    expect((await crm('POST', 'coql', { select_query })).body.data).toEqual([
      { id, Converted__s: true, Converted_Deal: { id: ID } },
    ]);
    expect(idOf(await crm('POST', 'Leads/upsert', { data: [person] }))).not.toBe(id);
    expect((await crm('PUT', `Leads/${id}`, { data: [{ City: 'Central' }] })).body.data).toMatchObject([
      { code: 'INVALID_DATA', details: { api_name: 'id' }, message: "can't update the converted record" },
    ]);
  });

  test('leaves a lead that says where it went, also after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    try {
      const stateFile = join(folder, 'sandbox.json');
      const first = await startTestSandbox({ stateFile, now: () => Date.UTC(2026, 10, 21, 1, 30, 15) });
      const { crm, accessToken } = await first.connect();
      const id = idOf(await crm('POST', 'Leads', { data: [person] }));
      await crm('POST', `Leads/${id}/actions/convert`, { data: [{ Deals: deal }] });
      await first.close();

      const second = await startTestSandbox({ stateFile, now: () => Date.UTC(2026, 10, 21, 1, 31) });
      const get = (path: string) =>
        second.call('GET', `/crm/v8/${path}`, { headers: { authorization: `Zoho-oauthtoken ${accessToken}` } });
      const [lead] = rows.parse((await get(`Leads/${id}`)).body.data);
      expect(lead).toMatchObject({
        Converted__s: true,
        Converted_Date_Time: '2026-11-21T09:30:15+08:00',
        Converted_Contact: { name: 'Paul Daly', id: ID },
        Converted_Account: { name: 'ABC', id: ID },
        Converted_Deal: { name: 'ABC - 2026', id: ID },
        Lead_Conversion_Time: 0,
        $converted: true,
        $converted_detail: {
          contact: ID,
          account: ID,
          deal: ID,
          convert_date: '2026-11-21T09:30:15+08:00',
          converted_by: ID,
        },
      });
      expect((await get('Accounts?fields=Account_Name')).body.data).toMatchObject([{ Account_Name: 'ABC' }]);
      await second.control('POST', 'reset');
      expect((await get('Accounts?fields=Account_Name')).status).toBe(204);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a conversion that is refused', () => {
  test('was made already', async () => {
    const { addLead, convert } = await connected();
    const id = await addLead();
    await convert(id);
    const again = await convert(id);
    expect([again.status, again.text]).toEqual([
      400,
      '{"code":"ID_ALREADY_CONVERTED","details":{"resource_path_index":1},"message":"id already converted","status":"error"}',
    ]);
  });

  test('has a deal that is no deal', async () => {
    const { addLead, convert } = await connected();
    const { status, body } = await convert(await addLead(), { Deals: { ...deal, Stage: 'Won' } });
    expect([status, body]).toEqual([
      400,
      {
        data: [
          {
            code: 'MAPPING_MISMATCH',
            details: { mapped_field: 'Pipeline', api_name: 'Stage', json_path: '$.data[0].Deals.Stage' },
            message: "Pipeline doesn't contain the Stage",
            status: 'error',
          },
        ],
      },
    ]);
  });

  test.each<[unknown, string]>([
    ['no JSON', 'INVALID_DATA'],
    [{}, 'MANDATORY_NOT_FOUND'],
    [{ data: [] }, 'MANDATORY_NOT_FOUND'],
    [{ data: {} }, 'INVALID_DATA'],
    [{ data: [{}, {}] }, 'INVALID_DATA'],
  ])('has no body of its kind: %j', async (sent, code) => {
    const { crm, addLead } = await connected();
    const { status, body } = await crm('POST', `Leads/${await addLead()}/actions/convert`, sent);
    expect([status, body.code]).toEqual([400, code]);
  });

  test('has a lead nobody knows, or no scope', async () => {
    const { convert, connect } = await connected();
    const unknown = { code: 'INVALID_DATA', details: { resource_path_index: 1 } };
    expect((await convert('5725767000009999999')).body).toMatchObject(unknown);
    expect((await convert('12x')).body).toMatchObject(unknown);
    const { crm } = await connect('ZohoCRM.modules.leads.READ');
    expect((await crm('POST', 'Leads/1/actions/convert', { data: [{}] })).body.code).toBe('OAUTH_SCOPE_MISMATCH');
  });
});

describe('conversion options', () => {
  test('are the records the lead would join, or 204', async () => {
    const { crm, addLead, convert } = await connected();
    const first = await addLead();
    const options = (id: string) => crm('GET', `Leads/${id}/__conversion_options`);
    expect((await options(first)).status).toBe(204);
    await convert(first);
    const { status, body } = await options(await addLead());
    expect(status).toBe(200);
    expect(body).toEqual({
      __conversion_options: {
        module_preference: { api_name: 'Contacts', id: ID },
        Contacts: [
          {
            Full_Name: 'Paul Daly',
            Email: 'p@example.com',
            Layout: { name: 'Standard', id: ID },
            Account_Name: { id: ID, name: 'ABC' },
            Locked__s: false,
            $editable: true,
            id: ID,
            $approval_state: 'approved',
          },
        ],
        Deals: null,
        Accounts: [expect.objectContaining({ Account_Name: 'ABC', id: ID, Phone: null })],
        preference_field_matched_value: {
          Contacts: [
            {
              field: { api_name: 'Email', field_label: 'Email', unique: null, id: ID },
              matched_lead_value: 'p@example.com',
            },
          ],
          Deals: null,
          Accounts: [
            {
              field: { api_name: 'Account_Name', field_label: 'Account Name', unique: null, id: ID },
              matched_lead_value: 'ABC',
            },
          ],
        },
        modules_with_multiple_layouts: null,
      },
    });
    expect((await options('5725767000009999999')).body.code).toBe('INVALID_DATA');
  });
});
