import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsTimeouts } from './aws-timeouts.ts';
import { dynamoTable } from './dynamo-table.ts';
import type { Table } from './table.ts';

/** Connections are made by the first request and kept for those that follow. */
export const createDynamoClient = (timeouts: Parameters<typeof awsTimeouts>[0] = {}): DynamoDBClient =>
  new DynamoDBClient({ maxAttempts: 4, requestHandler: awsTimeouts(timeouts) });

let shared: DynamoDBClient | undefined;

/** A table by name, over one client per instance, so that all tables share its connections. */
export const createDynamoTable = ({ tableName }: { tableName: string }): Table => {
  shared ??= createDynamoClient();
  return dynamoTable(shared, tableName);
};
