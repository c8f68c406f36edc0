import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { readService } from '../../../../infra/local/service.ts';

const root = resolve(import.meta.dirname, '../../../..');
const read = (file: string): unknown => parse(readFileSync(resolve(root, file), 'utf8'));

const serviceFile = z.object({ provider: z.object({ logs: z.object({ httpApi: z.object({ format: z.string() }) }) }) });
const rolesFile = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Properties: z.object({
        Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.looseObject({})) }) })),
      }),
    }),
  ),
});
const keyStatement = z.tuple([
  z.literal('HasOwnKey'),
  z.object({
    Effect: z.literal('Allow'),
    Action: z.array(z.string()),
    Resource: z.object({ Ref: z.literal('KmsKeyArn') }),
    Condition: z.object({
      StringEquals: z.object({ 'kms:ViaService': z.array(z.object({ 'Fn::Sub': z.string() })) }),
    }),
  }),
  z.object({ Ref: z.literal('AWS::NoValue') }),
]);
const tablesFile = z.object({
  Resources: z.record(z.string(), z.object({ DeletionPolicy: z.string(), Properties: z.looseObject({}) })),
});
const extensionsFile = z.object({ extensions: z.record(z.string(), z.unknown()) });

const roles = Object.entries(rolesFile.parse(read('infra/roles.yml')).Resources).map(([name, { Properties }]) => ({
  name,
  statements: Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
}));

describe('what deploys', () => {
  test('the access log holds the route as declared, and neither path, query nor address of a call', () => {
    const { format } = serviceFile.parse(read('serverless.yml')).provider.logs.httpApi;
    expect(Object.values(JSON.parse(format)).sort()).toEqual([
      '$context.error.responseType',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });

  test('each role may use the key of one’s own, only through the services whose actions it has', () => {
    expect(roles).toHaveLength(readService().functions.length);
    for (const { name, statements } of roles) {
      const used = new Set(
        statements.flatMap(({ Action }) =>
          z
            ._default(z.array(z.string()), [])
            .parse(Action)
            .map((action) => action.split(':')[0] ?? ''),
        ),
      );
      const encrypted = ['dynamodb', 'secretsmanager', 'sqs'].filter((service) => used.has(service));
      const [, statement] = keyStatement.parse(statements.find((one) => 'Fn::If' in one)?.['Fn::If']);
      const via = statement.Condition.StringEquals['kms:ViaService'].map((one) => one['Fn::Sub'].split('.')[0]);
      expect([name, via]).toEqual([name, encrypted]);
      for (const action of statement.Action) expect(action).toMatch(/^kms:[A-Za-z]+$/);
    }
  });

  test('only workers that deliver leads and the connect visit reach the access tokens', () => {
    const reaching = roles.filter(({ statements }) => JSON.stringify(statements).includes('TokensTable'));
    expect(reaching.map(({ name }) => name)).toEqual(['ConnectZohoRole', 'DeliverLeadsRole']);
  });

  test('tables stay when the stack goes, can be restored to any second, and take the key of one’s own', () => {
    const tables = Object.values(tablesFile.parse(read('infra/tables.yml')).Resources);
    expect(tables).toHaveLength(2);
    for (const { DeletionPolicy, Properties } of tables) {
      expect(DeletionPolicy).toBe('Retain');
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { 'Fn::If': ['HasOwnKey', { KMSMasterKeyId: { Ref: 'KmsKeyArn' } }, expect.anything()] },
      });
      expect(Properties).not.toHaveProperty('TableName');
    }
  });

  test('every log group takes the key of one’s own', () => {
    const { extensions } = extensionsFile.parse(read('infra/log-groups.yml'));
    const groupOf = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', 'Dash')}LogGroup`;
    const groups = [...readService().functions.map(({ name }) => groupOf(name)), 'HttpApiLogGroup'];
    expect(Object.keys(extensions).sort()).toEqual(groups.sort());
    for (const extension of Object.values(extensions))
      expect(extension).toEqual({
        Properties: { KmsKeyId: { 'Fn::If': ['HasOwnKey', { Ref: 'KmsKeyArn' }, { Ref: 'AWS::NoValue' }] } },
      });
  });
});
