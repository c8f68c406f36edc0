import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, idOf } from './client.ts';
import { chan, connected, details, ID, person } from './writes-world.ts';

afterEach(closeAll);

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
