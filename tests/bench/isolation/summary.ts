import { quantile, type Summary, summarize } from '../measure/statistics.ts';
import type { Block } from './measure-block.ts';

/** Whose waiting leads and hanging Zoho are to trouble nobody else. */
export const OTHER_CLIENT = 'client-a';

/**
 * `alone`: the other client has nothing waiting. `present`: its leads wait, and as many of them as would hang have been
 * claimed by the bench itself, so that the table and its stream are as long; but its lane is parked. `beside`: as many calls as its lane may make hang at its Zoho all the time. `starting`: its lane is
 * opened as the block begins, so that its worker claims what is to hang. `written`: the same claims written by the bench
 * itself, and nothing done with them: what the emulator makes of such writes.
 */
export type ConditionName = 'alone' | 'present' | 'beside' | 'starting' | 'written';

/** Over the rounds: the median of each round's own value, and the quartiles. */
export type OverRounds = { p50Ms: Summary; p99Ms: Summary };
export type ConditionFigures = {
  leads: number;
  /** From a form's post to its record in Zoho, of a client who always has a worker. */
  steady: OverRounds;
  /** The same of clients whose every lead has to ring for a worker. Absent: none came. */
  lone?: OverRounds;
  /** From the post to the 202. */
  accept: OverRounds;
  /** One read of one item at the emulator meanwhile. */
  emulator: OverRounds & { longestMs: Summary };
};
export type RatioFigures = { steadyP50: Summary; steadyP99: Summary; loneP50?: Summary };

const overRounds = (rounds: number[][]): OverRounds => ({
  p50Ms: summarize(rounds.map((values) => quantile(values, 0.5))),
  p99Ms: summarize(rounds.map((values) => quantile(values, 0.99))),
});

const hasLone = (blocks: Block[]): boolean => blocks.every(({ loneMs }) => loneMs.length > 0);

export const figuresOf = (blocks: Block[]): ConditionFigures => {
  const reads = blocks.map(({ emulatorMs }) => emulatorMs);
  return {
    leads: blocks.reduce((sum, { steadyMs, loneMs }) => sum + steadyMs.length + loneMs.length, 0),
    steady: overRounds(blocks.map(({ steadyMs }) => steadyMs)),
    ...(hasLone(blocks) ? { lone: overRounds(blocks.map(({ loneMs }) => loneMs)) } : {}),
    accept: overRounds(blocks.map(({ acceptMs }) => acceptMs)),
    emulator: { ...overRounds(reads), longestMs: summarize(reads.map((ms) => quantile(ms, 1))) },
  };
};

/** Each round's own value of ours by its own value of theirs. Both have the rounds in the same order. */
export const ratiosOf = (ours: Block[], theirs: Block[]): RatioFigures => {
  const of = (valuesOf: (block: Block) => number[], share: number): Summary =>
    summarize(
      ours.flatMap((block, round) => {
        const other = theirs[round];
        return other === undefined ? [] : [quantile(valuesOf(block), share) / quantile(valuesOf(other), share)];
      }),
    );
  const steady = ({ steadyMs }: Block): number[] => steadyMs;
  const both = [...ours, ...theirs];
  return {
    steadyP50: of(steady, 0.5),
    steadyP99: of(steady, 0.99),
    ...(hasLone(both) ? { loneP50: of(({ loneMs }) => loneMs, 0.5) } : {}),
  };
};
