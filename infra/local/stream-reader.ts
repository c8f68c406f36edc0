import { setTimeout as wait } from 'node:timers/promises';
import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';

const LOOK_FOR_SHARDS_MS = 5_000;

export type ReaderOptions = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  from: 'TRIM_HORIZON' | 'LATEST';
  onRecords: (records: _Record[]) => void;
  pollMs?: number;
  now?: () => number;
};

/** Reads a table's stream to the end and on from there, each shard in order, and misses nothing after an error. */
export const startStreamReader = async ({
  client,
  streamArn,
  from,
  onRecords,
  pollMs = 25,
  now = Date.now,
}: ReaderOptions): Promise<{ close(): Promise<void> }> => {
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

  const readShard = async (shardId: string, iterator: string): Promise<void> => {
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    iterators.set(shardId, NextShardIterator);
    const last = Records.at(-1)?.dynamodb?.SequenceNumber;
    if (last !== undefined) lastRead.set(shardId, last);
    if (Records.length > 0) onRecords(Records);
  };

  await findShards(from);
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
      await wait(pollMs);
    }
  })();

  return {
    close: async () => {
      closed = true;
      await polling;
    },
  };
};
