import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { dynamoTable } from '../../lib/platform/dynamo-table.ts';
import { createSecretsManager } from '../../lib/platform/secrets-manager.ts';
import { buildFunctions } from '../build/build.ts';
import { checkPort, createTables, freePorts, startDynamoDb, streamArnOf } from './dynamodb.ts';
import { freeLanes } from './free-lanes.ts';
import { startGateway } from './gateway.ts';
import { startInvokeApi } from './invoke-api.ts';
import { createLambdaRuntime } from './lambda-runtime.ts';
import { startPages } from './pages/start-pages.ts';
import type { LimitsWish } from './sandbox/limits/limits.ts';
import { startSandbox } from './sandbox/sandbox.ts';
import { startScheduler } from './scheduler.ts';
import { startSecretsManager } from './secrets-manager.ts';
import { readService, resolveEnvironment } from './service.ts';
import { signingSecretsOf } from './signing-secrets.ts';
import { startStreamPoller } from './stream-poller.ts';
import { accessKeyIdOf } from './test-mode/aws-call.ts';
import { startTestMode, type TestModeOptions } from './test-mode/test-mode.ts';

export const STAGE = 'local';
const REGION = 'eu-west-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
/** Bells are lost on purpose in the disturbed test mode; a minute is too long for a test to wait for the next look. */
const DISTURBED_TICK_MS = 5_000;
export const tableName = (logicalId: string): string => `leadloop-${STAGE}-${logicalId}`;

export type StackOptions = {
  /** First of six ports; absent: free ones. */
  portBase?: number;
  /** Keeps tables, secrets, sandbox and inbox; absent: a temporary folder that goes with the stack. */
  stateDir?: string;
  /** Where the bundles stand that are built already; absent: they are built anew. */
  functionsDir?: string;
  /** One line of a function's log. */
  log?: (line: string) => void;
  /** Told of each part as it comes up. */
  progress?: (what: string) => void;
  /** How often the minute's tick comes. */
  tickMs?: number;
  dynamoDb?: 'dynoxide' | 'dynamodb-local';
  /** Of the sandbox; absent: those of its default edition, and calls that take no time. */
  zohoLimits?: LimitsWish;
  /** Further Zoho stand-ins the functions may talk to, by origin. */
  otherZohos?: string[];
  /** For tests: AWS's stand-ins can be made to fail, and remember what each function asked of them. */
  testMode?: TestModeOptions;
};

/** What programs outside this process need to reach the stack; written to `.local/stack.json`. */
export type StackAddresses = {
  stage: string;
  region: string;
  gateway: string;
  sandbox: string;
  inbox: string;
  dynamodb: string;
  secretsManager: string;
  lambda: string;
  recordsTable: string;
  tokensTable: string;
};

/** What listens where, in the order of the ports from the base on. */
const PARTS = ['gateway', 'sandbox', 'pages', 'DynamoDB', 'Secrets Manager', "Lambda's Invoke"] as const;

/** @throws {PortTakenError} before anything has started */
const takePorts = async (base: number | undefined) => {
  const ports = base === undefined ? await freePorts(PARTS.length) : PARTS.map((_, offset) => base + offset);
  for (const [index, port] of ports.entries()) await checkPort(port, PARTS[index] ?? '');
  const [gateway = 0, sandbox = 0, pages = 0, dynamodb = 0, secretsManager = 0, lambda = 0] = ports;
  return { gateway, sandbox, pages, dynamodb, secretsManager, lambda };
};

/** Clients for whoever looks into the stack from outside the functions: the CLI, the demo, tests. */
export const connectTo = (
  addresses: Pick<StackAddresses, 'dynamodb' | 'secretsManager' | 'region' | 'recordsTable' | 'tokensTable'>,
) => {
  const common = { region: addresses.region, credentials: CREDENTIALS };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: addresses.dynamodb });
  const secretsManager = new SecretsManagerClient({ ...common, endpoint: addresses.secretsManager });
  return {
    dynamoDb,
    records: dynamoTable(dynamoDb, addresses.recordsTable),
    tokens: dynamoTable(dynamoDb, addresses.tokensTable),
    secrets: createSecretsManager(secretsManager),
    close: () => {
      dynamoDb.destroy();
      secretsManager.destroy();
    },
  };
};

/** Everything on one machine: the bundles that deploy, run against emulators, the Zoho sandbox and the pages. */
export const startStack = async (options: StackOptions = {}) => {
  const progress = options.progress ?? (() => undefined);
  const log = options.log ?? (() => undefined);
  const ports = await takePorts(options.portBase);
  const isTemporary = options.stateDir === undefined;
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'leadloop-'));
  const tablesFile = join(stateDir, 'tables.db');
  const isFresh = !existsSync(tablesFile);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });

  const closing: Array<() => Promise<void> | void> = [];
  /** Ends all parts, last started first, whatever one of them says; may be called more than once. */
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const end of closing.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (isTemporary) rmSync(stateDir, { recursive: true, force: true });
    if (failures.length > 0) throw new AggregateError(failures, 'a part of the stack did not end cleanly');
  };

  try {
    const service = readService();
    // Bundles of its own: stacks that run side by side must not build over each other's.
    const outDir = options.functionsDir ?? join(stateDir, 'functions');
    if (options.functionsDir === undefined) progress(`built ${(await buildFunctions({ outDir })).length} functions`);

    const dynamodb = await startDynamoDb({
      port: ports.dynamodb,
      ...(isTemporary ? {} : { dbPath: tablesFile }),
      ...(options.dynamoDb === undefined ? {} : { kind: options.dynamoDb }),
    });
    closing.push(dynamodb.close);
    const secretsManager = await startSecretsManager({
      port: ports.secretsManager,
      stateFile: join(stateDir, 'secrets.json'),
    });
    closing.push(secretsManager.close);
    progress('tables and secrets are up');

    const streams = new DynamoDBStreamsClient({
      region: REGION,
      credentials: CREDENTIALS,
      endpoint: dynamodb.endpoint,
    });
    closing.push(() => streams.destroy());
    const lambdaUrl = `http://127.0.0.1:${ports.lambda}`;
    const testMode =
      options.testMode === undefined
        ? undefined
        : await startTestMode({
            options: options.testMode,
            services: { dynamodb: dynamodb.endpoint, secretsmanager: secretsManager.baseUrl, lambda: lambdaUrl },
            accessKeyId: CREDENTIALS.accessKeyId,
          });
    if (testMode !== undefined) closing.push(testMode.close);

    const sandbox = await startSandbox({
      port: ports.sandbox,
      // A sandbox that keeps its state writes it down before each answer; nobody waits for that where nothing is kept.
      ...(isTemporary ? {} : { stateFile: join(stateDir, 'sandbox.json') }),
      ...(options.zohoLimits === undefined ? {} : { limits: options.zohoLimits }),
      allowLoopbackWebhooks: true,
    });
    closing.push(sandbox.close);
    const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
    const pages = await startPages({
      port: ports.pages,
      stateFile: join(stateDir, 'inbox.json'),
      links: { gateway: gatewayUrl, sandbox: sandbox.baseUrl },
      formAction: `${gatewayUrl}/sources/demo/forms/contact`,
      signingSecret: (source) => signingSecretsOf(clients.secrets, STAGE, source),
    });
    closing.push(pages.close);
    progress('the Zoho sandbox and the pages are up');

    const addresses: StackAddresses = {
      stage: STAGE,
      region: REGION,
      gateway: gatewayUrl,
      sandbox: sandbox.baseUrl,
      inbox: pages.baseUrl,
      dynamodb: testMode?.endpoint ?? dynamodb.endpoint,
      secretsManager: testMode?.endpoint ?? secretsManager.baseUrl,
      lambda: testMode?.endpoint ?? lambdaUrl,
      recordsTable: tableName('RecordsTable'),
      tokensTable: tableName('TokensTable'),
    };
    const clients = connectTo(addresses);
    closing.push(clients.close);
    await createTables(clients.dynamoDb, service.tables, tableName);
    await testMode?.delayIndexes(service, tableName, { dynamoDb: clients.dynamoDb, streams });
    if (!isFresh) await freeLanes(clients.records);

    const runtime = createLambdaRuntime(
      service.functions.map((one) => ({
        name: one.name,
        file: join(outDir, one.name, 'index.mjs'),
        timeoutSeconds: one.timeoutSeconds,
        environment: {
          ...resolveEnvironment(service, one, {
            stage: STAGE,
            references: {
              RecordsTable: addresses.recordsTable,
              TokensTable: addresses.tokensTable,
              'HttpApi.ApiEndpoint': gatewayUrl,
            },
          }),
          AWS_REGION: REGION,
          AWS_ACCESS_KEY_ID: testMode === undefined ? CREDENTIALS.accessKeyId : accessKeyIdOf(one.name),
          AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
          AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamodb,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: addresses.secretsManager,
          AWS_ENDPOINT_URL_LAMBDA: addresses.lambda,
          LEADLOOP_EXTRA_HOSTS: JSON.stringify({
            accounts: [addresses.sandbox, ...(options.otherZohos ?? [])],
            api: [addresses.sandbox, ...(options.otherZohos ?? [])],
            destinations: [addresses.inbox],
          }),
        },
      })),
      log,
    );
    closing.push(runtime.close);
    runtime.warm();

    const invokeApi = await startInvokeApi({ runtime, port: ports.lambda });
    closing.push(invokeApi.close);
    const routes = service.functions.flatMap((one) =>
      one.routes.map((route) => ({ ...route, functionName: one.name })),
    );
    const gateway = await startGateway({ routes, runtime, port: ports.gateway });
    closing.push(gateway.close);

    for (const one of service.functions)
      for (const mapping of one.streams) {
        const poller = await startStreamPoller({
          client: streams,
          streamArn: await streamArnOf(clients.dynamoDb, tableName(mapping.table)),
          mapping,
          from: isFresh ? mapping.startingPosition : 'LATEST',
          invoke: (event) => runtime.invoke(one.name, event),
          onFailure: ({ records, reason, target }) =>
            log(JSON.stringify({ level: 'error', message: 'stream.batch_lost', count: records, reason, target })),
          ...(testMode === undefined ? {} : { isDropped: testMode.isDropped, isRepeated: testMode.isRepeated }),
        });
        closing.push(poller.close);
      }
    const scheduler = startScheduler(
      service.functions.flatMap((one) =>
        one.schedules.map(({ everyMs, input }) => ({
          everyMs: options.tickMs ?? (testMode?.isDisturbed === true ? DISTURBED_TICK_MS : everyMs),
          run: () => runtime.invoke(one.name, input),
        })),
      ),
    );
    closing.push(scheduler.close);
    progress('gateway, stream and schedule are up');

    return { addresses, sandbox, pages, runtime, testMode, ...clients, close };
  } catch (error) {
    await close().catch(() => undefined); // why it did not start is the news
    throw error;
  }
};
export type Stack = Awaited<ReturnType<typeof startStack>>;
