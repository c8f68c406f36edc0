import { describe, expect, test } from '@jest/globals';
import { insertRequest, upsertRequest } from '../../../../lib/zoho/record-requests.ts';

const common = {
  apiDomain: 'https://www.zohoapis.eu',
  accessToken: '1000.aaaa.bbbb',
  module: 'Leads',
  records: [{ Last_Name: 'Chan', Email: 'tm@example.com' }],
};

describe('an upsert', () => {
  test('goes to the module with its records and nothing that was not asked for', async () => {
    const request = upsertRequest(common);
    expect(request.method).toBe('POST');
    expect(request.url).toBe('https://www.zohoapis.eu/crm/v8/Leads/upsert');
    expect(request.headers.get('authorization')).toBe('Zoho-oauthtoken 1000.aaaa.bbbb');
    expect(request.headers.get('content-type')).toBe('application/json');
    expect(await request.json()).toEqual({ data: common.records });
  });

  test('names the fields to look up, in their order', async () => {
    const body = await upsertRequest({ ...common, duplicateCheckFields: ['Email', 'External_Key'] }).json();
    expect(body).toMatchObject({ duplicate_check_fields: ['Email', 'External_Key'] });
  });

  test('an empty trigger is sent, an absent one is not', async () => {
    expect(await upsertRequest({ ...common, trigger: [] }).json()).toEqual({ data: common.records, trigger: [] });
    expect(await upsertRequest({ ...common, trigger: ['workflow'] }).json()).toMatchObject({ trigger: ['workflow'] });
    expect(await upsertRequest({ ...common, trigger: undefined }).json()).not.toHaveProperty('trigger');
  });

  test('an assignment rule travels as Zoho calls it', async () => {
    expect(await upsertRequest({ ...common, assignmentRule: '3652397000002045001' }).json()).toMatchObject({
      lar_id: '3652397000002045001',
    });
  });

  test('a module cannot lead anywhere else', () => {
    expect(upsertRequest({ ...common, module: '../../oauth' }).url).toBe(
      'https://www.zohoapis.eu/crm/v8/..%2F..%2Foauth/upsert',
    );
  });
});

test('an insert goes to the module itself', async () => {
  const request = insertRequest({ ...common, trigger: [] });
  expect(request.url).toBe('https://www.zohoapis.eu/crm/v8/Leads');
  expect(await request.json()).toEqual({ data: common.records, trigger: [] });
});
