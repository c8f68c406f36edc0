import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoTable } from './dynamo-table.ts';
import type { Table } from './table.ts';

let shared: DynamoDBClient | undefined;

/** A table by name, over one client per instance, so that all tables share its connections. */
export const createDynamoTable = ({ tableName }: { tableName: string }): Table => {
  shared ??= new DynamoDBClient({ maxAttempts: 4 });
  return dynamoTable(shared, tableName);
};
