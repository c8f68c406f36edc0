import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll } from '@jest/globals';
import { createTables, type Emulator, startDynamoDb } from '../../../../infra/local/dynamodb.ts';
import type { Listening } from '../../../../infra/local/listen.ts';
import { startSecretsManager } from '../../../../infra/local/secrets-manager.ts';
import { readService } from '../../../../infra/local/service.ts';
import { accessKeyIdOf } from '../../../../infra/local/test-mode/aws-call.ts';
import { startTestMode, type TestMode, type TestModeOptions } from '../../../../infra/local/test-mode/test-mode.ts';
import { dynamoTable } from '../../../../lib/platform/dynamo-table.ts';
import { createSecretsManager } from '../../../../lib/platform/secrets-manager.ts';

/** Emulators behind a test mode, without a stack: what functions and others meet there. */
export const useTestMode = (options: TestModeOptions) => {
  let emulator: Emulator;
  let store: Listening;
  let mode: TestMode;
  let streams: DynamoDBStreamsClient;
  const ends: Array<() => Promise<void> | void> = [];
  const region = 'eu-west-1';
  const credentialsOf = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'local' });

  beforeAll(async () => {
    emulator = await startDynamoDb({ port: 0 });
    store = await startSecretsManager({ port: 0 });
    streams = new DynamoDBStreamsClient({ region, credentials: credentialsOf('local'), endpoint: emulator.endpoint });
    mode = await startTestMode({
      options,
      services: { dynamodb: emulator.endpoint, secretsmanager: store.baseUrl, lambda: 'http://127.0.0.1:9' },
      accessKeyId: 'local',
    });
    ends.push(emulator.close, store.close, () => streams.destroy(), mode.close);
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  /** A function of that name, or somebody else: its clients for tables made for this call alone. */
  const setUp = async (functionName = 'submit-lead') => {
    const prefix = `${randomUUID()}-`;
    const nameOf = (id: string): string => `${prefix}${id}`;
    const clientOf = (accessKeyId: string, maxAttempts: number) => {
      const client = new DynamoDBClient({
        region,
        credentials: credentialsOf(accessKeyId),
        endpoint: mode.endpoint,
        maxAttempts,
      });
      ends.push(() => client.destroy());
      return client;
    };
    const other = clientOf('local', 1);
    const service = readService();
    await createTables(other, service.tables, nameOf);
    await mode.delayIndexes(service, nameOf, { dynamoDb: other, streams });
    const secretsManager = new SecretsManagerClient({
      region,
      credentials: credentialsOf(accessKeyIdOf(functionName)),
      endpoint: mode.endpoint,
      maxAttempts: 1,
    });
    ends.push(() => secretsManager.destroy());
    return {
      name: nameOf('RecordsTable'),
      tokensName: nameOf('TokensTable'),
      /** The table as the function sees it, without the client's own repeats. */
      table: dynamoTable(clientOf(accessKeyIdOf(functionName), 1), nameOf('RecordsTable')),
      /** The same with the client's repeats, as functions have it. */
      repeating: dynamoTable(clientOf(accessKeyIdOf(functionName), 4), nameOf('RecordsTable')),
      others: dynamoTable(other, nameOf('RecordsTable')),
      secrets: createSecretsManager(secretsManager),
      mode,
    };
  };
  return setUp;
};
