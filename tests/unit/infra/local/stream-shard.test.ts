import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import type { InvokeResult } from '../../../../infra/local/lambda-runtime.ts';
import type { StreamMapping } from '../../../../infra/local/service.ts';
import { createStreamShard, type LostBatch } from '../../../../infra/local/stream-shard.ts';

const record = (id: string): DynamoDBRecord => ({ dynamodb: { SequenceNumber: id, Keys: { pk: { S: id } } } });
const mapping: StreamMapping = {
  table: 'RecordsTable',
  batchSize: 10,
  batchWindow: 0,
  startingPosition: 'TRIM_HORIZON',
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 2,
  maximumRecordAgeInSeconds: 300,
  filterPatterns: [],
  onFailureTarget: 'LostBellsQueue',
};

const passed: InvokeResult = { status: 'returned', result: null };
const threw: InvokeResult = { status: 'threw', errorType: 'Error' };

/** A shard over a function that answers as told; `batches` are the ids it was given, in order. */
const setUp = (
  answer: (ids: string[]) => InvokeResult | Promise<InvokeResult>,
  changes: Partial<StreamMapping> = {},
  isRepeated: () => boolean = () => false,
) => {
  const batches: string[][] = [];
  const lost: LostBatch[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  let nowMs = 1_000;
  const shard = createStreamShard({
    mapping: { ...mapping, ...changes },
    now: () => nowMs,
    retryMs: 1,
    isRepeated,
    onFailure: (batch) => lost.push(batch),
    invoke: async ({ Records }) => {
      const ids = Records.map((one) => one.dynamodb?.SequenceNumber ?? '');
      batches.push(ids);
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      const result = await answer(ids);
      inFlight -= 1;
      return result;
    },
  });
  const add = (...ids: string[]): void => shard.add(ids.map(record));
  const until = async (count: number): Promise<void> => {
    for (let turn = 0; turn < 500 && batches.length < count; turn += 1) await wait(1);
    await wait(5);
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { batches, lost, shard, add, until, pass, most: () => mostInFlight };
};

describe('a shard of the stream', () => {
  test('hands over what waits in batches, in order, one at a time', async () => {
    const { add, batches, until, most } = setUp(() => wait(2, passed), { batchSize: 3 });
    add('1', '2', '3', '4');
    add('5');
    await until(2);
    add('6');
    await until(3);
    expect(batches).toEqual([['1', '2', '3'], ['4', '5'], ['6']]);
    expect(most()).toBe(1);
  });

  test('hands a batch over once more where that is asked for, before the next one', async () => {
    let asked = 0;
    const { add, batches, until, most } = setUp(
      () => passed,
      { batchSize: 2 },
      () => {
        asked += 1;
        return asked === 1;
      },
    );
    add('1', '2', '3');
    await until(3);
    expect(batches).toEqual([['1', '2'], ['1', '2'], ['3']]);
    expect(most()).toBe(1);
  });

  test('splits a batch that fails until the record at fault stands alone; splitting uses up no try', async () => {
    const { add, batches, lost, until } = setUp((ids) => (ids.includes('3') ? threw : passed));
    add('1', '2', '3', '4');
    await until(7);
    expect(batches).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['3'], ['3'], ['4']]);
    expect(lost).toEqual([{ records: 1, reason: 'RetryAttemptsExhausted', target: 'LostBellsQueue' }]);
  });

  test('without splitting, a batch is tried again whole, then goes to the on-failure target as a count', async () => {
    const { add, batches, lost, until } = setUp(() => threw, { bisectBatchOnFunctionError: false });
    add('1', '2');
    await until(3);
    expect(batches).toEqual([
      ['1', '2'],
      ['1', '2'],
      ['1', '2'],
    ]);
    expect(lost).toEqual([{ records: 2, reason: 'RetryAttemptsExhausted', target: 'LostBellsQueue' }]);
  });

  test('a batch that fails holds up what comes behind it', async () => {
    let failures = 2;
    const { add, batches, until } = setUp(() => (failures-- > 0 ? threw : passed), { batchSize: 1 });
    add('1', '2');
    await until(4);
    expect(batches).toEqual([['1'], ['1'], ['1'], ['2']]);
  });

  test('a function that timed out has failed', async () => {
    const { add, lost, until } = setUp(() => ({ status: 'timed_out' }), { maximumRetryAttempts: 0 });
    add('1');
    await until(1);
    expect(lost).toHaveLength(1);
  });

  test('reported item failures: what passed before the first of them does not come again', async () => {
    let first = true;
    const { add, batches, until } = setUp(
      () => {
        const failures = first ? [{ itemIdentifier: '4' }, { itemIdentifier: '3' }] : [];
        first = false;
        return { status: 'returned', result: { batchItemFailures: failures } };
      },
      { functionResponseType: 'ReportBatchItemFailures' },
    );
    add('1', '2', '3', '4');
    await until(2);
    expect(batches).toEqual([
      ['1', '2', '3', '4'],
      ['3', '4'],
    ]);
  });

  test('item failures count only where serverless.yml says they are reported', async () => {
    const { add, batches, until } = setUp(() => ({
      status: 'returned',
      result: { batchItemFailures: [{ itemIdentifier: '1' }] },
    }));
    add('1', '2');
    await until(1);
    expect(batches).toEqual([['1', '2']]);
  });

  test('a reported item that is not in the batch fails all of it', async () => {
    const { add, batches, until } = setUp(
      (ids) => ({ status: 'returned', result: { batchItemFailures: ids.length > 1 ? [{ itemIdentifier: '9' }] : [] } }),
      { functionResponseType: 'ReportBatchItemFailures' },
    );
    add('1', '2');
    await until(3);
    expect(batches).toEqual([['1', '2'], ['1'], ['2']]);
  });

  test('a record that is too old is given up, whatever retries are left', async () => {
    const { add, batches, lost, until, pass } = setUp(
      () => {
        pass(301_000);
        return threw;
      },
      { maximumRetryAttempts: -1 },
    );
    add('1');
    await until(1);
    expect(batches).toEqual([['1']]);
    expect(lost).toEqual([{ records: 1, reason: 'RecordAgeExceeded', target: 'LostBellsQueue' }]);
  });

  test('waits for its batch window to fill a batch', async () => {
    const { add, batches, until } = setUp(() => passed, { batchWindow: 0.05 });
    add('1');
    await wait(10);
    add('2');
    expect(batches).toEqual([]);
    await until(1);
    expect(batches).toEqual([['1', '2']]);
  });

  test('starts nothing new once it is closed', async () => {
    const { add, batches, until, shard } = setUp(() => wait(5, threw), { batchSize: 1 });
    add('1', '2');
    shard.close();
    await until(2);
    expect(batches).toEqual([['1']]);
  });
});
