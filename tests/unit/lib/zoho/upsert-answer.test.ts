import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { callFaults, recordFaults } from '../../../../lib/zoho/faults.ts';
import { readInsertAnswer, readUpsertAnswer } from '../../../../lib/zoho/upsert-answer.ts';

const stored = (id: string, action: 'insert' | 'update', duplicateField: string | null = null) => ({
  code: 'SUCCESS',
  duplicate_field: duplicateField,
  action,
  details: {
    Modified_Time: '2026-01-14T10:31:43+05:30',
    id,
    Created_By: { name: 'Ops User', id: '4150868000000225013' },
  },
  message: action === 'update' ? 'record updated' : 'record added',
  status: 'success',
});
const failed = (code: string, details: object = {}, message = 'failed') => ({
  code,
  details,
  message,
  status: 'error',
});
const body = (...data: unknown[]) => JSON.stringify({ data });

describe('a stored record', () => {
  test('tells its id, what was done and what matched', () => {
    expect(
      readUpsertAnswer(
        200,
        body(stored('4150868000000376008', 'update', 'Email'), stored('4150868000003194003', 'insert')),
        2,
      ),
    ).toEqual([
      { status: 'delivered', recordId: '4150868000000376008', action: 'update', duplicateField: 'Email' },
      { status: 'delivered', recordId: '4150868000003194003', action: 'insert' },
    ]);
  });

  test('is an insert by its action, though a duplicate field stands on it', () => {
    expect(readUpsertAnswer(200, body(stored('1', 'insert', 'Email')), 1)).toMatchObject([
      { action: 'insert', duplicateField: 'Email' },
    ]);
  });

  test('keeps every digit of an id that Zoho sent as a number', () => {
    const text =
      '{"data":[{"code":"SUCCESS","action":"insert","details":{"id":5725767000000524157},"status":"success"}]}';
    expect(readUpsertAnswer(200, text, 1)).toEqual([
      { status: 'delivered', recordId: '5725767000000524157', action: 'insert' },
    ]);
  });

  test('is read from an insert, which names no action', () => {
    const { action: _action, duplicate_field: _field, ...added } = stored('5545974000000579001', 'insert');
    expect(readInsertAnswer(201, body(added), 1)).toEqual([
      { status: 'delivered', recordId: '5545974000000579001', action: 'insert' },
    ]);
  });

  test('is read from a parsed body as well', () => {
    expect(readUpsertAnswer(200, { data: [stored('77', 'insert')] }, 1)).toMatchObject([{ recordId: '77' }]);
  });

  test.each([200, 201, 202, 207, 400, 500])('counts whatever the status: %i', (status) => {
    const outcomes = readUpsertAnswer(
      status,
      body(stored('1', 'insert'), failed('MANDATORY_NOT_FOUND', { api_name: 'Last_Name' })),
      2,
    );
    expect(outcomes.map((one) => one.status)).toEqual(['delivered', 'rejected']);
  });

  test('without an id is unreadable', () => {
    expect(readUpsertAnswer(202, body({ code: 'SCHEDULED', details: { job_id: '1' }, status: 'success' }), 1)).toEqual([
      { status: 'retry', fault: 'item', code: 'unreadable_result' },
    ]);
  });
});

describe('a refused record', () => {
  test.each([
    [failed('MANDATORY_NOT_FOUND', { api_name: 'Last_Name', json_path: '$.data[1].Last_Name' }), 'Last_Name'],
    [failed('INVALID_DATA', { maximum_length: 80, api_name: 'Last_Name' }), 'Last_Name'],
    [failed('INVALID_DATA', { expected_data_type: 'phone', api_name: 'Phone' }), 'Phone'],
    [failed('INVALID_DATA', { json_path: '$.data[0].No_of_Employees' }), 'No_of_Employees'],
    [
      failed('DEPENDENT_FIELD_MISSING', { dependee: { api_name: 'Pipeline', json_path: '$.data[0].Pipeline' } }),
      'Pipeline',
    ],
    [failed('EXPECTED_FIELD_MISSING', { expected_fields: [{ api_name: 'Stage' }, { api_name: 'Pipeline' }] }), 'Stage'],
    [failed('MAPPING_MISMATCH', { api_name: 'Stage' }), 'Stage'],
    [failed('DEPENDENT_MISMATCH'), undefined],
  ])('%j waits for a person and names its field', (item, field) => {
    const [outcome] = readUpsertAnswer(400, body(item), 1);
    expect(outcome).toEqual({ status: 'rejected', code: item.code, ...(field === undefined ? {} : { field }) });
  });

  test.each([
    ['as now', { api_name: 'Email', duplicate_record: { id: '3652397000007549434', module: { api_name: 'Leads' } } }],
    ['as of old', { api_name: 'Email', id: '3652397000007549434' }],
  ])('names its duplicate, %s', (_, details) => {
    expect(readUpsertAnswer(400, body(failed('DUPLICATE_DATA', details)), 1)).toEqual([
      {
        status: 'rejected',
        code: 'DUPLICATE_DATA',
        field: 'Email',
        duplicateId: '3652397000007549434',
        ...('duplicate_record' in details ? { duplicateModule: 'Leads' } : {}),
      },
    ]);
  });

  test("a duplicate's id keeps every digit of a number", () => {
    const text =
      '{"data":[{"code":"DUPLICATE_DATA","details":{"api_name":"Email","duplicate_record":{"id":3652397000007549434}},"status":"error"}]}';
    expect(readUpsertAnswer(400, text, 1)).toMatchObject([{ duplicateId: '3652397000007549434' }]);
  });

  test('several errors at once: one that cannot pass decides', () => {
    const errors = [failed('RECORD_LOCKED'), failed('DUPLICATE_DATA', { api_name: 'Phone', id: '12' })];
    expect(readUpsertAnswer(400, body(failed('MULTIPLE_OR_MULTI_ERRORS', { errors })), 1)).toEqual([
      { status: 'rejected', code: 'MULTIPLE_OR_MULTI_ERRORS', field: 'Phone', duplicateId: '12' },
    ]);
  });

  test('several errors that all pass are tried again', () => {
    const errors = [failed('RECORD_LOCKED'), failed('DEPENDENT_SERVICE_ERROR')];
    expect(readUpsertAnswer(400, body(failed('MULTIPLE_OR_MULTI_ERRORS', { errors })), 1)).toMatchObject([
      { status: 'retry', fault: 'item' },
    ]);
  });

  test.each(Object.entries(recordFaults))('%s on one of two records: %s', (code, fault) => {
    const [first, second] = readUpsertAnswer(207, body(stored('1', 'insert'), failed(code)), 2);
    expect(first?.status).toBe('delivered');
    expect(second).toEqual(fault === 'item' ? { status: 'retry', fault: 'item', code } : { status: 'rejected', code });
  });

  test.each(['SOMETHING_NEW', 'constructor', 'INTERNAL_ERROR', 'INVALID_TOKEN'])(
    '%s on one record is tried again, alone',
    (code) => {
      expect(readUpsertAnswer(207, body(stored('1', 'insert'), failed(code)), 2)[1]).toEqual({
        status: 'retry',
        fault: 'item',
        code,
      });
    },
  );

  test('what is no code is never repeated to anybody', () => {
    expect(
      readUpsertAnswer(207, body(stored('1', 'insert'), failed('lead of jane@example.com', { api_name: 'a b' })), 2)[1],
    ).toEqual({
      status: 'retry',
      fault: 'item',
      code: 'unreadable_result',
    });
  });
});

describe('a refused call', () => {
  const statuses: Record<string, number> = {
    INVALID_TOKEN: 401,
    AUTHENTICATION_FAILURE: 401,
    OAUTH_SCOPE_MISMATCH: 401,
    NO_PERMISSION: 403,
    AUTHORIZATION_FAILED: 403,
    FEATURE_NOT_SUPPORTED: 403,
    NOT_SUPPORTED: 403,
    INVALID_URL_PATTERN: 404,
    TOO_MANY_REQUESTS: 429,
    RATE_LIMIT_EXCEEDED: 429,
    INTERNAL_ERROR: 500,
    SERVICE_UNAVAILABLE: 503,
  };

  test.each(Object.entries(callFaults))('%s is the fault of the %s, for every record', (code, fault) => {
    const outcome = { status: 'retry', fault, code };
    expect(readUpsertAnswer(statuses[code] ?? 400, JSON.stringify(failed(code)), 3)).toEqual([
      outcome,
      outcome,
      outcome,
    ]);
  });

  test.each(Object.entries(statuses))(
    '%s wrapped in data with HTTP %i is the same, for one record and for many',
    (code, status) => {
      const outcome = { status: 'retry', fault: callFaults[code], code };
      expect(readUpsertAnswer(status, body(failed(code)), 1)).toEqual([outcome]);
      expect(readUpsertAnswer(status, body(failed(code)), 2)).toEqual([outcome, outcome]);
    },
  );

  test('a code nobody knows passes', () => {
    expect(readUpsertAnswer(400, JSON.stringify(failed('SOMETHING_NEW')), 1)).toEqual([
      { status: 'retry', fault: 'lane', code: 'SOMETHING_NEW' },
    ]);
  });

  test('says how long to wait when Zoho does', () => {
    expect(
      readUpsertAnswer(429, JSON.stringify(failed('TOO_MANY_REQUESTS', { retry_after: 60, limit: 100 })), 1),
    ).toEqual([{ status: 'retry', fault: 'lane', code: 'TOO_MANY_REQUESTS', afterSeconds: 60 }]);
  });

  test.each([
    [200, '', 'unreadable_answer'],
    [200, '<html>', 'unreadable_answer'],
    [200, '{}', 'unreadable_answer'],
    [200, '{"data":{}}', 'unreadable_answer'],
    [204, '', 'unreadable_answer'],
    [302, '', 'http_302'],
    [429, '', 'http_429'],
    [502, '<html>bad gateway</html>', 'http_502'],
    [503, 'null', 'http_503'],
  ])('HTTP %i with %j is the fault of the lane', (status, text, code) => {
    expect(readUpsertAnswer(status, text, 2)).toEqual(Array(2).fill({ status: 'retry', fault: 'lane', code }));
  });
});

test.each([
  ['fewer', [stored('1', 'insert')]],
  ['more', [stored('1', 'insert'), stored('2', 'insert'), stored('3', 'insert')]],
  ['none', []],
  ['strange', [7, null]],
])('%s results than records: nobody is told the wrong one', (_, data) => {
  expect(readUpsertAnswer(200, body(...data), 2)).toEqual(
    Array(2).fill({ status: 'retry', fault: 'item', code: 'unreadable_result' }),
  );
});

test('every record gets exactly one outcome, whatever comes back', () => {
  const entry = fc.record(
    {
      code: fc.oneof(
        fc.constantFrom(...Object.keys(callFaults), ...Object.keys(recordFaults), 'SUCCESS', '__proto__'),
        fc.anything(),
      ),
      status: fc.oneof(fc.constantFrom('success', 'error'), fc.anything()),
      details: fc.oneof(fc.record({ id: fc.anything(), errors: fc.anything() }, { requiredKeys: [] }), fc.anything()),
    },
    { requiredKeys: [] },
  );
  const answers = fc.oneof(
    fc.string(),
    fc.json(),
    fc.anything(),
    fc.record({ data: fc.array(entry, { maxLength: 4 }) }),
    entry,
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      answers,
      fc.integer({ min: 1, max: 5 }),
      (status, answer, count) => {
        const outcomes = readUpsertAnswer(status, answer, count);
        expect(outcomes).toHaveLength(count);
        for (const outcome of outcomes) expect(['delivered', 'rejected', 'retry']).toContain(outcome.status);
      },
    ),
  );
});
