import fc from 'fast-check';
import type { Coverage } from './crash-points.ts';
import { type Run, runSchedule } from './run-schedule.ts';
import { type Schedule, schedules } from './schedule.ts';

/** What many worlds were, in all. */
export type Totals = Omit<Run, 'violations' | 'troubles'> & { schedules: number; troubles: Map<string, number> };

export type Finding = { seed: number; path: string; violations: string[]; schedule: Schedule };

export const noTotals = (): Totals => ({
  schedules: 0,
  submissions: 0,
  deliveries: 0,
  kills: 0,
  freezes: 0,
  calls: 0,
  sendings: 0,
  mints: 0,
  reran: 0,
  troubles: new Map(),
});

const add = (totals: Totals, { troubles, violations: _, ...counts }: Run): void => {
  totals.schedules += 1;
  for (const name of Object.keys(counts) as Array<keyof typeof counts>) totals[name] += counts[name];
  for (const [name, count] of troubles) totals.troubles.set(name, (totals.troubles.get(name) ?? 0) + count);
};

/**
 * Runs `runs` random schedules of a seed; one that breaks a promise is made as small as it can be within the time.
 * @param path from an earlier finding: runs that one schedule alone
 */
export const explore = async (
  of: { seed: number; runs: number; path?: string; shrinkMs?: number; trace?: (line: string) => void },
  { coverage, totals }: { coverage: Coverage; totals: Totals },
): Promise<Finding | undefined> => {
  let found: { schedule: Schedule; violations: string[] } | undefined;
  /** Making it smaller goes on only this long: what is left is smaller, if not smallest. */
  let giveUpAtMs = Infinity;
  const property = fc.asyncProperty(schedules, async (schedule) => {
    if (Date.now() > giveUpAtMs) return true;
    const run = await runSchedule(schedule, { coverage, ...(of.trace === undefined ? {} : { trace: of.trace }) });
    add(totals, run);
    if (run.violations.length === 0) return true;
    if (found === undefined) giveUpAtMs = Date.now() + (of.shrinkMs ?? 60_000);
    found = { schedule, violations: run.violations };
    return false;
  });
  const details = await fc.check(property, {
    seed: of.seed,
    numRuns: of.runs,
    ...(of.path === undefined ? {} : { path: of.path, endOnFailure: true }),
  });
  if (!details.failed || found === undefined) return undefined;
  return { seed: of.seed, path: details.counterexamplePath ?? '', ...found };
};
