import type { Value } from '../platform/table.ts';
import {
  type AllowanceLevel,
  type Budget,
  gatherAtLeastMs,
  goesOnAtMs,
  levelOf,
  type Spending,
  spend,
} from './allowance.ts';
import type { Lane } from './lane.ts';
import type { Usage } from './outcome.ts';

/**
 * A worker's view of its receiver's allowance. What the lane's item says may be old: a worker that finds nothing left
 * makes one small call all the same, and goes by what its answer says.
 */
export const createLaneAllowance = (lane: Pick<Lane, 'spending'>, budget: () => Budget | undefined) => {
  let spending: Spending = lane.spending ?? { hours: {} };
  let hasAsked = false;

  const level = (nowMs: number): AllowanceLevel => {
    const known = budget();
    return known === undefined ? 'ample' : levelOf(spending, known, nowMs);
  };

  return {
    level,
    /** Items in no hurry wait at least this long for company. */
    gatherAtLeastMs: (nowMs: number): number => gatherAtLeastMs[level(nowMs)],
    /** Nothing was left when this worker came, and no call of its own has told since: one small call may ask. */
    isAsking: (nowMs: number): boolean => !hasAsked && level(nowMs) === 'spent',
    /** Until when nothing may be sent; undefined when something may. */
    heldUntilMs: (nowMs: number): number | undefined =>
      hasAsked && level(nowMs) === 'spent' ? goesOnAtMs(spending, nowMs) : undefined,
    /** Counts a call; what it returns belongs on the lane sooner or later. */
    used: (usage: Usage, nowMs: number): { spending: Record<string, Value | undefined> } => {
      spending = spend(spending, usage, nowMs);
      hasAsked = true;
      return { spending };
    },
  };
};
export type LaneAllowance = ReturnType<typeof createLaneAllowance>;
