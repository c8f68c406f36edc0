import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { passesFilter } from './event-filter.ts';
import type { InvokeResult } from './lambda-runtime.ts';
import type { StreamMapping } from './service.ts';

/** A new on-demand table has about four partitions, so about four shards, whose batches know nothing of each other. */
const SHARDS = 4;
const POLL_MS = 25;

export type PollerOptions = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  mapping: StreamMapping;
  /** Where to begin; kept state goes on with what comes from now, because the tick at start finds the rest. */
  from: 'TRIM_HORIZON' | 'LATEST';
  invoke: (event: { Records: DynamoDBRecord[] }) => Promise<InvokeResult>;
  /** Metadata of batches that failed for good; what a function was given is not in it. */
  onFailure: (batch: { records: number; reason: string }) => void;
  now?: () => number;
};

const shardOf = (record: DynamoDBRecord): number =>
  createHash('sha256').update(record.dynamodb?.Keys?.pk?.S ?? '').digest().readUInt32BE() % SHARDS;

/** The record as Lambda hands it on: times in seconds, the image in DynamoDB's own JSON. */
const toLambdaRecord = (record: _Record, streamArn: string): DynamoDBRecord => {
  const plain = JSON.parse(JSON.stringify(record)) as DynamoDBRecord;
  const createdAt = record.dynamodb?.ApproximateCreationDateTime;
  return {
    ...plain,
    eventSourceARN: streamArn,
    ...(plain.dynamodb === undefined ? {} : { dynamodb: { ...plain.dynamodb, ApproximateCreationDateTime: (createdAt?.getTime() ?? 0) / 1000 } }),
  };
};

type Waiting = { record: DynamoDBRecord; seenAtMs: number };

/** One shard's consumer: batches in order, one invocation at a time, retries that hold up what comes behind. */
const createShard = ({ mapping, invoke, onFailure, now = Date.now }: PollerOptions) => {
  let queue: Waiting[] = [];
  let working: Promise<void> | undefined;

  const isTooOld = ({ seenAtMs }: Waiting): boolean =>
    mapping.maximumRecordAgeInSeconds >= 0 && now() - seenAtMs > mapping.maximumRecordAgeInSeconds * 1000;

  /** The sequence number a ReportBatchItemFailures answer names first; everything from there on is tried again. */
  const failedFrom = (result: unknown, batch: Waiting[]): number | undefined => {
    if (mapping.functionResponseType === undefined || typeof result !== 'object' || result === null || !('batchItemFailures' in result)) return undefined;
    const failures = result.batchItemFailures as Array<{ itemIdentifier: string }>;
    const positions = failures.map(({ itemIdentifier }) => batch.findIndex(({ record }) => record.dynamodb?.SequenceNumber === itemIdentifier));
    return positions.length === 0 ? undefined : Math.max(0, Math.min(...positions));
  };

  const process = async (batch: Waiting[], attempt: number): Promise<void> => {
    const fresh = batch.filter((one) => !isTooOld(one));
    if (fresh.length < batch.length) onFailure({ records: batch.length - fresh.length, reason: 'RecordAgeExceeded' });
    if (fresh.length === 0) return;
    const result = await invoke({ Records: fresh.map(({ record }) => record) });
    const from = result.status === 'returned' ? failedFrom(result.result, fresh) : 0;
    if (from === undefined) return;
    const rest = fresh.slice(from);
    if (mapping.maximumRetryAttempts >= 0 && attempt >= mapping.maximumRetryAttempts && rest.length === 1)
      return onFailure({ records: 1, reason: 'RetryAttemptsExhausted' });
    if (mapping.bisectBatchOnFunctionError && rest.length > 1) {
      // Splitting is not an attempt: each half still has all of them.
      const middle = Math.ceil(rest.length / 2);
      await process(rest.slice(0, middle), attempt);
      return process(rest.slice(middle), attempt);
    }
    if (mapping.maximumRetryAttempts >= 0 && attempt >= mapping.maximumRetryAttempts)
      return onFailure({ records: rest.length, reason: 'RetryAttemptsExhausted' });
    await wait(Math.min(100 * 2 ** attempt, 2_000));
    return process(rest, attempt + 1);
  };

  const work = async (): Promise<void> => {
    if (mapping.batchWindow > 0 && queue.length < mapping.batchSize) await wait(mapping.batchWindow * 1000);
    while (queue.length > 0) {
      const batch = queue.slice(0, mapping.batchSize);
      queue = queue.slice(batch.length);
      await process(batch, 0);
    }
  };

  return {
    add: (record: DynamoDBRecord): void => {
      queue.push({ record, seenAtMs: now() });
      working ??= Promise.resolve()
        .then(work)
        .finally(() => (working = undefined));
    },
    idle: async (): Promise<void> => working,
  };
};

/** Reads a table's stream and hands it to its function as Lambda's event source mapping would. */
export const startStreamPoller = async (options: PollerOptions): Promise<{ close(): Promise<void> }> => {
  const { client, streamArn, mapping } = options;
  const shards = Array.from({ length: SHARDS }, () => createShard(options));
  const iterators = new Map<string, string | undefined>();
  let closed = false;

  const findShards = async (type: 'TRIM_HORIZON' | 'LATEST'): Promise<void> => {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      if (ShardId === undefined || iterators.has(ShardId)) continue;
      const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamArn: streamArn, ShardId, ShardIteratorType: type }));
      iterators.set(ShardId, ShardIterator);
    }
  };

  const readShard = async (shardId: string, iterator: string): Promise<void> => {
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    iterators.set(shardId, NextShardIterator);
    for (const raw of Records) {
      const record = toLambdaRecord(raw, streamArn);
      const passes = mapping.filterPatterns.length === 0 || mapping.filterPatterns.some((pattern) => passesFilter(pattern, record));
      if (passes) shards[shardOf(record)]?.add(record);
    }
  };

  await findShards(options.from);
  const polling = (async () => {
    for (let round = 1; !closed; round += 1) {
      try {
        if (round % 200 === 0) await findShards('TRIM_HORIZON');
        for (const [shardId, iterator] of iterators) if (iterator !== undefined) await readShard(shardId, iterator);
      } catch {
        if (!closed) await wait(250); // the emulator is busy or restarting; nothing is lost, the iterator stays
      }
      await wait(POLL_MS);
    }
  })();

  return {
    close: async () => {
      closed = true;
      await polling;
    },
  };
};
