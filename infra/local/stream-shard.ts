import { setTimeout as wait } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { InvokeResult } from './lambda-runtime.ts';
import type { StreamMapping } from './service.ts';

/** What goes to the on-failure target: metadata, as on AWS, and no record. */
export type LostBatch = { records: number; reason: 'RecordAgeExceeded' | 'RetryAttemptsExhausted'; target?: string };

type Waiting = { record: DynamoDBRecord; seenAtMs: number };

const itemFailures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.nullish(z.string()) })) });

/**
 * One shard's consumer, as Lambda's event source mapping works: batches in order, one invocation at a time, and a batch
 * that fails holds up what comes behind until it passes, is too old, or has used up its retries.
 */
export const createStreamShard = ({
  mapping,
  invoke,
  onFailure,
  now,
  isRepeated = () => false,
  retryMs = 100,
}: {
  mapping: StreamMapping;
  invoke: (event: { Records: DynamoDBRecord[] }) => Promise<InvokeResult>;
  onFailure: (batch: LostBatch) => void;
  now: () => number;
  /** Asked for each batch once it is through: whether the function is given it again, as "at least once" allows. */
  isRepeated?: () => boolean;
  /** Before the first retry; each further one waits twice as long, up to 20 times this. */
  retryMs?: number;
}) => {
  const { batchSize, batchWindow, maximumRetryAttempts, maximumRecordAgeInSeconds, onFailureTarget } = mapping;
  let queue: Waiting[] = [];
  let working = false;
  let closed = false;

  const lose = (records: number, reason: LostBatch['reason']): void => {
    if (records > 0)
      onFailure({ records, reason, ...(onFailureTarget === undefined ? {} : { target: onFailureTarget }) });
  };
  const isTooOld = ({ seenAtMs }: Waiting): boolean =>
    maximumRecordAgeInSeconds >= 0 && now() - seenAtMs > maximumRecordAgeInSeconds * 1000;

  /** How many records passed before the first that did not; all of them when nothing is reported. */
  const passedOf = (result: InvokeResult, batch: Waiting[]): number => {
    if (result.status !== 'returned') return 0;
    if (mapping.functionResponseType === undefined) return batch.length;
    const answer = itemFailures.safeParse(result.result);
    if (!answer.success || answer.data.batchItemFailures.length === 0) return batch.length;
    const positions = answer.data.batchItemFailures.map(({ itemIdentifier }) =>
      batch.findIndex(({ record }) => record.dynamodb?.SequenceNumber === itemIdentifier),
    );
    return Math.max(0, Math.min(...positions)); // one that is not in the batch (-1) fails all of it
  };

  const deliver = async (batch: Waiting[], attempt: number): Promise<void> => {
    const fresh = batch.filter((one) => !isTooOld(one));
    lose(batch.length - fresh.length, 'RecordAgeExceeded');
    if (fresh.length === 0 || closed) return;
    const passed = passedOf(await invoke({ Records: fresh.map(({ record }) => record) }), fresh);
    const rest = fresh.slice(passed);
    if (rest.length === 0) return;
    if (passed > 0) return deliver(rest, attempt);
    if (mapping.bisectBatchOnFunctionError && rest.length > 1) {
      // Splitting is not an attempt: each half still has all of them.
      const middle = Math.ceil(rest.length / 2);
      await deliver(rest.slice(0, middle), attempt);
      return deliver(rest.slice(middle), attempt);
    }
    if (maximumRetryAttempts >= 0 && attempt >= maximumRetryAttempts)
      return lose(rest.length, 'RetryAttemptsExhausted');
    await wait(Math.min(retryMs * 2 ** attempt, retryMs * 20));
    return deliver(rest, attempt + 1);
  };

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    while (queue.length > 0 && !closed) {
      if (batchWindow > 0 && queue.length < batchSize) await wait(batchWindow * 1000);
      const batch = queue.slice(0, batchSize);
      queue = queue.slice(batch.length);
      await deliver(batch, 0);
      if (isRepeated()) await deliver(batch, 0);
    }
    working = false; // at once after the look into the queue, so that nothing added meanwhile is left lying
  };

  return {
    /** Takes records in the stream's order. */
    add: (records: DynamoDBRecord[]): void => {
      queue.push(...records.map((record) => ({ record, seenAtMs: now() })));
      void work();
    },
    close: (): void => {
      closed = true;
    },
  };
};
