import { setTimeout as wait } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createExpression } from './dynamo-expression.ts';
import { PlatformError } from './errors.ts';
import {
  type Condition,
  type Item,
  indexes,
  type Table,
  type TransactOutcome,
  type Write,
  type WriteOutcome,
} from './table.ts';

const key = (pk: string) => ({ pk: { S: pk } });
const toItem = (attributes: Record<string, AttributeValue>): Item => unmarshall(attributes) as Item;
const fromItem = (item: Item): Record<string, AttributeValue> => marshall(item, { removeUndefinedValues: true });

const THROTTLED: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'TransactionConflictException', // once it was met again and again
]);
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** What the SDK threw, as the port's callers know it. */
export const tableFailure = (error: unknown): PlatformError => {
  if (THROTTLED.has(nameOf(error)))
    return new PlatformError('table.throttled', 'The table refuses writes or reads for the moment.', { cause: error });
  const unreachable = !(error instanceof Error && '$response' in error);
  return unreachable
    ? new PlatformError('table.unreachable', 'The table did not answer.', { cause: error })
    : new PlatformError(`table.${nameOf(error)}`, 'The table refused the request.', { cause: error });
};

const itemOf = (error: unknown): Record<string, AttributeValue> | undefined =>
  (error as { Item?: Record<string, AttributeValue> }).Item;

/** A transaction holds its items for milliseconds; the SDK tries throttled writes again, but not these. */
const CONFLICT_TRIES = 8;
const CONFLICT_WAIT_MS = 10;

const sendThroughConflicts = async (send: () => Promise<unknown>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return;
    } catch (error) {
      if (nameOf(error) !== 'TransactionConflictException' || attempt === CONFLICT_TRIES) throw error;
      await wait(CONFLICT_WAIT_MS * (0.5 + Math.random()) * 2 ** Math.min(attempt - 1, 5));
    }
  }
};

/** A failed condition is an outcome, with what stood there; everything else is a surprise. */
const outcomeOf = async (send: () => Promise<unknown>): Promise<WriteOutcome> => {
  try {
    await sendThroughConflicts(send);
    return { status: 'written' };
  } catch (error) {
    if (nameOf(error) !== 'ConditionalCheckFailedException') throw tableFailure(error);
    const item = itemOf(error);
    return item === undefined ? { status: 'refused' } : { status: 'refused', item: toItem(item) };
  }
};

const read = async <Output>(sent: Promise<Output>): Promise<Output> => {
  try {
    return await sent;
  } catch (error) {
    throw tableFailure(error);
  }
};

const conditional = (expression: ReturnType<typeof createExpression>, condition: Condition | undefined) =>
  condition === undefined ? {} : { ConditionExpression: expression.condition(condition) };

const ALL_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** The parts that a single write and the same write in a transaction have in common. */
const parts = (write: Exclude<Write, { check: string }>) => {
  const expression = createExpression();
  const UpdateExpression = 'update' in write ? expression.update(write.change) : '';
  const condition = conditional(expression, write.if);
  return { condition, UpdateExpression, placeholders: () => expression.placeholders() };
};

const transactItem = (write: Write, own: string): TransactWriteItem => {
  const TableName = write.table ?? own;
  if ('check' in write) {
    const expression = createExpression();
    const ConditionExpression = expression.condition(write.if);
    return {
      ConditionCheck: {
        TableName,
        Key: key(write.check),
        ConditionExpression,
        ...expression.placeholders(),
        ...ALL_OLD,
      },
    };
  }
  const { condition, UpdateExpression, placeholders } = parts(write);
  if ('put' in write)
    return { Put: { TableName, Item: fromItem(write.put), ...condition, ...placeholders(), ...ALL_OLD } };
  if ('delete' in write)
    return { Delete: { TableName, Key: key(write.delete), ...condition, ...placeholders(), ...ALL_OLD } };
  return {
    Update: { TableName, Key: key(write.update), UpdateExpression, ...condition, ...placeholders(), ...ALL_OLD },
  };
};

/** DynamoDB answers one reason per write, in order; the item of a failed condition stands beside its reason. */
const cancelled = (error: unknown): TransactOutcome | undefined => {
  if (nameOf(error) === 'TransactionInProgressException') return { status: 'conflict' };
  if (nameOf(error) !== 'TransactionCanceledException') return undefined;
  const reasons = (error as { CancellationReasons?: Array<{ Code?: string; Item?: Record<string, AttributeValue> }> })
    .CancellationReasons;
  const failed = (reasons ?? []).map(({ Code, Item }) =>
    Code === 'ConditionalCheckFailed' ? (Item === undefined ? {} : { item: toItem(Item) }) : undefined,
  );
  if (failed.some((entry) => entry !== undefined)) return { status: 'refused', failed };
  const passing = (reasons ?? []).some(
    ({ Code }) =>
      Code === 'TransactionConflict' || Code === 'ThrottlingError' || Code === 'ProvisionedThroughputExceeded',
  );
  return passing ? { status: 'conflict' } : undefined;
};

const encodeCursor = (lastKey: Record<string, AttributeValue>): string =>
  Buffer.from(JSON.stringify(unmarshall(lastKey))).toString('base64url');
const decodeCursor = (cursor: string): Record<string, AttributeValue> =>
  marshall(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));

const BATCH_GET = 100;

/** The table port on DynamoDB. */
export const dynamoTable = (client: DynamoDBClient, name: string): Table => {
  const getBatch = async (pks: string[]): Promise<Item[]> => {
    const found: Item[] = [];
    let left = pks;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt > 8) throw new PlatformError('table.throttled', 'The table kept leaving keys of a batch unread.');
      if (attempt > 0) await wait(Math.random() * 50 * 2 ** attempt);
      const answer = await read(
        client.send(
          new BatchGetItemCommand({ RequestItems: { [name]: { Keys: left.map(key), ConsistentRead: true } } }),
        ),
      );
      found.push(...(answer.Responses?.[name] ?? []).map(toItem));
      left = (answer.UnprocessedKeys?.[name]?.Keys ?? []).map((unread) => unread.pk?.S ?? '');
    }
    return found;
  };

  return {
    name,
    get: async (pk) => {
      const answer = await read(
        client.send(new GetItemCommand({ TableName: name, Key: key(pk), ConsistentRead: true })),
      );
      return answer.Item === undefined ? undefined : toItem(answer.Item);
    },
    getMany: async (pks) => {
      const distinct = [...new Set(pks)];
      const batches: string[][] = [];
      for (let at = 0; at < distinct.length; at += BATCH_GET) batches.push(distinct.slice(at, at + BATCH_GET));
      return (await Promise.all(batches.map(getBatch))).flat();
    },
    put: (item, condition) => {
      const { condition: expression, placeholders } = parts({
        put: item,
        ...(condition === undefined ? {} : { if: condition }),
      });
      return outcomeOf(() =>
        client.send(
          new PutItemCommand({ TableName: name, Item: fromItem(item), ...expression, ...placeholders(), ...ALL_OLD }),
        ),
      );
    },
    update: (pk, change, condition) => {
      const write = { update: pk, change, ...(condition === undefined ? {} : { if: condition }) };
      const { condition: expression, UpdateExpression, placeholders } = parts(write);
      return outcomeOf(() =>
        client.send(
          new UpdateItemCommand({
            TableName: name,
            Key: key(pk),
            UpdateExpression,
            ...expression,
            ...placeholders(),
            ...ALL_OLD,
          }),
        ),
      );
    },
    delete: (pk, condition) => {
      const { condition: expression, placeholders } = parts({
        delete: pk,
        ...(condition === undefined ? {} : { if: condition }),
      });
      return outcomeOf(() =>
        client.send(
          new DeleteItemCommand({ TableName: name, Key: key(pk), ...expression, ...placeholders(), ...ALL_OLD }),
        ),
      );
    },
    transact: async (writes) => {
      try {
        await client.send(
          new TransactWriteItemsCommand({ TransactItems: writes.map((write) => transactItem(write, name)) }),
        );
        return { status: 'written' };
      } catch (error) {
        const outcome = cancelled(error);
        if (outcome === undefined) throw tableFailure(error);
        return outcome;
      }
    },
    query: async ({ index, partition, from = 0, to = Number.MAX_SAFE_INTEGER, limit, newestFirst = false, cursor }) => {
      const keys = indexes[index];
      const expression = createExpression();
      const KeyConditionExpression = `${expression.name(keys.partition)} = ${expression.value(partition)} AND ${expression.name(keys.sort)} BETWEEN ${expression.value(from)} AND ${expression.value(to)}`;
      const answer = await read(
        client.send(
          new QueryCommand({
            TableName: name,
            IndexName: index,
            KeyConditionExpression,
            ScanIndexForward: !newestFirst,
            ...expression.placeholders(),
            ...(limit === undefined ? {} : { Limit: limit }),
            ...(cursor === undefined ? {} : { ExclusiveStartKey: decodeCursor(cursor) }),
          }),
        ),
      );
      const rows = (answer.Items ?? []).map((row) => ({ pk: row.pk?.S ?? '', at: Number(row[keys.sort]?.N) }));
      return answer.LastEvaluatedKey === undefined ? { rows } : { rows, next: encodeCursor(answer.LastEvaluatedKey) };
    },
  };
};
