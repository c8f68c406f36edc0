import { describe, expect, test } from '@jest/globals';
import { readService, resolveEnvironment } from '../../../../infra/local/service.ts';
import { indexes } from '../../../../lib/platform/table.ts';

const service = readService();
const named = (name: string) => {
  const found = service.functions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`serverless.yml has no ${name}`);
  return found;
};

describe('serverless.yml as the local runtime reads it', () => {
  test('the six functions, with the time each has', () => {
    expect(service.functions.map(({ name, timeoutSeconds }) => [name, timeoutSeconds])).toEqual([
      ['submit-lead', 29],
      ['connect-zoho', 29],
      ['receive-webhook', 29],
      ['dispatch', 30],
      ['deliver-leads', 300],
      ['deliver-events', 300],
    ]);
  });

  test('the stream mapping of the dispatcher', () => {
    expect(named('dispatch').streams).toEqual([
      {
        table: 'RecordsTable',
        batchSize: 1000,
        batchWindow: 0,
        startingPosition: 'TRIM_HORIZON',
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 3,
        maximumRecordAgeInSeconds: 300,
        filterPatterns: [{ dynamodb: { NewImage: { bell: { S: [{ exists: true }] } } } }],
        onFailureTarget: 'LostBellsQueue',
      },
    ]);
  });

  test("the minute's tick", () => {
    expect(named('dispatch').schedules).toEqual([{ everyMs: 60_000, input: { tick: true } }]);
  });

  test('the indexes are those that the code asks', () => {
    const deployed = service.tables.RecordsTable?.GlobalSecondaryIndexes?.map(
      ({ IndexName, KeySchema, Projection }) => [
        IndexName,
        { partition: KeySchema[0]?.AttributeName, sort: KeySchema[1]?.AttributeName },
        Projection.ProjectionType,
      ],
    );
    expect(deployed).toEqual(Object.entries(indexes).map(([name, keys]) => [name, keys, 'KEYS_ONLY']));
    expect(Object.keys(service.tables)).toEqual(['RecordsTable', 'TokensTable']);
  });
});

describe('the environment of a function', () => {
  const references = { RecordsTable: 'records', TokensTable: 'tokens', 'HttpApi.ApiEndpoint': 'http://127.0.0.1:1' };
  const resolved = (name: string) => resolveEnvironment(service, named(name), { stage: 'local', references });

  test.each([
    ['submit-lead', { STAGE: 'local', RECORDS_TABLE: 'records' }],
    [
      'connect-zoho',
      { STAGE: 'local', RECORDS_TABLE: 'records', TOKENS_TABLE: 'tokens', PUBLIC_URL: 'http://127.0.0.1:1' },
    ],
    ['receive-webhook', { STAGE: 'local', RECORDS_TABLE: 'records' }],
    [
      'dispatch',
      {
        STAGE: 'local',
        RECORDS_TABLE: 'records',
        MAX_LANES: '50',
        DELIVER_LEADS_FUNCTION: 'deliver-leads',
        DELIVER_EVENTS_FUNCTION: 'deliver-events',
      },
    ],
    ['deliver-leads', { STAGE: 'local', RECORDS_TABLE: 'records', TOKENS_TABLE: 'tokens' }],
    ['deliver-events', { STAGE: 'local', RECORDS_TABLE: 'records' }],
  ])('%s gets what it needs and no more', (name, environment) => {
    expect(resolved(name)).toEqual(environment);
  });

  test('a reference without a local counterpart is named', () => {
    const [first] = service.functions;
    if (first === undefined) throw new Error('serverless.yml has no functions');
    const other = { ...first, environment: { QUEUE: { Ref: 'OtherQueue' } } };
    expect(() => resolveEnvironment(service, other, { stage: 'local', references })).toThrow(/QUEUE from OtherQueue/);
  });
});
