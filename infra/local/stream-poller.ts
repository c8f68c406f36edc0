import { createHash } from 'node:crypto';
import type { _Record, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { passesFilter } from './event-filter.ts';
import type { InvokeResult } from './lambda-runtime.ts';
import type { StreamMapping } from './service.ts';
import { startStreamReader } from './stream-reader.ts';
import { createStreamShard, type LostBatch } from './stream-shard.ts';

/** A new on-demand table has about four partitions, so about four shards, whose batches know nothing of each other. */
const SHARDS = 4;

export type PollerOptions = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  mapping: StreamMapping;
  /** Where to begin; kept state goes on with what comes from now, because the tick at start finds the rest. */
  from: 'TRIM_HORIZON' | 'LATEST';
  invoke: (event: { Records: DynamoDBRecord[] }) => Promise<InvokeResult>;
  onFailure: (batch: LostBatch) => void;
  /** Asked for each record that would reach the function. @default none is dropped */
  isDropped?: () => boolean;
  /** Asked for each batch that has passed: whether it comes a second time. @default none does */
  isRepeated?: () => boolean;
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
  const { client, streamArn, from, mapping, isDropped = () => false, now = Date.now } = options;
  for (const pattern of mapping.filterPatterns) passesFilter(pattern, {}); // one that is not understood fails here
  const shards = Array.from({ length: SHARDS }, () => createStreamShard({ ...options, now }));

  const passes = (record: DynamoDBRecord): boolean =>
    mapping.filterPatterns.length === 0 || mapping.filterPatterns.some((pattern) => passesFilter(pattern, record));

  const onRecords = (read: _Record[]): void => {
    const records = read
      .map((record) => toLambdaRecord(record, streamArn))
      .filter((record) => passes(record) && !isDropped());
    for (const [index, shard] of shards.entries()) shard.add(records.filter((record) => shardOf(record) === index));
  };

  const reader = await startStreamReader({ client, streamArn, from, onRecords, now });
  return {
    close: async () => {
      for (const shard of shards) shard.close();
      await reader.close();
    },
  };
};
