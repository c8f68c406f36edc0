import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, idOf, startTestSandbox } from './client.ts';

afterEach(closeAll);

const connected = async (scope?: string) => {
  let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15);
  const sandbox = await startTestSandbox({ now: () => nowMs });
  const { crm } = await sandbox.connect(scope);
  const query = (select_query: string) => crm('POST', 'coql', { select_query });
  return {
    ...sandbox,
    crm,
    query,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};
const literal = (code: string, details: object, message: string) =>
  JSON.stringify({ code, details, message, status: 'error' });

describe('a query', () => {
  test('answers the columns asked for and the id, or 204 without a body', async () => {
    const { crm, query } = await connected();
    const id = idOf(
      await crm('POST', 'Leads', { data: [{ Last_Name: 'Chan', Email: 'a@b.com', Lead_Status: 'Contacted' }] }),
    );
    const found = await query("select Email, Lead_Status from Leads where Email = 'a@b.com' limit 0, 200");
    expect([found.status, found.body]).toEqual([
      200,
      { data: [{ Email: 'a@b.com', Lead_Status: 'Contacted', id }], info: { count: 1, more_records: false } },
    ]);
    const none = await query("select id from Leads where Email = 'b@b.com'");
    expect([none.status, none.text]).toEqual([204, '']);
  });

  test("finds leads by the demo org's own fields, as many as are asked for", async () => {
    const { crm, query } = await connected();
    await crm('POST', 'Leads', {
      data: ['k-1', 'k-2', 'k-3'].map((key) => ({
        Last_Name: "O'Neill",
        External_Key: key,
        Google_Click_Id: `Click-${key}`,
        Product_Interest: ['Batteries', 'Heat Pumps'],
      })),
    });
    const { body } = await query(
      "select External_Key, Product_Interest, Owner, Annual_Revenue from Leads where ((Last_Name = 'O''Neill' and Product_Interest = 'Batteries;Heat Pumps') and External_Key in ('k-1', 'K-3', 'k-9')) order by External_Key desc",
    );
    expect(body.data).toMatchObject([
      { External_Key: 'k-3', Product_Interest: ['Batteries', 'Heat Pumps'], Annual_Revenue: null },
      { External_Key: 'k-1', Owner: { id: expect.stringMatching(/^\d{19}$/) } },
    ]);
    expect(JSON.stringify(body.data)).not.toContain('Ops User');
  });

  test('works on contacts and deals, numbers and times', async () => {
    const { crm, query, pass } = await connected();
    await crm('POST', 'Contacts', { data: [{ Last_Name: 'Chan', CDP_ID: 'v-81' }] });
    const deal = (name: string, Amount: number) => ({
      Deal_Name: name,
      Stage: 'Qualification',
      Amount,
      CDP_ID: 'v-81',
    });
    await crm('POST', 'Deals', { data: [deal('Small', 10), deal('Large', 1_000_000)] });
    pass(60_000);
    await crm('POST', 'Deals', { data: [deal('Late', 500)] });
    expect((await query("select Last_Name from Contacts where CDP_ID = 'v-81'")).body.data).toMatchObject([
      { Last_Name: 'Chan' },
    ]);
    const names = async (where: string) =>
      (await query(`select Deal_Name as Name from Deals where ${where} order by Amount`)).body.data;
    expect(await names('Amount > 20')).toMatchObject([{ Name: 'Late' }, { Name: 'Large' }]);
    expect(await names("Created_Time < '2026-11-21T01:31:15+00:00'")).toMatchObject([
      { Name: 'Small' },
      { Name: 'Large' },
    ]);
  });

  test('sees what was written at once, and pages through it', async () => {
    const { crm, query } = await connected();
    await crm('POST', 'Leads', { data: Array.from({ length: 3 }, (_, index) => ({ Last_Name: `L${index}` })) });
    const page = async (range: string) =>
      (await query(`select Last_Name from Leads where id is not null ${range}`)).body;
    expect(await page('limit 2')).toMatchObject({
      data: [{ Last_Name: 'L0' }, { Last_Name: 'L1' }],
      info: { count: 2, more_records: true },
    });
    expect(await page('limit 2, 2')).toMatchObject({ data: [{ Last_Name: 'L2' }], info: { more_records: false } });
    expect(await page('limit 2 offset 1')).toMatchObject({ data: [{ Last_Name: 'L1' }, { Last_Name: 'L2' }] });
  });

  test.each([
    ['', 1],
    ['limit 200', 1],
    ['limit 201', 2],
    ['limit 1000', 2],
    ['limit 1001', 3],
    ['limit 2000', 3],
  ])('%j costs %i', async (range, credits) => {
    const { query, control } = await connected();
    await query(`select id from Leads where id is not null ${range}`);
    expect((await control('GET', 'calls')).body.credits).toBe(credits);
  });
});

describe('a query that is refused', () => {
  const columns = (count: number) => Array.from({ length: count }, (_, index) => `C${index}`).join(', ');
  const criteria = (count: number): string => (count === 1 ? "City = 'x'" : `(${criteria(count - 1)} or City = 'x')`);
  const values = (count: number) => Array.from({ length: count }, (_, index) => `'v${index}'`).join(', ');

  test.each([
    ['select id from Leads', literal('SYNTAX_ERROR', { clause: 'where' }, 'missing clause')],
    [
      "select id from Leads where Foo = 'a'",
      literal(
        'INVALID_QUERY',
        { reason: 'column given seems to be invalid', column_name: 'Foo', operator: '=' },
        'invalid query formed',
      ),
    ],
    [
      "select id from Leads where Email > 'a'",
      literal(
        'INVALID_QUERY',
        { reason: 'invalid operator found', column_name: 'Email', operator: '>' },
        'invalid query formed',
      ),
    ],
    [
      "select id from Leads where Annual_Revenue = 'much'",
      literal(
        'INVALID_QUERY',
        {
          reason: 'value given seems to be invalid for the column',
          column_name: 'Annual_Revenue',
          operator: '=',
        },
        'invalid query formed',
      ),
    ],
    [
      'select id from Leads where id = 1 limit s',
      literal('INVALID_QUERY', { limit: 's' }, 'limit given seems to be invalid'),
    ],
    ['select id from Leads where id = 1 limit 0', literal('INVALID_DATA', {}, 'limit should be greater than 0')],
    [
      'select City, City from Leads where id = 1',
      literal('DUPLICATE_DATA', { column_name: 'City' }, 'duplicate select column'),
    ],
    [
      "select City as '' from Leads where id = 1",
      literal('INVALID_ALIAS', { column_name: 'City', alias: '' }, 'alias name cannot be an empty string'),
    ],
    [
      'select First_Name as Name, Last_Name as Name from Leads where id = 1',
      literal(
        'DUPLICATE_ALIAS',
        { referred_columns: ['First_Name', 'Last_Name'], alias: 'Name' },
        'same alias cannot refer more than one column',
      ),
    ],
    [
      'select First_Name as Last_Name, Last_Name from Leads where id = 1',
      literal(
        'INVALID_QUERY',
        { column_name: 'First_Name', alias: 'Last_Name' },
        'column name or property name given in select columns without alias name cannot be an alias name for other select columns',
      ),
    ],
    ['select id from Leeds where id = 1', literal('INVALID_MODULE', {}, 'the given module is not supported in api')],
  ])('%s', async (text, expected) => {
    const { query } = await connected();
    const { status, text: answer } = await query(text);
    expect([status, answer]).toEqual([400, expected]);
  });

  test.each([
    ['columns', `select ${columns(51)} from Leads where id = 1`],
    ['criteria', `select id from Leads where ${criteria(26)}`],
    ['values', `select id from Leads where City in (${values(101)})`],
    ['records in one call', 'select id from Leads where id = 1 limit 2001'],
    ['records', 'select id from Leads where id = 1 limit 99900, 200'],
  ])('for too many %s', async (what, text) => {
    const { query } = await connected();
    const { status, body } = await query(text);
    expect([status, body]).toMatchObject([
      400,
      { code: 'LIMIT_EXCEEDED', message: `maximum number of ${what} exceeded` },
    ]);
  });

  test('is not refused at the limits', async () => {
    const { query } = await connected();
    expect((await query(`select id from Leads where ${criteria(25)} limit 98000, 2000`)).status).toBe(204);
    expect((await query(`select id from Leads where City in (${values(100)})`)).status).toBe(204);
  });

  test.each<[unknown, string, object]>([
    ['no JSON', 'INVALID_DATA', { expected_data_type: 'jsonobject' }],
    [{}, 'MANDATORY_NOT_FOUND', { api_name: 'select_query' }],
    [{ select_query: 5 }, 'INVALID_DATA', { expected_data_type: 'text' }],
  ])('as it is none: %j', async (body, code, details) => {
    const { crm } = await connected();
    expect((await crm('POST', 'coql', body)).body).toMatchObject({ code, details });
  });

  test('without its own scope or the one of the module', async () => {
    const { newCode, connect } = await connected();
    await newCode();
    const statusOf = async (scope: string) => {
      const { crm } = await connect(scope);
      return (await crm('POST', 'coql', { select_query: 'select id from Leads where id is not null' })).text;
    };
    const mismatch = literal('OAUTH_SCOPE_MISMATCH', {}, 'Unauthorized');
    expect(await statusOf('ZohoCRM.modules.ALL')).toBe(mismatch);
    expect(await statusOf('ZohoCRM.coql.READ')).toBe(mismatch);
    expect(await statusOf('ZohoCRM.coql.READ,ZohoCRM.modules.deals.READ')).toBe(mismatch);
    expect(await statusOf('ZohoCRM.coql.READ,ZohoCRM.modules.leads.CREATE')).toBe(mismatch);
    expect(await statusOf('ZohoCRM.coql.READ,ZohoCRM.modules.leads.READ')).toBe('');
  });
});
