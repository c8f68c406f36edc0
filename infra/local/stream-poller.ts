import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { passesFilter } from './event-filter.ts';
import type { InvokeResult } from './lambda-runtime.ts';
import type { StreamMapping } from './service.ts';
import { createStreamShard, type LostBatch } from './stream-shard.ts';

/** A new on-demand table has about four partitions, so about four shards, whose batches know nothing of each other. */
const SHARDS = 4;
const POLL_MS = 25;
const LOOK_FOR_SHARDS_MS = 5_000;

export type PollerOptions = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  mapping: StreamMapping;
  /** Where to begin; kept state goes on with what comes from now, because the tick at start finds the rest. */
  from: 'TRIM_HORIZON' | 'LATEST';
  invoke: (event: { Records: DynamoDBRecord[] }) => Promise<InvokeResult>;
  onFailure: (batch: LostBatch) => void;
  now?: () => number;
};

export const shardOf = (record: DynamoDBRecord): number =>
  createHash('sha256')
    .update(record.dynamodb?.Keys?.pk?.S ?? '')
    .digest()
    .readUInt32BE() % SHARDS;

/** The record as Lambda hands it on: the time in seconds, the image in DynamoDB's own JSON. */
const toLambdaRecord = (record: _Record, eventSourceARN: string): DynamoDBRecord => {
  const plain = JSON.parse(JSON.stringify(record)) as DynamoDBRecord;
  const createdAtMs = record.dynamodb?.ApproximateCreationDateTime?.getTime();
  if (plain.dynamodb === undefined || createdAtMs === undefined) return { ...plain, eventSourceARN };
  return {
    ...plain,
    eventSourceARN,
    dynamodb: { ...plain.dynamodb, ApproximateCreationDateTime: createdAtMs / 1000 },
  };
};

/** Reads a table's stream and hands it to its function as Lambda's event source mapping would. */
export const startStreamPoller = async (options: PollerOptions): Promise<{ close(): Promise<void> }> => {
  const { client, streamArn, mapping, now = Date.now } = options;
  for (const pattern of mapping.filterPatterns) passesFilter(pattern, {}); // one that is not understood fails here
  const shards = Array.from({ length: SHARDS }, () => createStreamShard({ ...options, now }));
  /** The emulator's shards: where to read next, undefined once a shard has ended. */
  const iterators = new Map<string, string | undefined>();
  const lastRead = new Map<string, string>();
  let closed = false;

  const open = async (ShardId: string, type: 'TRIM_HORIZON' | 'LATEST'): Promise<void> => {
    const last = lastRead.get(ShardId);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId,
        ...(last === undefined
          ? { ShardIteratorType: type }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last }),
      }),
    );
    iterators.set(ShardId, ShardIterator);
  };

  const findShards = async (type: 'TRIM_HORIZON' | 'LATEST'): Promise<void> => {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
    for (const { ShardId } of StreamDescription?.Shards ?? [])
      if (ShardId !== undefined && !iterators.has(ShardId)) await open(ShardId, type);
  };

  const passes = (record: DynamoDBRecord): boolean =>
    mapping.filterPatterns.length === 0 || mapping.filterPatterns.some((pattern) => passesFilter(pattern, record));

  const readShard = async (shardId: string, iterator: string): Promise<void> => {
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    iterators.set(shardId, NextShardIterator);
    const last = Records.at(-1)?.dynamodb?.SequenceNumber;
    if (last !== undefined) lastRead.set(shardId, last);
    const records = Records.map((record) => toLambdaRecord(record, streamArn)).filter(passes);
    for (const [index, shard] of shards.entries()) shard.add(records.filter((record) => shardOf(record) === index));
  };

  await findShards(options.from);
  const polling = (async () => {
    let lookAtMs = now() + LOOK_FOR_SHARDS_MS;
    while (!closed) {
      try {
        if (now() >= lookAtMs) {
          await findShards('TRIM_HORIZON');
          lookAtMs = now() + LOOK_FOR_SHARDS_MS;
        }
        for (const [shardId, iterator] of iterators) if (iterator !== undefined) await readShard(shardId, iterator);
      } catch {
        // The emulator is busy, or this machine slept until the iterators ran out: read on after what was read last.
        if (closed) return;
        await wait(250);
        for (const shardId of iterators.keys()) await open(shardId, 'TRIM_HORIZON').catch(() => undefined);
      }
      await wait(POLL_MS);
    }
  })();

  return {
    close: async () => {
      closed = true;
      for (const shard of shards) shard.close();
      await polling;
    },
  };
};
