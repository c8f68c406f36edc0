import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { createTables, startDynamoDb } from '../../../infra/local/dynamodb.ts';
import type { RunningSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { readService } from '../../../infra/local/service.ts';
import { STAGE, tableName } from '../../../infra/local/stack.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { connectionOf, type Source } from '../../../lib/sources/source.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { parkLane } from '../../../lib/work/lane-switch.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import { CREDENTIALS } from '../measures/emulated-table.ts';
import { grantConnection } from '../measures/grant-connection.ts';
import { seedWaitingLeads } from '../measures/waiting-leads.ts';

/**
 * Makes the state a stack is started over: one connected client whose lane is parked while its leads wait. The stream
 * is switched on afterwards: dynoxide writes a table without one in even time, and slows down with every record of one.
 * @returns the seconds that putting the leads there took
 */
export const makeKeptTables = async (
  stateDir: string,
  source: Source,
  zoho: RunningSandbox,
  waiting: number,
): Promise<number> => {
  mkdirSync(stateDir, { recursive: true });
  const emulator = await startDynamoDb({ port: 0, kind: 'dynoxide', dbPath: join(stateDir, 'tables.db') });
  const client = new DynamoDBClient({ endpoint: emulator.endpoint, region: 'eu-west-1', credentials: CREDENTIALS });
  try {
    const { tables } = readService();
    const streamless = Object.fromEntries(
      Object.entries(tables).map(([id, { StreamSpecification: _, ...table }]) => [id, table]),
    );
    await createTables(client, streamless, tableName);
    const records = dynamoTable(client, tableName('RecordsTable'));
    const tokens = dynamoTable(client, tableName('TokensTable'));
    const ports = { table: records, secrets: createMemorySecrets(), stage: STAGE, now: Date.now, randomId };
    await applySource(source, ports);
    await grantConnection({ records, tokens }, zoho, connectionOf(source));
    await parkLane(records, connectionLane(connectionOf(source)), 'bench', Date.now());
    const startedAt = performance.now();
    await seedWaitingLeads(records, source, waiting);
    const seconds = (performance.now() - startedAt) / 1000;
    for (const [id, { StreamSpecification }] of Object.entries(tables))
      if (StreamSpecification !== undefined)
        await client.send(
          new UpdateTableCommand({
            TableName: tableName(id),
            StreamSpecification: { StreamEnabled: true, ...StreamSpecification },
          }),
        );
    return seconds;
  } finally {
    client.destroy();
    await emulator.close();
  }
};
