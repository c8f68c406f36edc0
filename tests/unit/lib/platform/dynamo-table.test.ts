import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoTable } from '../../../../lib/platform/dynamo-table.ts';

const setUp = () => {
  const client = new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  return { mock: mockClient(client), table: dynamoTable(client, 'records') };
};
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** What no emulator ever answers, but DynamoDB does. */
describe('the table on DynamoDB', () => {
  test.each([['TransactionConflict'], ['ThrottlingError'], ['ProvisionedThroughputExceeded']])(
    'a transaction cancelled by %s is a conflict, to be tried again',
    async (code) => {
      const { mock, table } = setUp();
      mock.on(TransactWriteItemsCommand).rejects(cancelled('None', code));
      expect(await table.transact([{ put: { pk: 'a' } }, { put: { pk: 'b' } }])).toEqual({ status: 'conflict' });
    },
  );

  test('a failed condition counts more than a conflict beside it', async () => {
    const { mock, table } = setUp();
    mock.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'TransactionConflict'));
    expect(await table.transact([{ put: { pk: 'a' } }, { put: { pk: 'b' } }])).toEqual({
      status: 'refused',
      failed: [{}, undefined],
    });
  });

  test('a transaction cancelled for a reason nobody knows is thrown, not swallowed', async () => {
    const { mock, table } = setUp();
    mock.on(TransactWriteItemsCommand).rejects(cancelled('ValidationError'));
    await expect(table.transact([{ put: { pk: 'a' } }])).rejects.toMatchObject({ name: 'PlatformError' });
  });

  const ongoing = () => new TransactionConflictException({ message: 'ongoing', $metadata: {} });

  test('a write that meets somebody’s transaction is tried again until that one is over', async () => {
    const { mock, table } = setUp();
    mock.on(PutItemCommand).rejectsOnce(ongoing()).rejectsOnce(ongoing()).resolves({});
    mock.on(UpdateItemCommand).rejectsOnce(ongoing()).rejectsOnce(ongoing()).resolves({});
    mock.on(DeleteItemCommand).rejectsOnce(ongoing()).rejectsOnce(ongoing()).resolves({});
    expect(await table.put({ pk: 'a' })).toEqual({ status: 'written' });
    expect(await table.update('a', { set: { b: 1 } })).toEqual({ status: 'written' });
    expect(await table.delete('a')).toEqual({ status: 'written' });
    expect(mock.calls()).toHaveLength(9);
  });

  test('one that meets transactions all the time is told that the table is busy', async () => {
    const { mock, table } = setUp();
    mock.on(PutItemCommand).rejects(ongoing());
    await expect(table.put({ pk: 'a' })).rejects.toMatchObject({ code: 'table.throttled' });
  });

  test('a network failure is `table.unreachable`', async () => {
    const { mock, table } = setUp();
    mock.on(UpdateItemCommand).rejects(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    await expect(table.update('a', { set: { b: 1 } })).rejects.toMatchObject({ code: 'table.unreachable' });
  });

  test('keys that a batch left unread are asked for again', async () => {
    const { mock, table } = setUp();
    mock
      .on(BatchGetItemCommand)
      .resolvesOnce({
        Responses: { records: [{ pk: { S: 'a' } }] },
        UnprocessedKeys: { records: { Keys: [{ pk: { S: 'b' } }] } },
      })
      .resolvesOnce({ Responses: { records: [{ pk: { S: 'b' } }] } });
    expect((await table.getMany(['a', 'b'])).map(({ pk }) => pk)).toEqual(['a', 'b']);
  });
});
