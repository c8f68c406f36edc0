import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { readService } from '../../../../infra/local/service.ts';

const root = resolve(import.meta.dirname, '../../../..');
const read = (file: string): unknown => parse(readFileSync(resolve(root, file), 'utf8'));

const functionShape = z.looseObject({
  handler: z.string(),
  role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  maximumRetryAttempts: z.optional(z.number()),
  maximumEventAge: z.optional(z.number()),
});
const file = z
  .object({
    custom: z.record(z.string(), z.unknown()),
    provider: z.looseObject({}),
    functions: z.record(z.string(), functionShape),
    resources: z.array(z.unknown()),
  })
  .parse(read('serverless.yml'));
const functions = Object.entries(file.functions);
const throttling = z.object({
  extensions: z.object({
    HttpApiStage: z.object({
      Properties: z.object({
        RouteSettings: z.record(
          z.string(),
          z.object({ ThrottlingBurstLimit: z.number(), ThrottlingRateLimit: z.number() }),
        ),
      }),
    }),
  }),
});

describe('serverless.yml', () => {
  test('runs six functions on nodejs24.x and arm64, each with a role of its own', () => {
    expect(file.provider).toMatchObject({ runtime: 'nodejs24.x', architecture: 'arm64' });
    expect(functions.map(([name]) => name).sort()).toEqual([
      'connect-zoho',
      'deliver-events',
      'deliver-leads',
      'dispatch',
      'receive-webhook',
      'submit-lead',
    ]);
    const roles = functions.map(([, { role }]) => role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(functions.length);
    for (const [name, { handler }] of functions) expect(handler).toBe(`.build/${name}/index.handler`);
  });

  test('serves exactly the routes there are, and throttles each but the preflight by itself', () => {
    const routes = readService().functions.flatMap(({ name, routes }) =>
      routes.map(({ method, path }) => `${method} ${path} ${name}`),
    );
    expect(routes.sort()).toEqual([
      'GET /sources/{source} connect-zoho',
      'OPTIONS /sources/{source}/forms/{form} submit-lead',
      'POST /sources/{source} receive-webhook',
      'POST /sources/{source}/forms/{form} submit-lead',
    ]);
    const { RouteSettings } = throttling.parse(file.resources.find((one) => throttling.safeParse(one).success))
      .extensions.HttpApiStage.Properties;
    expect(Object.keys(RouteSettings).sort()).toEqual([
      'GET /sources/{source}',
      'POST /sources/{source}',
      'POST /sources/{source}/forms/{form}',
    ]);
  });

  test('hands the stream’s bells to dispatch alone, and loses none over an error', () => {
    const mappings = readService().functions.flatMap(({ name, streams }) => streams.map((one) => ({ name, ...one })));
    expect(mappings).toEqual([
      {
        name: 'dispatch',
        table: 'RecordsTable',
        startingPosition: 'TRIM_HORIZON',
        batchSize: 1000,
        batchWindow: 0,
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 3,
        maximumRecordAgeInSeconds: 300,
        filterPatterns: [{ dynamodb: { NewImage: { bell: { S: [{ exists: true }] } } } }],
        onFailureTarget: 'LostBellsQueue',
      },
    ]);
    expect(readService().tables.RecordsTable).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAtSeconds', Enabled: true },
    });
    for (const { Projection } of readService().tables.RecordsTable?.GlobalSecondaryIndexes ?? [])
      expect(Projection).toEqual({ ProjectionType: 'KEYS_ONLY' });
  });

  test('ticks each minute, and never repeats the start of a worker by itself', () => {
    const schedules = readService().functions.flatMap(({ name, schedules }) =>
      schedules.map((one) => ({ name, ...one })),
    );
    expect(schedules).toEqual([{ name: 'dispatch', everyMs: 60_000, input: { tick: true } }]);
    for (const worker of ['deliver-leads', 'deliver-events'])
      expect(file.functions[worker]).toMatchObject({ maximumRetryAttempts: 0, maximumEventAge: 60 });
  });

  test('reserves no concurrency, which fails in a fresh account', () => {
    for (const [, one] of functions) expect(one).not.toHaveProperty('reservedConcurrency');
  });

  test('keeps logs for a time that is a parameter', () => {
    expect(file.provider).toMatchObject({ logRetentionInDays: '${self:custom.logRetentionDays}' });
    expect(file.custom.logRetentionDays).toBe('${param:logRetentionDays, 30}');
  });

  test('gives out each URL', () => {
    const { Outputs } = z
      .object({ Outputs: z.record(z.string(), z.object({ Value: z.unknown() })) })
      .parse(read('infra/outputs.yml'));
    const api = '${HttpApi.ApiEndpoint}/sources/{source}';
    expect(Outputs).toMatchObject({
      FormUrl: { Value: { 'Fn::Sub': `${api}/forms/{form}` } },
      ConnectUrl: { Value: { 'Fn::Sub': api } },
      WebhookUrl: { Value: { 'Fn::Sub': api } },
    });
  });
});
