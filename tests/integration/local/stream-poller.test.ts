import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { createTables, type Emulator, startDynamoDb, streamArnOf } from '../../../infra/local/dynamodb.ts';
import { readService, type StreamMapping } from '../../../infra/local/service.ts';
import { type PollerOptions, shardOf, startStreamPoller } from '../../../infra/local/stream-poller.ts';
import { dynamoTable } from '../../../lib/platform/dynamo-table.ts';

const service = readService();
const deployed = service.functions.flatMap(({ streams }) => streams)[0] as StreamMapping;
const common = { region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

let emulator: Emulator;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
beforeAll(async () => {
  emulator = await startDynamoDb({ port: 0 });
  client = new DynamoDBClient({ ...common, endpoint: emulator.endpoint });
  streams = new DynamoDBStreamsClient({ ...common, endpoint: emulator.endpoint });
});
afterAll(async () => {
  client.destroy();
  streams.destroy();
  await emulator.close();
});

/** A table of its own, and what a function behind its stream was given. */
const setUp = async (
  work: (ids: string[]) => Promise<void> = async () => undefined,
  from: PollerOptions['from'] = 'TRIM_HORIZON',
  isDropped: () => boolean = () => false,
) => {
  const prefix = `${randomUUID()}-`;
  await createTables(client, service.tables, (id) => `${prefix}${id}`);
  const table = dynamoTable(client, `${prefix}RecordsTable`);
  const records: DynamoDBRecord[] = [];
  const running = new Map<number, number>();
  let mostShards = 0;
  let mostPerShard = 0;
  const start = async () =>
    startStreamPoller({
      client: streams,
      streamArn: await streamArnOf(client, table.name),
      mapping: deployed,
      from,
      isDropped,
      onFailure: () => undefined,
      invoke: async ({ Records }) => {
        records.push(...Records);
        const shards = new Set(Records.map(shardOf));
        expect(shards.size).toBe(1);
        const shard = [...shards][0] ?? 0;
        running.set(shard, (running.get(shard) ?? 0) + 1);
        mostPerShard = Math.max(mostPerShard, running.get(shard) ?? 0);
        mostShards = Math.max(mostShards, [...running.values()].filter((count) => count > 0).length);
        await work(Records.map((record) => record.dynamodb?.Keys?.pk?.S ?? ''));
        running.set(shard, (running.get(shard) ?? 0) - 1);
        return { status: 'returned', result: null };
      },
    });
  const until = async (count: number): Promise<void> => {
    for (let turn = 0; turn < 400 && records.length < count; turn += 1) await wait(10);
  };
  return { table, records, start, until, most: () => ({ shards: mostShards, perShard: mostPerShard }) };
};
const ids = (records: DynamoDBRecord[]) => records.map((record) => record.dynamodb?.Keys?.pk?.S);

describe('the stream poller', () => {
  test('hands on what carries a bell and nothing else, as Lambda shapes it', async () => {
    const { table, records, start, until } = await setUp();
    const poller = await start();
    await table.put({ pk: 'quiet', state: 'pending' });
    await table.put({ pk: 'loud', state: 'pending', bell: 'zoho#demo', dueAtMs: 5 });
    await table.update('loud', { remove: ['bell'] });
    await table.delete('loud');
    await table.put({ pk: 'last', bell: 'zoho#other' });
    await until(2);
    await poller.close();
    expect(ids(records).sort()).toEqual(['last', 'loud']);
    const loud = records.find((record) => record.dynamodb?.Keys?.pk?.S === 'loud');
    expect(loud).toMatchObject({
      eventName: 'INSERT',
      eventSourceARN: expect.stringContaining(table.name),
      dynamodb: {
        Keys: { pk: { S: 'loud' } },
        NewImage: { bell: { S: 'zoho#demo' }, dueAtMs: { N: '5' } },
        StreamViewType: 'NEW_IMAGE',
      },
    });
    expect(Math.abs((loud?.dynamodb?.ApproximateCreationDateTime ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('four shards run side by side, each one batch at a time, so that one slow batch does not hold up all', async () => {
    const { table, records, start, until, most } = await setUp(() => wait(60));
    const poller = await start();
    await Promise.all(Array.from({ length: 60 }, (_, n) => table.put({ pk: `item-${n}`, bell: 'zoho#demo' })));
    await until(60);
    await poller.close();
    expect(new Set(ids(records)).size).toBe(60);
    expect(most()).toEqual({ shards: 4, perShard: 1 });
  });

  test('the records of one key come in the order they were written', async () => {
    const { table, records, start, until } = await setUp();
    const poller = await start();
    for (let n = 0; n < 30; n += 1) await table.put({ pk: `key-${n % 3}`, bell: 'zoho#demo', n });
    await until(30);
    await poller.close();
    for (const key of ['key-0', 'key-1', 'key-2']) {
      const order = records
        .filter((record) => record.dynamodb?.Keys?.pk?.S === key)
        .map((record) => Number(record.dynamodb?.NewImage?.n?.N));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order).toHaveLength(10);
    }
  });

  test('a record that is dropped on purpose never comes, and the others do', async () => {
    let asked = 0;
    const { table, records, start, until } = await setUp(undefined, 'TRIM_HORIZON', () => {
      asked += 1;
      return asked === 2;
    });
    const poller = await start();
    for (const pk of ['first', 'second', 'third']) await table.put({ pk, bell: 'x' });
    await until(2);
    await poller.close();
    expect(asked).toBe(3);
    expect(ids(records)).toEqual(expect.arrayContaining(['first', 'third']));
    expect(records).toHaveLength(2);
  });

  test('a fresh table is read from its beginning, a kept one from now on', async () => {
    const fresh = await setUp();
    await fresh.table.put({ pk: 'before', bell: 'x' });
    const first = await fresh.start();
    await fresh.until(1);
    await first.close();
    expect(ids(fresh.records)).toEqual(['before']);

    const kept = await setUp(undefined, 'LATEST');
    await kept.table.put({ pk: 'before', bell: 'x' });
    const second = await kept.start();
    await kept.table.put({ pk: 'after', bell: 'x' });
    await kept.until(1);
    await wait(100);
    await second.close();
    expect(ids(kept.records)).toEqual(['after']);
  });

  test('a write reaches the function soon: half of them within 150 ms', async () => {
    const writtenAt = new Map<string, number>();
    const took: number[] = [];
    const { table, start, until } = await setUp(async (keys) => {
      for (const key of keys) took.push(Date.now() - (writtenAt.get(key) ?? 0));
    });
    const poller = await start();
    for (let n = 0; n < 40; n += 1) {
      writtenAt.set(`item-${n}`, Date.now());
      await table.put({ pk: `item-${n}`, bell: 'x' });
      await wait(10);
    }
    await until(40);
    await poller.close();
    expect(took.sort((a, b) => a - b)[20]).toBeLessThan(150);
  });
});
