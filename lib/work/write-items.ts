import type { Sleep } from '../platform/clock.ts';
import { PlatformError } from '../platform/errors.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { Change, Condition, Table, TransactOutcome, WriteOutcome } from '../platform/table.ts';

export type ItemWrite = { update: string; change: Change; if: Condition };
/** `failed`: the table did not take it, nor say that it never will. */
export type ItemWriteOutcome = WriteOutcome | { status: 'failed'; error: PlatformError };
export type WriteOptions = { sleep: Sleep; random: () => number };

/**
 * Up to this many are single writes, at half the write units; more are one transaction. A single write costs its caller
 * about 1.5 ms of processor time, a write in a large transaction a third of that or less: with calls of a hundred the
 * worker itself would be the bound of a lane that is drained.
 */
export const MOST_SINGLES = 25;
const PARALLEL_WRITES = 25;
const TRIES = 6;

/**
 * Conditional writes to the items of one call. Each stands for itself: every item has a condition of its own, and a
 * worker may die between a call and any of its outcomes, so nothing relies on all of them or none.
 * @param writes at most 100
 * @returns one outcome per write, in their order
 */
export const writeItems = (table: Table, writes: ItemWrite[], options: WriteOptions): Promise<ItemWriteOutcome[]> =>
  writes.length <= MOST_SINGLES
    ? inParallel(writes, PARALLEL_WRITES, (write) => writeOne(table, write, options))
    : writeTogether(table, writes, options);

const pause = (attempt: number, { sleep, random }: WriteOptions): Promise<void> =>
  sleep(20 + random() * 80 * (attempt + 1));

const writeOne = async (table: Table, write: ItemWrite, options: WriteOptions): Promise<ItemWriteOutcome> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await table.update(write.update, write.change, write.if);
    } catch (error) {
      // Throttled, in somebody's transaction, or not answered: it has its condition, so it may be repeated.
      if (!(error instanceof PlatformError)) throw error;
      if (attempt + 1 >= TRIES) return { status: 'failed', error };
      await pause(attempt, options);
    }
  }
};

const transact = async (table: Table, writes: ItemWrite[]): Promise<TransactOutcome> => {
  try {
    return await table.transact(writes);
  } catch (error) {
    if (error instanceof PlatformError) return { status: 'conflict' }; // as above: it may be repeated
    throw error;
  }
};

/** One transaction, without those it was refused for; if it keeps conflicting, one by one. */
const writeTogether = async (table: Table, writes: ItemWrite[], options: WriteOptions): Promise<ItemWriteOutcome[]> => {
  const outcomes = new Map<ItemWrite, ItemWriteOutcome>();
  let wanted = writes;
  for (let attempt = 0; wanted.length > 0 && attempt < TRIES; attempt += 1) {
    const outcome = await transact(table, wanted);
    if (outcome.status === 'written') {
      for (const write of wanted) outcomes.set(write, outcome);
      wanted = [];
    } else if (outcome.status === 'conflict') await pause(attempt, options);
    else {
      const { failed } = outcome;
      for (const [index, write] of wanted.entries()) {
        const refusal = failed[index];
        if (refusal !== undefined) outcomes.set(write, { status: 'refused', ...refusal });
      }
      wanted = wanted.filter((_, index) => failed[index] === undefined);
    }
  }
  // Somebody keeps touching one of them; alone each of the others gets through.
  const rest = await inParallel(wanted, PARALLEL_WRITES, (write) => writeOne(table, write, options));
  for (const [index, write] of wanted.entries()) {
    const outcome = rest[index];
    if (outcome !== undefined) outcomes.set(write, outcome);
  }
  return writes.map((write) => outcomes.get(write) ?? { status: 'refused' });
};
