import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';

const root = resolve(import.meta.dirname, '../..');

const httpApiEvent = z.object({ httpApi: z.object({ method: z.string(), path: z.string() }) });
const streamEvent = z.object({
  stream: z.object({
    type: z.literal('dynamodb'),
    arn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('StreamArn')]) }),
    batchSize: z.number(),
    batchWindow: z._default(z.number(), 0),
    startingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
    bisectBatchOnFunctionError: z._default(z.boolean(), false),
    maximumRetryAttempts: z._default(z.number(), -1),
    maximumRecordAgeInSeconds: z._default(z.number(), -1),
    functionResponseType: z.optional(z.literal('ReportBatchItemFailures')),
    filterPatterns: z._default(z.array(z.record(z.string(), z.unknown())), []),
    destinations: z.optional(
      z.object({
        onFailure: z.object({
          type: z.literal('sqs'),
          arn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
        }),
      }),
    ),
  }),
});
const scheduleEvent = z.object({ schedule: z.object({ rate: z.string(), input: z.unknown() }) });

const functionSchema = z.object({
  handler: z.string(),
  timeout: z.optional(z.number()),
  environment: z._default(z.record(z.string(), z.unknown()), {}),
  events: z._default(z.array(z.union([httpApiEvent, streamEvent, scheduleEvent])), []),
});
const serviceSchema = z.object({
  service: z.string(),
  custom: z.record(z.string(), z.unknown()),
  provider: z.object({ timeout: z.number() }),
  functions: z.record(z.string(), functionSchema),
});

const tableSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N']) })),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  GlobalSecondaryIndexes: z.optional(
    z.array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
        Projection: z.object({ ProjectionType: z.enum(['KEYS_ONLY', 'ALL', 'INCLUDE']) }),
      }),
    ),
  ),
  StreamSpecification: z.optional(
    z.object({ StreamViewType: z.enum(['NEW_IMAGE', 'KEYS_ONLY', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) }),
  ),
  TimeToLiveSpecification: z.optional(z.object({ AttributeName: z.string(), Enabled: z.boolean() })),
});
export type TableDefinition = z.infer<typeof tableSchema>;
const resourcesSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
});

export type StreamMapping = Omit<z.infer<typeof streamEvent>['stream'], 'arn' | 'type' | 'destinations'> & {
  /** Logical id of the table. */
  table: string;
  /** Logical id of the queue that hears of batches that failed for good. */
  onFailureTarget?: string;
};
export type LocalFunction = {
  name: string;
  timeoutSeconds: number;
  /** As serverless.yml writes it; resolved by `resolveEnvironment`. */
  environment: Record<string, unknown>;
  routes: Array<{ method: string; path: string }>;
  streams: StreamMapping[];
  schedules: Array<{ everyMs: number; input: unknown }>;
};
export type Service = {
  name: string;
  custom: Record<string, unknown>;
  functions: LocalFunction[];
  tables: Record<string, TableDefinition>;
};

const UNITS_MS: Record<string, number> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

const everyMs = (rate: string): number => {
  const [, count, unit] = /^rate\((\d+) (\w+)\)$/.exec(rate) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (count === undefined || unitMs === undefined)
    throw new Error(`serverless.yml: a schedule of '${rate}' is not understood; write rate(1 minute)`);
  return Number(count) * unitMs;
};

const toMapping = ({
  arn,
  type: _,
  destinations,
  ...mapping
}: z.infer<typeof streamEvent>['stream']): StreamMapping => ({
  ...mapping,
  table: arn['Fn::GetAtt'][0],
  ...(destinations === undefined ? {} : { onFailureTarget: destinations.onFailure.arn['Fn::GetAtt'][0] }),
});

/** Reads what deploys, so that what runs here is the same: routes, functions, stream mapping, schedule and tables. */
export const readService = (): Service => {
  const read = (file: string): unknown => parse(readFileSync(join(root, file), 'utf8'));
  const service = serviceSchema.parse(read('serverless.yml'));
  const { Resources } = resourcesSchema.parse(read('infra/tables.yml'));
  const functions = Object.entries(service.functions).map(
    ([name, { timeout, environment, events }]): LocalFunction => ({
      name,
      timeoutSeconds: timeout ?? service.provider.timeout,
      environment,
      routes: events.flatMap((event) => ('httpApi' in event ? [event.httpApi] : [])),
      streams: events.flatMap((event) => ('stream' in event ? [toMapping(event.stream)] : [])),
      schedules: events.flatMap((event) =>
        'schedule' in event ? [{ everyMs: everyMs(event.schedule.rate), input: event.schedule.input }] : [],
      ),
    }),
  );
  const tables = Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table')
      .map(([id, { Properties }]) => [id, tableSchema.parse(Properties)]),
  );
  return { name: service.service, custom: service.custom, functions, tables };
};

/** The name osls gives a function's CloudFormation resource. */
export const logicalId = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', 'Dash').replaceAll('_', 'Underscore')}LambdaFunction`;

/**
 * A function's variables with their references put in place.
 * @param references logical id, or `Id.Attribute`, to its local value
 */
export const resolveEnvironment = (
  service: Service,
  { environment, name }: LocalFunction,
  { stage, references }: { stage: string; references: Record<string, string> },
): Record<string, string> => {
  const functionReferences = Object.fromEntries(service.functions.map((one) => [logicalId(one.name), one.name]));
  const known = { ...functionReferences, ...references };
  const resolveText = (text: string): string =>
    text
      .replaceAll('${sls:stage}', stage)
      .replace(/\$\{self:custom\.(\w+)\}/g, (_, key: string) => resolveText(String(service.custom[key] ?? '')))
      .replace(/\$\{param:\w+, '?([^}']*)'?\}/g, (_, fallback: string) => fallback);
  const resolveOne = (variable: string, value: unknown): string => {
    if (typeof value === 'string' || typeof value === 'number') return resolveText(String(value));
    const reference = z
      .union([z.object({ Ref: z.string() }), z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })])
      .parse(value);
    const key = 'Ref' in reference ? reference.Ref : reference['Fn::GetAtt'].join('.');
    const found = known[key];
    if (found === undefined)
      throw new Error(`serverless.yml: ${name} reads ${variable} from ${key}, which has no local counterpart`);
    return found;
  };
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [variable, resolveOne(variable, value)]),
  );
};
