import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll } from '@jest/globals';
import { createTables, type Emulator, hasDynamoDbLocal, startDynamoDb } from '../../../infra/local/dynamodb.ts';
import { readService } from '../../../infra/local/service.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';
import { describeTable } from '../../support/table-contract.ts';

const ends: Array<() => Promise<void> | void> = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

const tablesOn = async (emulator: Emulator) => {
  const client = new DynamoDBClient({
    endpoint: emulator.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  ends.push(emulator.close, () => client.destroy());
  await createTables(client, readService().tables, (id) => id);
  return { records: dynamoTable(client, 'RecordsTable'), tokens: dynamoTable(client, 'TokensTable') };
};

describeTable('the table on dynoxide', async () => tablesOn(await startDynamoDb({ port: 0, kind: 'dynoxide' })));

// A second opinion wherever Java and the tools are installed, and always in CI: no emulator's quirk becomes our truth.
if (process.env.CI !== undefined || hasDynamoDbLocal())
  describeTable("the table on Amazon's DynamoDB Local", async () =>
    tablesOn(await startDynamoDb({ port: 0, kind: 'dynamodb-local' })),
  );
