import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { dynamoTable } from '../../lib/platform/dynamo-table.ts';
import type { SecretStore } from '../../lib/platform/secrets.ts';
import { createSecretsManager } from '../../lib/platform/secrets-manager.ts';
import type { Item, Table } from '../../lib/platform/table.ts';
import { CliError } from './command.ts';
import { scanTable } from './doctor/scan-table.ts';

/** The running stack or deployed stage a command works on. */
export type Target = {
  stage: string;
  isLocal: boolean;
  records: Table;
  /** Every item of the Records table. */
  scanRecords(): AsyncIterable<Item>;
  tokens: Table;
  secrets: SecretStore;
  /** Origin of the HTTP API. */
  publicUrl: string;
  /** Origins that only this machine's stack knows: the Zoho sandbox and the inbox. */
  extraHosts: { accounts: string[]; api: string[]; destinations: string[] };
  close(): void;
};

const STACK_FILE = resolve(import.meta.dirname, '../../.local/stack.json');
const SERVICE = 'leadloop';

const stackFile = z.object({
  stage: z.string(),
  region: z.string(),
  gateway: z.string(),
  sandbox: z.string(),
  inbox: z.string(),
  dynamodb: z.string(),
  secretsManager: z.string(),
  recordsTable: z.string(),
  tokensTable: z.string(),
});

type Names = { recordsTable: string; tokensTable: string; publicUrl: string };

const assemble = (
  names: Names & { stage: string; isLocal: boolean; extraHosts: Target['extraHosts'] },
  dynamoDb: DynamoDBClient,
  secretsManager: SecretsManagerClient,
): Target => ({
  stage: names.stage,
  isLocal: names.isLocal,
  publicUrl: names.publicUrl,
  extraHosts: names.extraHosts,
  records: dynamoTable(dynamoDb, names.recordsTable),
  scanRecords: () => scanTable(dynamoDb, names.recordsTable),
  tokens: dynamoTable(dynamoDb, names.tokensTable),
  secrets: createSecretsManager(secretsManager),
  close: () => {
    dynamoDb.destroy();
    secretsManager.destroy();
  },
});

/** The stack that `npm start` runs on this machine. */
const openLocal = (file: string): Target => {
  if (!existsSync(file))
    throw new CliError(
      3,
      'no_stack',
      'Nothing runs here. Start it with npm start in another terminal, or name a deployed stage with --stage.',
    );
  const stack = stackFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  // One attempt: an emulator on this machine is there or it is not, and nobody wants to wait to hear it.
  const common = {
    region: stack.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  return assemble(
    {
      stage: stack.stage,
      isLocal: true,
      recordsTable: stack.recordsTable,
      tokensTable: stack.tokensTable,
      publicUrl: stack.gateway,
      extraHosts: { accounts: [stack.sandbox], api: [stack.sandbox], destinations: [stack.inbox] },
    },
    new DynamoDBClient({ ...common, endpoint: stack.dynamodb }),
    new SecretsManagerClient({ ...common, endpoint: stack.secretsManager }),
  );
};

const variables = z.object({ RECORDS_TABLE: z.string(), TOKENS_TABLE: z.string(), PUBLIC_URL: z.string() });

/** A deployed function carries all three names; tables have none that could be guessed. */
const askLambda = async (stage: string): Promise<Names> => {
  const functionName = `${SERVICE}-${stage}-connect-zoho`;
  const lambda = new LambdaClient({ maxAttempts: 2 });
  try {
    const answer = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    const { RECORDS_TABLE, TOKENS_TABLE, PUBLIC_URL } = variables.parse(answer.Environment?.Variables);
    return { recordsTable: RECORDS_TABLE, tokensTable: TOKENS_TABLE, publicUrl: PUBLIC_URL };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    throw new CliError(
      3,
      'no_stage',
      name === 'ResourceNotFoundException'
        ? `Stage "${stage}" is not deployed in this account and region: there is no function ${functionName}.`
        : `AWS did not describe the function ${functionName} (${name}). Check credentials and AWS_REGION, or set LEADLOOP_RECORDS_TABLE, LEADLOOP_TOKENS_TABLE and LEADLOOP_URL.`,
    );
  } finally {
    lambda.destroy();
  }
};

const fromEnvironment = (environment: Record<string, string | undefined>): Names | undefined => {
  const {
    LEADLOOP_RECORDS_TABLE: recordsTable,
    LEADLOOP_TOKENS_TABLE: tokensTable,
    LEADLOOP_URL: publicUrl,
  } = environment;
  return recordsTable && tokensTable && publicUrl ? { recordsTable, tokensTable, publicUrl } : undefined;
};

/**
 * `--stage NAME` on AWS, with the credentials and region of the AWS SDK's default chain; else the stack on this
 * machine. `LEADLOOP_STACK` names another stack file than `.local/stack.json`.
 * @throws {CliError} exit 3
 */
export const openTarget = async (
  stage: string | undefined,
  environment: Record<string, string | undefined> = process.env,
): Promise<Target> => {
  if (stage === undefined) return openLocal(environment.LEADLOOP_STACK ?? STACK_FILE);
  const names = fromEnvironment(environment) ?? (await askLambda(stage));
  return assemble(
    { ...names, stage, isLocal: false, extraHosts: { accounts: [], api: [], destinations: [] } },
    new DynamoDBClient({ maxAttempts: 3 }),
    new SecretsManagerClient({ maxAttempts: 3 }),
  );
};

export const sourceFolder = join(import.meta.dirname, '../sources');
