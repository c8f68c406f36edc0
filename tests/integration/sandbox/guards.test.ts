import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, idOf, itemsOf, startTestSandbox } from './client.ts';

afterEach(closeAll);

const connected = async () => {
  const sandbox = await startTestSandbox();
  return { ...sandbox, ...(await sandbox.connect('ZohoCRM.modules.ALL,ZohoCRM.settings.ALL')) };
};

describe('a locked record', () => {
  test('refuses every write, and says so when it is read', async () => {
    const { crm, control } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', Email: 'a@example.com' }] }));
    const locked = await control('POST', `records/Leads/${id}/lock`);
    expect(locked.body).toEqual({ module: 'Leads', id, locked: true });
    const literal = {
      code: 'RECORD_LOCKED',
      details: { api_name: 'id', action: 'record_locking', json_path: '$.data[0].id' },
      message: 'Sorry, you cannot perform this operation as the record is locked.',
      status: 'error',
    };
    const update = await crm('PUT', `Leads/${id}`, { data: [{ City: 'Central' }] });
    expect([update.status, update.body]).toEqual([400, { data: [literal] }]);
    const upsert = await crm('POST', 'Leads/upsert', {
      data: [
        { Last_Name: 'A', Email: 'a@example.com' },
        { Last_Name: 'B', Email: 'b@example.com' },
      ],
    });
    expect([upsert.status, upsert.body]).toMatchObject([207, { data: [literal, { code: 'SUCCESS' }] }]);
    const converted = await crm('POST', `Leads/${id}/actions/convert`, { data: [{}] });
    expect([converted.status, converted.body.code]).toEqual([400, 'RECORD_LOCKED']);
    expect((await crm('GET', `Leads/${id}`)).body.data).toMatchObject([{ Locked__s: true, City: null }]);

    await control('DELETE', `records/Leads/${id}/lock`);
    expect((await crm('PUT', `Leads/${id}`, { data: [{ City: 'Central' }] })).status).toBe(200);
  });

  test('stays locked over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    try {
      const stateFile = join(folder, 'sandbox.json');
      const first = await startTestSandbox({ stateFile });
      const { crm, accessToken } = await first.connect();
      const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] }));
      await first.control('POST', `records/Leads/${id}/lock`);
      await first.close();
      const second = await startTestSandbox({ stateFile });
      const update = await second.call('PUT', `/crm/v8/Leads/${id}`, {
        headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
        body: JSON.stringify({ data: [{ City: 'Central' }] }),
      });
      expect(itemsOf(update)[0]?.code).toBe('RECORD_LOCKED');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['POST', 'records/Leads/5725767000009999999/lock', 404],
    ['POST', 'records/Leeds/5725767000009999999/lock', 404],
    ['GET', 'records/Leads/5725767000009999999/lock', 405],
  ])('%s %s: %i', async (method, path, status) => {
    const { control } = await connected();
    expect((await control(method, path)).status).toBe(status);
  });
});

describe('an external id', () => {
  const header = { 'x-external': 'Leads.External_Key' };

  test('names a record in the path', async () => {
    const { crm } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', External_Key: 'key/1 ü' }] }));
    const path = `Leads/${encodeURIComponent('KEY/1 ü')}`;
    expect((await crm('GET', path, undefined, header)).body.data).toMatchObject([{ id, Last_Name: 'A' }]);
    expect(idOf(await crm('PUT', path, { data: [{ City: 'Central' }] }, header))).toBe(id);
    const unknown = await crm('GET', 'Leads/12345', undefined, header);
    expect([unknown.status, unknown.body]).toMatchObject([
      400,
      { code: 'INVALID_DATA', message: 'The value of the external field is invalid.' },
    ]);
    expect((await crm('GET', 'Leads/%ff', undefined, header)).status).toBe(400);
    expect((await crm('GET', path)).status).toBe(404);
  });

  test('names records in the body of an update', async () => {
    const { crm } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', External_Key: 'k-1' }] }));
    const reply = await crm(
      'PUT',
      'Leads',
      { data: [{ External_Key: 'k-1', City: 'Central' }, { External_Key: 'k-2' }, { City: 'Kowloon' }] },
      header,
    );
    expect(reply.status).toBe(207);
    expect(itemsOf(reply)).toMatchObject([
      { code: 'SUCCESS', details: { id } },
      { code: 'INVALID_DATA', details: { api_name: 'External_Key', json_path: '$.data[1].External_Key' } },
      { code: 'MANDATORY_NOT_FOUND', details: { api_name: 'External_Key', json_path: '$.data[2].External_Key' } },
    ]);
  });

  test('is a field of that kind; the header of another module changes nothing', async () => {
    const { crm } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A' }] }));
    for (const name of ['Leads.Email', 'Leads.Nope']) {
      const { status, body } = await crm('GET', `Leads/${id}`, undefined, { 'x-external': name });
      expect([status, body.code]).toEqual([400, 'INVALID_DATA']);
    }
    expect((await crm('GET', `Leads/${id}`, undefined, { 'x-external': 'Contacts.Key' })).status).toBe(200);
  });
});

describe('the duplicate check of converted leads', () => {
  const path = 'settings/duplicate_check_preference?module=Leads';
  const enable = { duplicate_check_preference: { type: 'converted_records' } };

  test('is off, and counts their unique values as taken once it is on', async () => {
    const { crm, control } = await connected();
    const lead = { Last_Name: 'A', Email: 'a@example.com', External_Key: 'k-1' };
    const id = idOf(await crm('POST', 'Leads', { data: [lead] }));
    await crm('POST', `Leads/${id}/actions/convert`, { data: [{}] });
    expect((await crm('GET', path)).status).toBe(204);

    const on = await crm('POST', path, enable);
    expect([on.status, on.body]).toEqual([
      200,
      {
        duplicate_check_preference: {
          code: 'SUCCESS',
          details: {},
          message: 'Duplicate check enabled for converted_records successfully.',
          status: 'success',
        },
      },
    ]);
    expect((await crm('GET', path)).body).toEqual({
      duplicate_check_preference: { type: 'converted_records', type_configurations: [] },
    });
    for (const call of ['Leads', 'Leads/upsert'])
      expect(itemsOf(await crm('POST', call, { data: [lead] }))[0]).toMatchObject({
        code: 'DUPLICATE_DATA',
        details: { api_name: 'External_Key', duplicate_record: { id } },
      });
    // E-mail is not unique in the demo org.
    expect((await crm('POST', 'Leads/upsert', { data: [{ Last_Name: 'A', Email: lead.Email }] })).status).toBe(200);

    await control('POST', 'reset');
    expect((await crm('GET', path)).status).toBe(204);
  });

  test('can be switched off again', async () => {
    const { crm } = await connected();
    expect((await crm('DELETE', path)).body.code).toBe('FEATURE_NOT_ENABLED');
    await crm('POST', path, enable);
    expect((await crm('DELETE', path)).body).toMatchObject({
      duplicate_check_preference: { message: 'Duplicate check disabled for converted_records successfully.' },
    });
    expect((await crm('GET', path)).status).toBe(204);
  });

  test.each<[string, string, unknown, number, string]>([
    ['POST', 'settings/duplicate_check_preference', enable, 400, 'REQUIRED_PARAM_MISSING'],
    ['POST', 'settings/duplicate_check_preference?module=Deals', enable, 400, 'NOT_SUPPORTED'],
    ['POST', path, 'no JSON', 400, 'INVALID_DATA'],
    ['POST', path, {}, 400, 'MANDATORY_NOT_FOUND'],
    ['POST', path, { duplicate_check_preference: {} }, 400, 'MANDATORY_NOT_FOUND'],
    ['POST', path, { duplicate_check_preference: { type: 'all' } }, 400, 'INVALID_DATA'],
    ['POST', path, { duplicate_check_preference: { type: 'mapped_module_records' } }, 400, 'NOT_ALLOWED'],
    ['PUT', path, { duplicate_check_preference: { type: 'mapped_module_records' } }, 403, 'FEATURE_NOT_ENABLED'],
  ])('%s %s with %j is refused', async (method, where, body, status, code) => {
    const { crm } = await connected();
    const reply = await crm(method, where, body);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(`"code":"${code}"`);
  });
});

test('there are no custom views', async () => {
  const { crm } = await connected();
  expect((await crm('GET', 'Leads?fields=id&cvid=1')).body).toMatchObject({
    code: 'INVALID_DATA',
    details: { param_name: 'cvid' },
  });
  expect((await crm('GET', 'Leads?fields=id&cvid=1&sort_by=id')).body.code).toBe('AMBIGUITY_DURING_PROCESSING');
});

test('who sends more than any call could be is told so, instead of being cut off', async () => {
  const { crm, call } = await connected();
  const body = 'x'.repeat(16 * 1024 * 1024 + 1);
  expect((await crm('POST', 'Leads', body)).status).toBe(413);
  expect((await call('POST', '/sandbox/codes', { body })).status).toBe(413);
});
