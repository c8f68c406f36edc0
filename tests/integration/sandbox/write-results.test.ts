import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, idOf, itemsOf } from './client.ts';
import { chan, connected } from './writes-world.ts';

afterEach(closeAll);

describe('results of each record', () => {
  const error = (code: string, itemDetails: object, message = 'invalid data') => ({
    code,
    details: itemDetails,
    message,
    status: 'error',
  });

  test.each<[string, object, object]>([
    [
      'a missing name',
      { Email: 'a@example.com' },
      error(
        'MANDATORY_NOT_FOUND',
        { api_name: 'Last_Name', json_path: '$.data[0].Last_Name' },
        'required field not found',
      ),
    ],
    [
      'a text for a number',
      { Last_Name: 'A', No_of_Employees: '5' },
      error('INVALID_DATA', {
        expected_data_type: 'integer',
        api_name: 'No_of_Employees',
        json_path: '$.data[0].No_of_Employees',
      }),
    ],
    [
      'money as a text',
      { Last_Name: 'A', Annual_Revenue: '1000' },
      error('INVALID_DATA', {
        expected_data_type: 'double',
        api_name: 'Annual_Revenue',
        json_path: '$.data[0].Annual_Revenue',
      }),
    ],
    [
      'a name that is too long',
      { Last_Name: 'x'.repeat(81) },
      error('INVALID_DATA', { maximum_length: 80, api_name: 'Last_Name', json_path: '$.data[0].Last_Name' }),
    ],
    [
      'a phone that is none',
      { Last_Name: 'A', Phone: 'n/a' },
      error('INVALID_DATA', { expected_data_type: 'phone', api_name: 'Phone' }),
    ],
    [
      'a list as a text',
      { Last_Name: 'A', Product_Interest: 'a;b' },
      error('INVALID_DATA', {
        expected_data_type: 'jsonarray',
        api_name: 'Product_Interest',
        json_path: '$.data[0].Product_Interest',
      }),
    ],
    [
      'a stranger as owner',
      { Last_Name: 'A', Owner: { id: '1' } },
      error('INVALID_DATA', { api_name: 'Owner', json_path: '$.data[0].Owner' }, 'the id given seems to be invalid'),
    ],
  ])('%s is refused in the words of the manual', async (_, record, item) => {
    const { crm } = await connected();
    const { status, body } = await crm('POST', 'Leads', { data: [record] });
    expect([status, body]).toEqual([400, { data: [item] }]);
  });

  test('several mistakes of one record come together', async () => {
    const { crm } = await connected();
    const [item] = itemsOf(await crm('POST', 'Leads', { data: [{ Email: 'nobody', Phone: '?' }] }));
    expect(item).toMatchObject({
      code: 'MULTIPLE_OR_MULTI_ERRORS',
      details: {
        errors: [
          { code: 'MANDATORY_NOT_FOUND' },
          { details: { api_name: 'Email' } },
          { details: { api_name: 'Phone' } },
        ],
      },
    });
  });

  test.each(['POST Leads', 'POST Leads/upsert', 'PUT Leads'])(
    '%s: some failed is 207, all failed 400, in the order sent',
    async (call) => {
      const { crm } = await connected();
      const id = idOf(await crm('POST', 'Leads', { data: [chan] }));
      const [method = '', path = ''] = call.split(' ');
      const good = { id, Last_Name: 'Good' };
      const bad = { id, Last_Name: 'x'.repeat(81) };
      const mixed = await crm(method, path, { data: [bad, good, bad] });
      expect(mixed.status).toBe(207);
      expect(itemsOf(mixed).map(({ status }) => status)).toEqual(['error', 'success', 'error']);
      expect(itemsOf(mixed)[2]?.details.json_path).toBe('$.data[2].Last_Name');
      expect((await crm(method, path, { data: [bad, bad] })).status).toBe(400);
    },
  );

  test('an entry that is no record fails alone', async () => {
    const { crm } = await connected();
    const reply = await crm('POST', 'Leads', { data: ['Chan', chan] });
    expect(reply.status).toBe(207);
    expect(itemsOf(reply)[0]).toMatchObject({ code: 'INVALID_DATA', details: { expected_data_type: 'jsonobject' } });
  });
});

describe('a body that is refused whole', () => {
  test.each(['', 'nothing', '[]', '"a"', 'null', '{"data":[{}'])(
    '%j is not the JSON that is expected',
    async (text) => {
      const { crm } = await connected();
      const { status, body } = await crm('POST', 'Leads', text);
      expect([status, body]).toEqual([
        400,
        { code: 'INVALID_DATA', details: { expected_data_type: 'jsonobject' }, message: 'body', status: 'error' },
      ]);
    },
  );

  test.each<[unknown, string, string]>([
    [{}, 'MANDATORY_NOT_FOUND', '$.data'],
    [{ data: [] }, 'MANDATORY_NOT_FOUND', '$.data'],
    [{ data: {} }, 'INVALID_DATA', '$.data'],
    [{ data: [chan], trigger: 'workflow' }, 'INVALID_DATA', '$.trigger'],
    [{ data: [chan], duplicate_check_fields: 'Email' }, 'INVALID_DATA', '$.duplicate_check_fields'],
  ])('%j is refused with %s at %s', async (sent, code, jsonPath) => {
    const { crm } = await connected();
    const { status, body } = await crm('POST', 'Leads/upsert', sent);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code, details: { json_path: jsonPath } });
  });

  test('a hundred records are taken, one more is not, and nothing is written', async () => {
    const { crm } = await connected();
    const records = (count: number) => ({ data: Array.from({ length: count }, () => ({ Last_Name: 'A' })) });
    const { status, body } = await crm('POST', 'Leads', records(101));
    expect([status, body.code]).toEqual([400, 'LIMIT_EXCEEDED']);
    expect((await crm('GET', 'Leads?fields=Last_Name')).status).toBe(204);
    expect((await crm('POST', 'Leads', records(100))).status).toBe(201);
  });
});
