import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { tableFailure } from '../../../lib/platform/dynamo-table.ts';
import type { Item } from '../../../lib/platform/table.ts';

/**
 * Every item of a table, a page of up to 1 MB at a time. The port of the functions has no such thing: none of them may
 * read a whole table. Eventually consistent, at half the price.
 * @throws {PlatformError} `table.throttled`, `table.unreachable`
 */
export async function* scanTable(client: DynamoDBClient, TableName: string): AsyncGenerator<Item> {
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client
      .send(new ScanCommand({ TableName, ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }) }))
      .catch((error: unknown) => {
        throw tableFailure(error);
      });
    for (const attributes of page.Items ?? []) yield unmarshall(attributes) as Item;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}
