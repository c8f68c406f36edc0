import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, itemsOf, startTestSandbox } from './client.ts';

afterEach(closeAll);

const layout = z.object({ id: z.string() });
const ID = /^\d{19}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/;
const person = { name: 'Ops User', id: expect.stringMatching(ID) };
const details = {
  Modified_Time: expect.stringMatching(TIME),
  Modified_By: person,
  Created_Time: expect.stringMatching(TIME),
  id: expect.stringMatching(ID),
  Created_By: person,
  $approval_state: 'approved',
};
const chan = { Last_Name: 'Chan', First_Name: 'Tai Man', Email: 'tm@example.com', Phone: '+852 5123 4567' };

const connected = async () => {
  let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15, 250);
  const sandbox = await startTestSandbox({ now: () => nowMs });
  const { crm } = await sandbox.connect();
  const read = async (module: string, id: string) =>
    ((await crm('GET', `${module}/${id}`)).body.data as Array<Record<string, unknown>>)[0];
  return {
    ...sandbox,
    crm,
    read,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

describe('insert', () => {
  test('answers 201 with what was made', async () => {
    const { crm } = await connected();
    const { status, body } = await crm('POST', 'Leads', { data: [chan] });
    expect(status).toBe(201);
    expect(body).toEqual({ data: [{ code: 'SUCCESS', details, message: 'record added', status: 'success' }] });
  });

  test('ids grow and are text', async () => {
    const { crm } = await connected();
    const reply = await crm('POST', 'Leads', { data: [chan, chan] });
    expect(BigInt(idOf(reply, 1)) > BigInt(idOf(reply, 0))).toBe(true);
  });

  test('unknown and read-only fields are silently ignored, new picklist values taken', async () => {
    const { crm, read } = await connected();
    const reply = await crm('POST', 'Leads', {
      data: [{ ...chan, Nope: 5, Created_Time: 'x', Full_Name: 5, Lead_Source: 'Google Ads' }],
    });
    expect(reply.status).toBe(201);
    const lead = await read('Leads', idOf(reply));
    expect(lead).toMatchObject({
      Lead_Source: 'Google Ads',
      Full_Name: 'Tai Man Chan',
      Created_Time: '2026-11-21T09:30:15+08:00',
    });
    expect(lead).not.toHaveProperty('Nope');
  });

  test('works for contacts and deals', async () => {
    const { crm, read } = await connected();
    expect((await crm('POST', 'Contacts', { data: [{ Last_Name: 'Chan', CDP_ID: 'v-81' }] })).status).toBe(201);
    const deal = await crm('POST', 'Deals', {
      data: [{ Deal_Name: 'ABC - 2026', Stage: 'Qualification', Amount: 1250.5, CDP_ID: 'v-81' }],
    });
    expect(await read('Deals', idOf(deal))).toMatchObject({
      Amount: 1250.5,
      Probability: 10,
      Expected_Revenue: 125.05,
      CDP_ID: 'v-81',
    });
  });

  test("each module's own mandatory fields are asked for", async () => {
    const { crm } = await connected();
    expect(itemsOf(await crm('POST', 'Contacts', { data: [{ First_Name: 'A' }] }))[0]).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      details: { api_name: 'Last_Name' },
    });
    expect(itemsOf(await crm('POST', 'Deals', { data: [{}] }))[0]).toMatchObject({
      code: 'MULTIPLE_OR_MULTI_ERRORS',
      details: {
        errors: [
          { code: 'MANDATORY_NOT_FOUND', details: { api_name: 'Deal_Name' } },
          { code: 'MANDATORY_NOT_FOUND', details: { api_name: 'Stage' } },
        ],
      },
    });
  });

  test('a layout brings its own mandatory fields', async () => {
    const { crm, read } = await connected();
    const lead = await read('Leads', idOf(await crm('POST', 'Leads', { data: [chan] })));
    const Layout = layout.parse(lead?.Layout);
    const [missing, complete, unknown] = itemsOf(
      await crm('POST', 'Leads', {
        data: [
          { ...chan, Layout },
          { ...chan, Company: 'ABC', Layout },
          { ...chan, Layout: { id: '1' } },
        ],
      }),
    );
    expect(missing).toMatchObject({ code: 'MANDATORY_NOT_FOUND', details: { api_name: 'Company' } });
    expect(complete?.code).toBe('SUCCESS');
    expect(unknown).toMatchObject({ code: 'INVALID_DATA', details: { api_name: 'Layout' } });
  });
});

describe('update', () => {
  test('by the ids in the body, or by the one in the path', async () => {
    const { crm, read, pass } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [chan] }));
    pass(60_000);
    const byBody = await crm('PUT', 'Leads', { data: [{ id, Lead_Status: 'Contacted' }] });
    expect(byBody.status).toBe(200);
    expect(byBody.body).toEqual({
      data: [
        {
          code: 'SUCCESS',
          details: { ...details, id, Modified_Time: '2026-11-21T09:31:15+08:00' },
          message: 'record updated',
          status: 'success',
        },
      ],
    });
    expect((await crm('PUT', `Leads/${id}`, { data: [{ Annual_Revenue: 1000 }] })).status).toBe(200);
    expect(await read('Leads', id)).toMatchObject({
      Lead_Status: 'Contacted',
      Annual_Revenue: 1000,
      Last_Name: 'Chan',
      Created_Time: '2026-11-21T09:30:15+08:00',
    });
  });

  test('null and "" clear, what is not named stays', async () => {
    const { crm, read } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [chan] }));
    await crm('PUT', 'Leads', { data: [{ id, Phone: '', Email: null }] });
    expect(await read('Leads', id)).toMatchObject({ Phone: null, Email: null, First_Name: 'Tai Man' });
  });

  test('a mandatory field cannot be cleared', async () => {
    const { crm } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [chan] }));
    expect(itemsOf(await crm('PUT', 'Leads', { data: [{ id, Last_Name: null }] }))[0]).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
    });
  });

  test('multi-select values are replaced, or added on request', async () => {
    const { crm, read } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [{ ...chan, Product_Interest: ['a', 'b'] }] }));
    await crm('PUT', 'Leads', { data: [{ id, Product_Interest: ['c'], $append_values: { Product_Interest: true } }] });
    expect(await read('Leads', id)).toMatchObject({ Product_Interest: ['a', 'b', 'c'] });
    await crm('PUT', 'Leads', { data: [{ id, Product_Interest: ['d'], $append_values: { Product_Interest: false } }] });
    expect(await read('Leads', id)).toMatchObject({ Product_Interest: ['d'] });
  });

  test.each<[string, unknown]>([
    ['unknown', '5725767000009999999'],
    ['no text', 5725767000000524],
  ])('an id that is %s is refused', async (_, id) => {
    const { crm } = await connected();
    const { status, body } = await crm('PUT', 'Leads', { data: [{ id, Last_Name: 'A' }] });
    expect(status).toBe(400);
    expect(body).toEqual({
      data: [
        {
          code: 'INVALID_DATA',
          details: { api_name: 'id', json_path: '$.data[0].id' },
          message: 'the id given seems to be invalid',
          status: 'error',
        },
      ],
    });
  });

  test('a missing id is said to be missing, an unknown one in the path to be invalid', async () => {
    const { crm } = await connected();
    expect(itemsOf(await crm('PUT', 'Leads', { data: [{ Last_Name: 'A' }] }))[0]).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      details: { api_name: 'id' },
    });
    expect(itemsOf(await crm('PUT', 'Leads/5725767000009999999', { data: [{ Last_Name: 'A' }] }))[0]).toMatchObject({
      code: 'INVALID_DATA',
      details: { api_name: 'id' },
    });
  });

  test('is refused with 412 when the record has changed since', async () => {
    const { crm, pass } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [chan] }));
    pass(60_000);
    await crm('PUT', `Leads/${id}`, { data: [{ City: 'Kowloon' }] });
    const update = (since: string) =>
      crm('PUT', `Leads/${id}`, { data: [{ City: 'Central' }] }, { 'if-unmodified-since': since });
    const late = await update('2026-11-21T09:30:15+08:00');
    expect(late.status).toBe(412);
    expect(itemsOf(late)[0]).toMatchObject({
      code: 'ALREADY_MODIFIED',
      details: { id, Modified_Time: '2026-11-21T09:31:15+08:00' },
    });
    expect((await update('2026-11-21T09:31:15+08:00')).status).toBe(200);
  });
});

describe('upsert', () => {
  test('inserts, then updates what it finds, and answers 200 to both', async () => {
    const { crm, read } = await connected();
    const first = await crm('POST', 'Leads/upsert', { data: [chan], duplicate_check_fields: ['Email'] });
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      data: [
        {
          code: 'SUCCESS',
          duplicate_field: null,
          action: 'insert',
          details,
          message: 'record added',
          status: 'success',
        },
      ],
    });
    const id = idOf(first);
    const second = await crm('POST', 'Leads/upsert', {
      data: [{ ...chan, Email: 'TM@example.com', City: 'Kowloon' }],
      duplicate_check_fields: ['Email'],
    });
    expect(second.body).toEqual({
      data: [
        {
          code: 'SUCCESS',
          duplicate_field: 'Email',
          action: 'update',
          details: { ...details, id },
          message: 'record updated',
          status: 'success',
        },
      ],
    });
    expect(await read('Leads', id)).toMatchObject({ City: 'Kowloon', First_Name: 'Tai Man' });
  });

  test('needs no mandatory field of a record that exists', async () => {
    const { crm } = await connected();
    await crm('POST', 'Leads', { data: [chan] });
    expect((await crm('POST', 'Leads/upsert', { data: [{ Email: chan.Email, City: 'Central' }] })).status).toBe(200);
  });

  test('names the record that holds a unique value', async () => {
    const { crm } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'A', Lead_Number: 7 }] }));
    const { status, body } = await crm('POST', 'Leads', { data: [{ Last_Name: 'B', Lead_Number: 7 }] });
    expect(status).toBe(400);
    expect(body.data).toEqual([
      {
        code: 'DUPLICATE_DATA',
        details: {
          api_name: 'Lead_Number',
          json_path: '$.data[0].Lead_Number',
          more_records: false,
          duplicate_record: {
            id,
            Owner: { ...person, zuid: '690000000' },
            module: { api_name: 'Leads', id: expect.stringMatching(ID) },
          },
        },
        message: 'duplicate data',
        status: 'error',
      },
    ]);
  });

  test("refuses check fields that are neither unique nor the system's own", async () => {
    const { crm } = await connected();
    const { status, body } = await crm('POST', 'Leads/upsert', {
      data: [chan],
      duplicate_check_fields: ['Email', 'Phone'],
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'INVALID_DATA', details: { json_path: '$.duplicate_check_fields[1]' } });
  });
});

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
