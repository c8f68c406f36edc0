import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, itemsOf, startReceiver, startTestSandbox, until } from './client.ts';

afterEach(closeAll);

const SCOPE = 'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.coql.READ';
const rows = z.array(z.record(z.string(), z.unknown()));
const key = { field_label: 'Lead Key', data_type: 'text', length: 20, unique: { case_sensitive: false } };
const grade = { field_label: 'Grade', data_type: 'picklist', pick_list_values: [{ display_value: 'A' }] };

test('new fields are answered with their ids and read back with their names', async () => {
  const { connect } = await startTestSandbox();
  const { crm } = await connect(SCOPE);
  const { status, body } = await crm('POST', 'settings/fields?module=Contacts', { fields: [key, grade] });
  const id = expect.stringMatching(/^\d{19}$/);
  const created = { code: 'SUCCESS', details: { id }, message: 'field created', status: 'success' };
  expect([status, body]).toEqual([201, { fields: [created, created] }]);
  const fields = rows.parse((await crm('GET', 'settings/fields?module=Contacts')).body.fields).slice(-2);
  expect(fields).toMatchObject([
    {
      api_name: 'Lead_Key',
      field_label: 'Lead Key',
      length: 20,
      unique: { case_sensitive: false },
      custom_field: true,
    },
    { api_name: 'Grade', pick_list_values: [{ display_value: 'A', actual_value: 'A' }] },
  ]);
  expect(fields.map((field) => ({ id: field.id }))).toEqual(rows.parse(body.fields).map(({ details }) => details));
});

test('a new field is written, looked up, queried and sent in webhooks like any other', async () => {
  const { connect, control } = await startTestSandbox();
  const { crm } = await connect(SCOPE);
  const receiver = await startReceiver();
  const before = idOf(await crm('POST', 'Contacts', { data: [{ Last_Name: 'Old', Lead_Key: 'lost' }] }));
  await crm('POST', 'settings/fields?module=Contacts', { fields: [key] });
  await control('PUT', 'webhooks', [
    { module: 'Contacts', url: receiver.url, type: 'form_data', parameters: { key: '${Contacts.Lead Key}' } },
  ]);
  const id = idOf(await crm('POST', 'Contacts', { data: [{ Last_Name: 'A', Lead_Key: 'k-1' }] }));
  await until(() => receiver.received.length > 0);
  expect(receiver.received[0]?.body).toBe('key=k-1');
  expect(itemsOf(await crm('POST', 'Contacts', { data: [{ Last_Name: 'B', Lead_Key: 'K-1' }] }))[0]).toMatchObject({
    code: 'DUPLICATE_DATA',
    details: { api_name: 'Lead_Key', duplicate_record: { id } },
  });
  const upsert = await crm('POST', 'Contacts/upsert', {
    data: [{ Last_Name: 'A', Lead_Key: 'k-1' }],
    duplicate_check_fields: ['Lead_Key'],
  });
  expect(upsert.body.data).toMatchObject([{ duplicate_field: 'Lead_Key', details: { id } }]);
  const select_query = "select Lead_Key from Contacts where Lead_Key = 'k-1'";
  expect((await crm('POST', 'coql', { select_query })).body.data).toEqual([{ Lead_Key: 'k-1', id }]);
  // What was sent for it before it was there had no place to go.
  expect((await crm('GET', `Contacts/${before}`)).body.data).toMatchObject([{ Lead_Key: null }]);
});

test('new fields outlive a restart and go with a reset', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  try {
    const stateFile = join(folder, 'sandbox.json');
    const first = await startTestSandbox({ stateFile });
    const { crm, accessToken } = await first.connect(SCOPE);
    await crm('POST', 'settings/fields?module=Contacts', { fields: [key, grade] });
    const fields = rows.parse((await crm('GET', 'settings/fields?module=Contacts')).body.fields);
    await crm('POST', 'Contacts', { data: [{ Last_Name: 'A', Lead_Key: 'k-1' }] });
    await first.close();

    const second = await startTestSandbox({ stateFile });
    const call = (method: string, path: string, body?: unknown) =>
      second.call(method, `/crm/v8/${path}`, {
        headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    expect((await call('GET', 'settings/fields?module=Contacts')).body.fields).toEqual(fields);
    expect((await call('POST', 'Contacts', { data: [{ Last_Name: 'B', Lead_Key: 'k-1' }] })).status).toBe(400);
    await second.control('POST', 'reset');
    expect(rows.parse((await call('GET', 'settings/fields?module=Contacts')).body.fields)).toEqual(fields.slice(0, -2));
    // Nor is it known to other sandboxes.
    const { connect } = await startTestSandbox();
    const other = await (await connect(SCOPE)).crm('GET', 'settings/fields?module=Contacts');
    expect(rows.parse(other.body.fields)).toHaveLength(fields.length - 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('each field has its own result', async () => {
  const { connect } = await startTestSandbox();
  const { crm } = await connect(SCOPE);
  const create = (fields: unknown, module = 'Contacts') => crm('POST', `settings/fields?module=${module}`, { fields });
  const mixed = await create([grade, grade]);
  expect([mixed.status, mixed.body]).toMatchObject([
    207,
    { fields: [{ code: 'SUCCESS' }, { code: 'DUPLICATE_DATA', details: { json_path: '$.fields[1].field_label' } }] },
  ]);
  const failed = await create([{ field_label: 'X', data_type: 'y' }]);
  expect([failed.status, failed.body]).toMatchObject([400, { fields: [{ code: 'INVALID_DATA' }] }]);
  expect((await create(Array.from({ length: 6 }, () => grade))).body.code).toBe('LIMIT_EXCEEDED');
  expect((await create([])).body.code).toBe('MANDATORY_NOT_FOUND');
  expect((await create('x')).body.code).toBe('INVALID_DATA');
  expect((await create([grade], 'Leeds')).body.code).toBe('INVALID_MODULE');
  expect((await crm('POST', 'settings/fields', { fields: [grade] })).body.code).toBe('REQUIRED_PARAM_MISSING');
  const { crm: reader } = await connect('ZohoCRM.settings.fields.READ');
  expect((await reader('POST', 'settings/fields?module=Leads', {})).body.code).toBe('OAUTH_SCOPE_MISMATCH');
});
