import { createDynamoTable } from '../../../lib/platform/dynamo-client.ts';
import { absent, type Item } from '../../../lib/platform/table.ts';

const table = createDynamoTable({ tableName: process.env.RECORDS_TABLE ?? '' });

/** The least that keeps a lead: one conditional put, of an item that is ready, through the same client. */
export const handler = async ({ item }: { item: Item }) => {
  const put = await table.put(item, absent('pk'));
  return { statusCode: put.status === 'written' ? 202 : 409, body: '' };
};
