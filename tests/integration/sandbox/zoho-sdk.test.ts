import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { describeWithZohoSdk, runZohoSdk } from '../../support/zoho-sdk.ts';
import { closeAll, startTestSandbox } from './client.ts';

const item = z.looseObject({ kind: z.string(), code: z.string(), details: z.record(z.string(), z.unknown()) });
const write = z.object({ httpStatus: z.number(), kind: z.string(), items: z.array(item) });
const read = z.object({ httpStatus: z.number(), records: z.array(z.record(z.string(), z.unknown())) });
/** What the program prints: one entry for each thing it did. A step that threw has `failed` instead. */
const seen = z.object({
  insert: write,
  insertRefused: write,
  insertMixed: write,
  upsert: write,
  update: write,
  updateMany: write,
  get: read,
  getUnknown: read,
  list: read,
  search: read,
  searchCriteria: read,
  searchNothing: read,
  fields: z.array(
    z.object({ apiName: z.string(), dataType: z.string(), length: z.number(), options: z.array(z.string()) }),
  ),
  refresh: z.extend(read, { isNew: z.boolean(), isRefreshTokenKept: z.boolean() }),
  user: z.nullable(z.string()),
});
const calls = z.object({
  mints: z.number(),
  calls: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      query: z.record(z.string(), z.unknown()),
      headers: z.record(z.string(), z.string()),
    }),
  ),
});

describeWithZohoSdk('Zoho’s own TypeScript SDK against the sandbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-zoho-sdk-'));
  let sdk: z.infer<typeof seen>;
  let report: z.infer<typeof calls>;
  beforeAll(async () => {
    const { baseUrl, clientId, clientSecret, newCode, control } = await startTestSandbox();
    const { code } = await newCode();
    const printed = await runZohoSdk({ baseUrl, clientId, clientSecret, code, resourcePath: folder });
    sdk = seen.parse(printed);
    report = calls.parse((await control('GET', 'calls')).body);
  });
  afterAll(async () => {
    await closeAll();
    rmSync(folder, { recursive: true, force: true });
  });

  test('exchanges a code in a multipart form, and learns who it works for', () => {
    const [exchange, ...rest] = report.calls;
    expect(exchange).toMatchObject({ method: 'POST', path: '/oauth/v2/token' });
    expect(exchange?.headers['content-type']).toMatch(/^multipart\/form-data/);
    expect(rest[0]).toMatchObject({ path: '/crm/v8/users', query: { type: 'CurrentUser' } });
    expect(sdk.user).toMatch(/^ops@example\.com\b/); // and behind it the org, as the SDK names its users
  });

  test('reads the fields of the module before its first write, and sends JSON without saying so', () => {
    const paths = report.calls.map(({ method, path, query }) => `${method} ${path} ${query.module ?? ''}`.trim());
    const firstWrite = report.calls.findIndex(({ method, path }) => method === 'POST' && path.startsWith('/crm/'));
    expect(paths.slice(0, firstWrite)).toContain('GET /crm/v8/settings/fields Leads');
    expect(report.calls[firstWrite]?.headers).not.toHaveProperty('content-type');
  });

  test('inserts, and reads each record’s own result', () => {
    expect(sdk.insert).toMatchObject({ httpStatus: 201, kind: 'ActionWrapper' });
    expect(sdk.insert.items.map(({ kind, code }) => [kind, code])).toEqual([
      ['SuccessResponse', 'SUCCESS'],
      ['SuccessResponse', 'SUCCESS'],
    ]);
    expect(sdk.insert.items[0]?.details).toMatchObject({
      id: expect.stringMatching(/^\d{19}$/),
      Created_By: 'MinifiedUser',
      Created_Time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('understands a refusal, and a call of which a part failed', () => {
    expect(sdk.insertRefused).toMatchObject({
      httpStatus: 400,
      items: [
        {
          kind: 'APIException',
          code: 'INVALID_DATA',
          status: 'error',
          details: { api_name: 'Last_Name', maximum_length: '80', json_path: '$.data[0].Last_Name' },
        },
      ],
    });
    expect(sdk.insertMixed).toMatchObject({
      httpStatus: 207,
      items: [
        { kind: 'SuccessResponse' },
        {
          kind: 'APIException',
          code: 'DUPLICATE_DATA',
          details: { api_name: 'External_Key', duplicate_record: 'DuplicateRecord' },
        },
      ],
    });
  });

  test('upserts: one updated by its e-mail, one added', () => {
    expect(sdk.upsert.items).toMatchObject([
      { action: 'update', duplicateField: 'Email', details: { id: sdk.insert.items[0]?.details.id } },
      { action: 'insert', message: 'record added' },
    ]);
  });

  test('updates one record by its path and several by their ids', () => {
    expect(sdk.update).toMatchObject({ httpStatus: 200, items: [{ code: 'SUCCESS', message: 'record updated' }] });
    expect(sdk.updateMany).toMatchObject({
      httpStatus: 207,
      items: [{ code: 'SUCCESS' }, { code: 'INVALID_DATA', message: 'the id given seems to be invalid' }],
    });
  });

  test('gets a record with every value in its own type, and nothing for an unknown one', () => {
    expect(sdk.get).toMatchObject({
      httpStatus: 200,
      records: [
        {
          Last_Name: 'Chan',
          Company: 'ABC',
          City: 'Kowloon',
          Lead_Status: 'Pre-Qualified',
          Annual_Revenue: 1250.5,
          Product_Interest: ['Solar Panels', 'Batteries'],
          Owner: 'MinifiedUser',
          Modified_Time: expect.stringMatching(/Z$/), // a Date by then
          CDP_ID: 'v-1',
        },
      ],
    });
    expect(sdk.getUnknown).toEqual({ httpStatus: 204, records: [] });
    expect(sdk.list.records.map(({ Last_Name }) => Last_Name)).toEqual(['Lee', 'Key', 'Wong']);
  });

  test('searches by e-mail and by criteria, and finds nothing where there is nothing', () => {
    expect(sdk.search.records).toMatchObject([{ Last_Name: 'Chan', id: sdk.insert.items[0]?.details.id }]);
    expect(sdk.searchCriteria.records).toMatchObject([{ Last_Name: 'Wong', Email: 'sdk-2@example.com' }]);
    expect(sdk.searchNothing).toEqual({ httpStatus: 204, records: [] });
  });

  test('reads the fields with their types, lengths and options', () => {
    const byName = Object.fromEntries(sdk.fields.map((field) => [field.apiName, field]));
    expect(byName.Last_Name).toMatchObject({ dataType: 'text', length: 80 });
    expect(byName.Annual_Revenue).toMatchObject({ dataType: 'currency' });
    expect(byName.Lead_Status?.options).toContain('Pre-Qualified');
  });

  test('refreshes when its hour is over, and goes on', () => {
    expect(sdk.refresh).toMatchObject({ httpStatus: 200, isNew: true, isRefreshTokenKept: true });
    expect(sdk.refresh.records).toHaveLength(1);
    expect(report.mints).toBe(2);
    expect(report.calls.filter(({ path }) => path === '/oauth/v2/token')).toHaveLength(2);
  });
});
