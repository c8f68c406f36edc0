import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { streamArnOf } from '../dynamodb.ts';
import type { Service } from '../service.ts';
import { startStreamReader } from '../stream-reader.ts';
import { actionsOf, type SeenAction } from './actions-of.ts';
import type { AwsService, Middleware } from './aws-call.ts';
import { createAwsFaults } from './aws-faults.ts';
import { startAwsProxy } from './aws-proxy.ts';
import { createLateIndex } from './late-index.ts';
import { newSeed, seededRandom } from './seeded-random.ts';
import { createTransactionConflicts } from './transaction-conflicts.ts';

/** What AWS does and emulators do not; rates are shares from 0 to 1. */
export type Disturbances = {
  /** Stream batches that come twice. */
  repeatedBatches: number;
  /** Bells that never come. */
  droppedBells: number;
  /** Longest time until a write shows in an index. */
  indexLagMs: number;
  /** A function's writes that meet a transaction nobody here has begun; those that meet one of ours are refused anyway. */
  conflicts: number;
};
export const disturbances: Disturbances = {
  repeatedBatches: 0.02,
  droppedBells: 0.01,
  indexLagMs: 1_000,
  conflicts: 0.1,
};

export type TestModeOptions = {
  /** Decides what is disturbed and when, as far as the order of calls does not. @default a new one */
  seed?: number;
  /** @default none: AWS's stand-ins behave, and only what a test asks for goes wrong */
  disturb?: Partial<Disturbances>;
};

export type CallerAction = SeenAction & { caller: string };

/**
 * Puts a proxy between the functions and AWS's stand-ins: it knows which function makes which call, remembers the
 * actions each role must allow, and answers in AWS's place where a fault is wanted.
 */
export const startTestMode = async ({
  options,
  services,
  accessKeyId,
}: {
  options: TestModeOptions;
  services: Partial<Record<AwsService, string>>;
  accessKeyId: string;
}) => {
  const { seed = newSeed(), disturb } = options;
  const rates: Disturbances = { repeatedBatches: 0, droppedBells: 0, indexLagMs: 0, conflicts: 0, ...disturb };
  const draw = (purpose: string) => seededRandom(seed, purpose);

  const seen = new Map<string, CallerAction>();
  const recordActions: Middleware = (next) => (call) => {
    const { caller } = call;
    if (caller !== undefined)
      for (const action of actionsOf(call))
        seen.set(`${caller} ${action.action} ${action.resource}`, { caller, ...action });
    return next(call);
  };
  const faults = createAwsFaults(draw('faults'));
  const conflicts = createTransactionConflicts({ rate: rates.conflicts, random: draw('conflicts') });
  /** Filled by `delayIndexes`, once the tables are there. */
  let lateIndexes: Middleware = (next) => next;
  const late: Middleware = (next) => (call) => lateIndexes(next)(call);

  const middlewares = [
    recordActions,
    faults.middleware,
    ...(disturb === undefined ? [] : [conflicts.middleware, late]),
  ];
  const proxy = await startAwsProxy({ services, middlewares, accessKeyId });
  const closing: Array<() => Promise<void>> = [proxy.close];

  const counts = { repeatedBatches: 0, droppedBells: 0 };
  const decide = (what: keyof typeof counts) => {
    const random = draw(what);
    return (): boolean => {
      const does = random() < rates[what];
      if (does) counts[what] += 1;
      return does;
    };
  };

  return {
    seed,
    endpoint: proxy.baseUrl,
    isDisturbed: disturb !== undefined,
    /** Asked for each bell and each batch of the stream. */
    isDropped: decide('droppedBells'),
    isRepeated: decide('repeatedBatches'),
    faults,
    /** From here on queries on indexes see the past. */
    delayIndexes: async (
      service: Pick<Service, 'tables'>,
      nameOf: (logicalId: string) => string,
      clients: { dynamoDb: DynamoDBClient; streams: DynamoDBStreamsClient },
    ): Promise<void> => {
      if (disturb === undefined) return;
      for (const [id, definition] of Object.entries(service.tables)) {
        if (definition.GlobalSecondaryIndexes === undefined) continue;
        const index = createLateIndex({ definition, lagMs: rates.indexLagMs, random: draw(`index ${id}`) });
        const reader = await startStreamReader({
          client: clients.streams,
          streamArn: await streamArnOf(clients.dynamoDb, nameOf(id)),
          from: 'TRIM_HORIZON',
          onRecords: index.onRecords,
          pollMs: 50,
        });
        closing.push(reader.close);
        const [before, own] = [lateIndexes, index.middlewareFor(nameOf(id))];
        lateIndexes = (next) => before(own(next));
      }
    },
    seenActions: (): CallerAction[] => [...seen.values()],
    /** How often what has been disturbed. */
    counts: () => ({ ...counts, conflicts: conflicts.count() }),
    close: async (): Promise<void> => {
      faults.clear();
      for (const end of closing.reverse()) await end();
    },
  };
};
export type TestMode = Awaited<ReturnType<typeof startTestMode>>;
