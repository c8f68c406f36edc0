import type { Usage } from '../work/outcome.ts';

/** Two calls, one after the other: both cost, and the later one tells what is left. */
export const addUsage = (earlier: Usage, later: Usage): Usage => {
  const remaining = later.remaining ?? earlier.remaining;
  return { cost: earlier.cost + later.cost, ...(remaining === undefined ? {} : { remaining }) };
};

/** What was told last, with what all of it has cost. */
export const withUsage = <Told extends { usage?: Usage }>(told: Told, earlier: Usage): Told => ({
  ...told,
  usage: told.usage === undefined ? earlier : addUsage(earlier, told.usage),
});
