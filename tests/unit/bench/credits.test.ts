import { expect, test } from '@jest/globals';
import { laneKey } from '../../../lib/work/work-item.ts';
import { latencyOf, USUAL, zohoOrigin } from '../../bench/measures/settings.ts';
import { benchSource } from '../../bench/simulation/leads.ts';
import { createLimitedZoho } from '../../bench/simulation/limited-zoho.ts';
import { createSimulatedClock } from '../../bench/simulation/simulated-clock.ts';
import { createSimulatedStage } from '../../bench/simulation/simulated-stage.ts';

const HOUR_MS = 3_600_000;

/** The whole stage in virtual time, and a Zoho of the Free edition that counts by its own limits: 5,000 credits a day. */
const setUp = async () => {
  const clock = createSimulatedClock();
  const delivered: Array<{ atMs: number; records: number }> = [];
  const zoho = createLimitedZoho({
    clock,
    origin: zohoOrigin('a'),
    latencyMs: latencyOf(USUAL),
    organisation: { edition: 'free' },
    onWritten: (_, records) => delivered.push({ atMs: clock.now(), records }),
  });
  const paid = benchSource('acme', zoho.origin);
  const source = { ...paid, zoho: { ...paid.zoho, dailyCredits: 5_000 } };
  const stage = await createSimulatedStage([{ source, zoho }], { clock });
  let posted = 0;
  return {
    clock,
    zoho,
    stage,
    delivered,
    post: async (leads: number, everyMs: number): Promise<void> => {
      for (let n = 0; n < leads; n += 1) {
        await clock.sleep(everyMs);
        posted += 1;
        await stage.post(source, posted); // throws when it is not accepted
      }
    },
    inZoho: (): number => delivered.reduce((sum, { records }) => sum + records, 0),
    lane: () => stage.records.inner.get(laneKey('zoho#acme')),
  };
};

test('as an organisation’s credits run out leads gather, then wait at the floor, and all of them go once credits come back', async () => {
  const { clock, zoho, stage, delivered, post, inZoho, lane } = await setUp();
  zoho.useElsewhere(3_750); // the first answer says that a quarter is left
  await clock.run(post(5, 30_000));
  await clock.advance(2 * 60_000);
  expect(inZoho()).toBe(5);
  // The first went after its two seconds, for nobody knew; the others waited a minute and shared.
  expect(delivered.length).toBeLessThanOrEqual(3);

  zoho.useElsewhere(zoho.creditsRemaining() - 110);
  await clock.run(post(300, 5_000));
  await clock.advance(10_000);
  const waiting = 305 - inZoho();
  expect(waiting).toBeGreaterThan(100);
  expect(await lane()).toMatchObject({ state: 'open', reason: 'credits_used_up' });
  expect(Number((await lane())?.backoffUntilMs)).toBeGreaterThan(clock.now());
  // A fiftieth is kept for the client's other programs, but for one credit each quarter of an hour that asks.
  expect(zoho.creditsRemaining()).toBeGreaterThanOrEqual(96);

  await clock.advance(25 * HOUR_MS);
  expect(inZoho()).toBe(305);
  expect(zoho.counts()).toMatchObject({ written: 305, refused: 0 });
  expect(await lane()).not.toHaveProperty('reason');
  await stage.end();
});
