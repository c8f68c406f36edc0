import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { createTables, startDynamoDb } from '../../infra/local/dynamodb.ts';
import { readService } from '../../infra/local/service.ts';
import { accessKeyIdOf } from '../../infra/local/test-mode/aws-call.ts';
import { startTestMode } from '../../infra/local/test-mode/test-mode.ts';
import { dynamoTable } from '../../lib/platform/dynamo-table.ts';
import { testModeOptions } from './test-mode.ts';

const region = 'eu-west-1';

/**
 * The tables that deploy, on an emulator, as the function of that name meets them: in the Jest project
 * `integration-test-mode` with everything AWS does to it.
 */
export const startTestTables = async (functionName: string) => {
  const credentials = { accessKeyId: accessKeyIdOf(functionName), secretAccessKey: 'local' };
  const emulator = await startDynamoDb({ port: 0 });
  const options = testModeOptions();
  const services = { dynamodb: emulator.endpoint };
  const mode =
    options.disturb === undefined ? undefined : await startTestMode({ options, services, accessKeyId: 'local' });
  const endpoint = mode?.endpoint ?? emulator.endpoint;
  const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 4 });
  const streams = new DynamoDBStreamsClient({ endpoint: emulator.endpoint, region, credentials });
  const service = readService();
  await createTables(client, service.tables, (logicalId) => logicalId);
  await mode?.delayIndexes(service, (logicalId) => logicalId, { dynamoDb: client, streams });
  return {
    records: dynamoTable(client, 'RecordsTable'),
    tokens: dynamoTable(client, 'TokensTable'),
    /** For a process of the function's own. */
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      RECORDS_TABLE: 'RecordsTable',
      TOKENS_TABLE: 'TokensTable',
    },
    close: async (): Promise<void> => {
      await mode?.close();
      client.destroy();
      streams.destroy();
      await emulator.close();
    },
  };
};
export type TestTables = Awaited<ReturnType<typeof startTestTables>>;
