import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, startDynamoDb } from '../../../infra/local/dynamodb.ts';
import { readService } from '../../../infra/local/service.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';

export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const RECORDS = 'RecordsTable';
export const TOKENS = 'TokensTable';

/** The emulator with the tables that deploy, empty, and what a function needs to find them. */
export const startEmulatedTables = async () => {
  const emulator = await startDynamoDb({ port: 0 });
  const client = new DynamoDBClient({ endpoint: emulator.endpoint, region: 'eu-west-1', credentials: CREDENTIALS });
  await createTables(client, readService().tables, (logicalId) => logicalId);
  return {
    kind: emulator.kind,
    records: dynamoTable(client, RECORDS),
    tokens: dynamoTable(client, TOKENS),
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: emulator.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      STAGE: 'bench',
      RECORDS_TABLE: RECORDS,
      TOKENS_TABLE: TOKENS,
    },
    close: async (): Promise<void> => {
      client.destroy();
      await emulator.close();
    },
  };
};
export type EmulatedTables = Awaited<ReturnType<typeof startEmulatedTables>>;
