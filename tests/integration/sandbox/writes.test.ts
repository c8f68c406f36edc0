import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, itemsOf } from './client.ts';
import { chan, connected, details } from './writes-world.ts';

afterEach(closeAll);

const layout = z.object({ id: z.string() });
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
