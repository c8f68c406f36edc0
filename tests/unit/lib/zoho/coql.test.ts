import { describe, expect, test } from '@jest/globals';
import { coqlRequest, coqlText, readCoqlAnswer } from '../../../../lib/zoho/coql.ts';
import { markerQuery, readMarkers } from '../../../../lib/zoho/marker-query.ts';

test('a query is posted as it is, with Zoho’s own authorization scheme', async () => {
  const request = coqlRequest({
    apiDomain: 'https://www.zohoapis.eu',
    accessToken: 't-1',
    query: 'select id from Leads where id is not null',
  });
  expect(request.url).toBe('https://www.zohoapis.eu/crm/v8/coql');
  expect(request.method).toBe('POST');
  expect(request.headers.get('authorization')).toBe('Zoho-oauthtoken t-1');
  expect(await request.json()).toEqual({ select_query: 'select id from Leads where id is not null' });
});

test('a quotation mark cannot end a text of a query', () => {
  expect(coqlText("x' or id is not null")).toBe("'x'' or id is not null'");
});

describe('an answer to a query', () => {
  const body = (content: unknown) => JSON.stringify(content);

  test('has rows with every digit of their ids', () => {
    const text =
      '{"data":[{"Mark":"a","id":5725767000000524157},{"id":"554023000000310003"}],"info":{"count":2,"more_records":true}}';
    expect(readCoqlAnswer(200, text)).toEqual({
      status: 'rows',
      rows: [{ Mark: 'a', id: '5725767000000524157' }, { id: '554023000000310003' }],
      moreRecords: true,
    });
  });

  test('204 means that nothing was found', () => {
    expect(readCoqlAnswer(204, '')).toEqual({ status: 'rows', rows: [], moreRecords: false });
  });

  test.each([
    [
      'a missing scope',
      401,
      { code: 'OAUTH_SCOPE_MISMATCH', details: {}, message: 'Unauthorized', status: 'error' },
      'OAUTH_SCOPE_MISMATCH',
    ],
    ['a missing right', 403, { data: [{ code: 'NO_PERMISSION', details: {}, status: 'error' }] }, 'NO_PERMISSION'],
    [
      'an unknown field',
      400,
      { code: 'INVALID_QUERY', details: { column_name: 'Foo' }, status: 'error' },
      'INVALID_QUERY',
    ],
  ])('%s refuses the query, not the connection', (_, httpStatus, content, code) => {
    expect(readCoqlAnswer(httpStatus, body(content))).toEqual({ status: 'refused', code });
  });

  test.each([
    [
      'a refused token',
      401,
      body({ code: 'INVALID_TOKEN', details: {} }),
      { fault: 'connection', code: 'INVALID_TOKEN' },
    ],
    [
      'a throttled call',
      429,
      body({ code: 'TOO_MANY_REQUESTS', details: { retry_after: 60 } }),
      { fault: 'lane', code: 'TOO_MANY_REQUESTS', afterSeconds: 60 },
    ],
    [
      'an error of Zoho’s',
      500,
      body({ code: 'INTERNAL_ERROR', details: {} }),
      { fault: 'lane', code: 'INTERNAL_ERROR' },
    ],
    ['an error page', 502, '<html>', { fault: 'lane', code: 'http_502' }],
    ['a refusal by something in between', 403, '<html>', { fault: 'lane', code: 'http_403' }],
    ['half an answer', 200, '{"data":[{"id":"1"', { fault: 'lane', code: 'unreadable_answer' }],
    ['rows without ids', 200, '{"data":[{"Mark":"a"}]}', { fault: 'lane', code: 'unreadable_answer' }],
    ['an empty 200', 200, '', { fault: 'lane', code: 'unreadable_answer' }],
  ])('%s is no answer', (_, httpStatus, text, fault) => {
    expect(readCoqlAnswer(httpStatus, text)).toEqual({ status: 'fault', ...fault });
  });
});

describe('looking up by marker', () => {
  const wanted = { module: 'Leads', marker: 'Submission_Id', values: ['abc', 'def'] };

  test('asks for all values at once, converted leads included', () => {
    expect(markerQuery(wanted, { converted: 'named' })).toBe(
      "select id, Submission_Id from Leads where (Submission_Id in ('abc', 'def') and (Converted__s = true or Converted__s = false))",
    );
    expect(markerQuery(wanted, { converted: 'as_it_comes' })).toBe(
      "select id, Submission_Id from Leads where Submission_Id in ('abc', 'def')",
    );
  });

  test('takes the exact value only, and of cloned records the oldest', () => {
    const rows = [
      { id: '1000000000000000001', Submission_Id: 'ABC' },
      { id: '1000000000000000003', Submission_Id: 'abc' },
      { id: '999999999999999999', Submission_Id: 'abc' },
      { id: '1000000000000000002', Submission_Id: 'abc' },
      { id: '1000000000000000004', Submission_Id: null },
      { id: '1000000000000000005', Submission_Id: 'other' },
    ];
    expect(readMarkers(rows, wanted)).toEqual(new Map([['abc', '999999999999999999']]));
  });
});
