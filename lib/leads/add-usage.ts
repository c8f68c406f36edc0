import type { Usage } from '../work/outcome.ts';

/** Two calls, one after the other: both cost, and the later one tells what is left. */
export const addUsage = (earlier: Usage, later: Usage): Usage => {
  const remaining = later.remaining ?? earlier.remaining;
  return { cost: earlier.cost + later.cost, ...(remaining === undefined ? {} : { remaining }) };
};
