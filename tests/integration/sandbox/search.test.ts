import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { closeAll, idOf, startTestSandbox } from './client.ts';

afterEach(closeAll);

const rows = z.array(z.record(z.string(), z.unknown()));
const literal = (code: string, details: object, message: string) =>
  JSON.stringify({ code, details, message, status: 'error' });

const connected = async (searchLagSeconds = 0) => {
  let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15);
  const sandbox = await startTestSandbox({ now: () => nowMs, searchLagSeconds });
  const { crm } = await sandbox.connect();
  const search = (query: Record<string, string>, module = 'Leads') =>
    crm('GET', `${module}/search?${new URLSearchParams(query)}`);
  return {
    ...sandbox,
    crm,
    search,
    names: async (query: Record<string, string>) => {
      const { status, body } = await search(query);
      return status === 204 ? [] : rows.parse(body.data).map(({ Last_Name: name }) => name);
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

const people = [
  { Last_Name: 'ABC', Email: 'sales-team@example.com', Phone: '+852 5123 4567', No_of_Employees: 5 },
  { Last_Name: 'ABC Inc', Email: 'a@example.com', Secondary_Email: 'b@example.com', Lead_Status: 'Contacted' },
  { Last_Name: 'Burns,B (HK)', Email: 'c@example.com', Mobile: '852-5123-9999', Lead_Status: 'Not Contacted' },
];

describe('a search', () => {
  test('answers like a list, newest first, every field unless some are named', async () => {
    const { crm, search } = await connected();
    const id = idOf(await crm('POST', 'Leads', { data: people }));
    const { status, body } = await search({ email: 'sales-team@example.com' });
    expect(status).toBe(200);
    expect(rows.parse(body.data)[0]).toMatchObject({ id, Last_Name: 'ABC', $approval_state: 'approved', City: null });
    expect(body.info).toEqual({
      per_page: 200,
      count: 1,
      sort_by: 'id',
      page: 1,
      sort_order: 'desc',
      more_records: false,
    });
    const page = await search({ word: 'example', fields: 'Last_Name', per_page: '2' });
    expect(page.body).toMatchObject({
      data: [{ Last_Name: 'Burns,B (HK)' }, { Last_Name: 'ABC Inc' }],
      info: { count: 2, more_records: true },
    });
    expect(Object.keys(rows.parse(page.body.data)[0] ?? {}).sort()).toEqual(['Last_Name', 'id']);
  });

  test.each<[Record<string, string>, string[]]>([
    [{ criteria: '(Last_Name:equals:ABC)' }, ['ABC Inc', 'ABC']], // equals is contains
    [{ criteria: '(Last_Name:equals:abc inc)' }, ['ABC Inc']],
    [{ criteria: '(Last_Name:starts_with:Bu)' }, ['Burns,B (HK)']],
    [{ criteria: '(Last_Name:equals:Burns\\,B \\(HK\\))' }, ['Burns,B (HK)']],
    [{ criteria: '(Last_Name:in:ABC,Nobody)' }, ['ABC']],
    [{ criteria: '(Last_Name:not_equal:ABC)' }, ['Burns,B (HK)']],
    [{ criteria: '(Email:equals:sales_team@example.com)' }, ['ABC']], // signs look alike to the index
    [{ criteria: '(Lead_Status:equals:Contacted)' }, ['ABC Inc']], // picklists are compared whole
    [{ criteria: '(No_of_Employees:greater_than:4)' }, ['ABC']],
    [{ criteria: '(No_of_Employees:between:1,4)' }, []],
    [{ criteria: '(Created_Time:less_equal:2026-11-21T09:30:15+08:00)' }, ['Burns,B (HK)', 'ABC Inc', 'ABC']],
    [
      { criteria: '((Email:starts_with:a)or((Last_Name:equals:ABC)and(No_of_Employees:equals:5)))' },
      ['ABC Inc', 'ABC'],
    ],
    [{ email: 'b@example.com' }, ['ABC Inc']], // every e-mail field
    [{ email: 'B@EXAMPLE.COM' }, ['ABC Inc']],
    [{ phone: '8525123' }, ['Burns,B (HK)', 'ABC']],
    [{ phone: '(5123) 4567' }, ['ABC']],
    [{ word: 'inc' }, ['ABC Inc']],
    [{ criteria: '(Last_Name:starts_with:Bu)', email: 'a@example.com', word: 'abc' }, ['Burns,B (HK)']],
    [{ email: 'a@example.com', phone: '51239999', word: 'abc' }, ['ABC Inc']],
    [{ phone: '51239999', word: 'abc' }, ['Burns,B (HK)']],
  ])('for %j finds %j', async (query, found) => {
    const { crm, names } = await connected();
    await crm('POST', 'Leads', { data: people });
    expect(await names(query)).toEqual(found);
  });

  test('that finds nothing is 204 without a body', async () => {
    const { search } = await connected();
    const none = await search({ word: 'nobody' });
    expect([none.status, none.text]).toEqual([204, '']);
  });

  test('knows a write only after the lag, queries and reads at once', async () => {
    const { crm, names, search, pass } = await connected(5);
    const id = idOf(await crm('POST', 'Leads', { data: [{ Last_Name: 'Chan', Email: 'old@example.com' }] }));
    expect(await names({ email: 'old@example.com' })).toEqual([]);
    const select_query = "select id from Leads where Email = 'old@example.com'";
    expect((await crm('POST', 'coql', { select_query })).status).toBe(200);
    pass(5_000);
    await crm('PUT', `Leads/${id}`, { data: [{ Email: 'new@example.com' }] });
    // Still found by its old address, and shown with the new one.
    expect((await search({ email: 'old@example.com' })).body.data).toMatchObject([{ id, Email: 'new@example.com' }]);
    pass(5_000);
    expect(await names({ email: 'old@example.com' })).toEqual([]);
    expect(await names({ email: 'new@example.com' })).toEqual(['Chan']);
  });

  test('reaches 2,000 records', async () => {
    const { search } = await connected();
    expect((await search({ word: 'abc', page: '10' })).status).toBe(204);
    const { status, body } = await search({ word: 'abc', page: '11' });
    expect([status, body.code]).toEqual([400, 'LIMIT_REACHED']);
  });
});

describe('a search that is refused', () => {
  test('has nothing to look for', async () => {
    const { search } = await connected();
    const { status, text } = await search({ fields: 'id' });
    expect([status, text]).toEqual([
      400,
      literal(
        'EXPECTED_PARAM_MISSING',
        { param_names: ['criteria', 'email', 'phone', 'word'] },
        'One of the expected parameter is missing',
      ),
    ]);
  });

  test.each<[string, object]>([
    ['(Foo:equals:1)', { reason: 'invalid field found', api_name: 'Foo', operator: 'equals' }],
    ['(Email:contains:1)', { reason: 'invalid operator found', api_name: 'Email', operator: 'contains' }],
    [
      '(Lead_Status:starts_with:C)',
      { reason: 'invalid operator found', api_name: 'Lead_Status', operator: 'starts_with' },
    ],
    ['(Email:equals:)', { reason: 'invalid value found', api_name: 'Email', operator: 'equals' }],
    ['(Last_Name:equals:Burns,B)', { reason: 'invalid value found', api_name: 'Last_Name', operator: 'equals' }],
    [
      '(No_of_Employees:equals:many)',
      { reason: 'invalid value found', api_name: 'No_of_Employees', operator: 'equals' },
    ],
    ['(Email:equals:a', { reason: 'criteria is not well formed' }],
  ])('makes no sense: %s', async (criteria, details) => {
    const { search } = await connected();
    const { status, text } = await search({ criteria });
    expect([status, text]).toEqual([400, literal('INVALID_QUERY', details, 'invalid query formed')]);
  });

  test.each<[Record<string, string>, string]>([
    [{ criteria: `(${Array.from({ length: 11 }, () => '(City:equals:x)').join('or')})` }, 'LIMIT_EXCEEDED'],
    [{ criteria: `(City:in:${Array.from({ length: 101 }, () => 'x').join(',')})` }, 'LIMIT_EXCEEDED'],
    [{ word: 'a' }, 'INVALID_DATA'],
    [{ phone: 'ab' }, 'INVALID_DATA'],
    [{ word: 'abc', converted: 'maybe' }, 'INVALID_DATA'],
    [{ word: 'abc', per_page: '201' }, 'INVALID_DATA'],
  ])('asks for what there is not: %j', async (query, code) => {
    const { search } = await connected();
    const { status, body } = await search(query);
    expect([status, body.code]).toEqual([400, code]);
  });

  test.each([
    ['ZohoCRM.modules.ALL', 401],
    ['ZohoSearch.securesearch.READ', 401],
    ['ZohoSearch.securesearch.READ,ZohoCRM.modules.contacts.READ', 401],
    ['ZohoSearch.securesearch.READ,ZohoCRM.modules.leads.READ', 204],
  ])('has scopes %s: %i', async (scope, expected) => {
    const { connect } = await startTestSandbox();
    const { crm } = await connect(scope);
    const { status, body } = await crm('GET', 'Leads/search?word=abc');
    expect(status).toBe(expected);
    if (status === 401) expect(body.code).toBe('OAUTH_SCOPE_MISMATCH');
  });
});
