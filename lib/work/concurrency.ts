import type { Lane } from './lane.ts';

/** A limit that was learned is tried out again, by one call more, once this long has gone without a refusal. */
const TRY_MORE_AFTER_MS = 30 * 60_000;

/** What stands on the lane of what its receiver has taught it. */
export type LearnedConcurrency = Pick<Lane, 'concurrency' | 'concurrencyAtMs'>;

/** `limit`: fewer at once will do. `everything`: not one call came through, so their number is not the reason. */
export type RefusalReason = 'limit' | 'everything';

/**
 * How many calls a receiver takes at once, learned from those it refuses because too many are under way: of eight
 * calls of which three are refused, five were taken. Kept on the lane, so that a refusal is the exception and not
 * what regulates the pace.
 * @param ceiling most calls at once, which is also where an untaught lane starts
 */
export const createConcurrency = (lane: LearnedConcurrency, ceiling: number) => {
  let limit = Math.min(lane.concurrency ?? ceiling, ceiling);
  let changedAtMs = lane.concurrencyAtMs ?? 0;
  /** Calls refused together: they were all under way when the first of them came back. */
  let round: { endedAtMs: number; inFlight: number; before: number; refused: number } | undefined;

  return {
    limit: () => limit,

    /**
     * A call was refused for being one too many.
     * @param inFlight calls under way when it came back, itself included
     */
    refused: (startedAtMs: number, nowMs: number, inFlight: number): RefusalReason => {
      if (round === undefined || startedAtMs >= round.endedAtMs)
        round = { endedAtMs: nowMs, inFlight: Math.max(1, inFlight), before: limit, refused: 0 };
      round.refused += 1;
      const taken = round.inFlight - round.refused;
      limit = taken < 1 ? round.before : Math.min(round.before, taken);
      changedAtMs = nowMs;
      return taken < 1 ? 'everything' : 'limit';
    },

    /** A call came through. True when that has moved the limit. */
    passed: (nowMs: number): boolean => {
      if (limit >= ceiling || nowMs - changedAtMs < TRY_MORE_AFTER_MS) return false;
      limit += 1;
      changedAtMs = nowMs;
      return true;
    },

    /** What of it belongs on the lane. */
    learned: (): LearnedConcurrency => (limit === ceiling ? {} : { concurrency: limit, concurrencyAtMs: changedAtMs }),
  };
};
