import { describe, expect, test } from '@jest/globals';
import { createCoverage } from '../../support/faults/crash-points.ts';
import { explore, noTotals } from '../../support/faults/explore.ts';
import { runSchedule } from '../../support/faults/run-schedule.ts';
import { calmSchedule } from './calm-schedule.ts';

const run = (schedule = calmSchedule(), trace?: (line: string) => void) =>
  runSchedule(schedule, { coverage: createCoverage(), ...(trace === undefined ? {} : { trace }) });

const SEED = 20_261_121;
/** Another one each time; the title says which. `npm run test:faults -- --seed` runs it again. */
const RANDOM_SEED = Math.floor(Math.random() * 1_000_000);

describe('when processes die and everything around them fails', () => {
  test.each([
    [SEED, 12],
    [RANDOM_SEED, 6],
  ])(
    'nothing that was acknowledged is lost or done twice (seed %i, %i schedules)',
    async (seed, runs) => {
      const totals = noTotals();
      const finding = await explore({ seed, runs, shrinkMs: 20_000 }, { coverage: createCoverage(), totals });
      expect(finding).toBeUndefined();
      expect(totals).toMatchObject({ schedules: runs });
      expect(totals.kills).toBeGreaterThan(0);
    },
    240_000, // a finding is made small first
  );

  test('on a day without trouble each submission is sent once and each call is needed', async () => {
    const quiet = await run();
    expect(quiet).toMatchObject({ violations: [], kills: 0, freezes: 0, reran: 0 });
    expect(quiet.sendings).toBe(quiet.submissions);
  });

  test('the same schedule runs the same way each time', async () => {
    const schedule = calmSchedule({
      troubles: [{ target: 'crm', kind: 'http_500_after', fromMs: 10_000, forMs: 20_000, rate: 0.6 }],
      blows: [{ point: 'deliver-leads records.update submission after', nth: 1 }],
      doubled: 0.9,
      lost: 0.3,
    });
    const traces: string[][] = [[], []];
    for (const trace of traces) await run(schedule, (line) => trace.push(line));
    expect(traces[0]?.length).toBeGreaterThan(50);
    expect(traces[1]).toEqual(traces[0]);
  });
});
