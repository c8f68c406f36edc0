import { createNoise } from '../../support/faults/noise.ts';
import type { AwsUse } from '../simulation/aws-meter.ts';
import { createJourneys } from '../simulation/journeys.ts';
import { benchSource } from '../simulation/leads.ts';
import { createLimitedZoho, type ZohoCounts } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';
import { createSimulatedStage } from '../simulation/simulated-stage.ts';
import { type Chance, latencyOf, poissonGapMs, USUAL, zohoOrigin } from './settings.ts';

export type StreamOfLeads = {
  leads: number;
  seconds: number;
  zoho: ZohoCounts;
  aws: AwsUse;
  /** Milliseconds from a visitor's post to the record in Zoho. */
  deliveredP50Ms: number;
  deliveredP99Ms: number;
};

/**
 * Visitors who post one after the other at this rate, until all of theirs are in Zoho.
 * @param options.evenly the same time between all of them, instead of chance
 * @param options.withExpiredToken nobody has needed Zoho for a while
 */
export const streamOfLeads = async (
  leads: number,
  perSecond: number,
  options: { gather?: string; chance?: Chance; evenly?: boolean; withExpiredToken?: boolean } = {},
): Promise<StreamOfLeads> => {
  const clock = createSimulatedClock();
  const { chance = USUAL } = options;
  const noise = createNoise(chance.seed);
  const journeys = createJourneys(clock.now);
  const zoho = createLimitedZoho({
    clock,
    origin: zohoOrigin('a'),
    latencyMs: latencyOf(chance),
    onWritten: journeys.arrive,
  });
  const source = benchSource('acme', zoho.origin, options.gather === undefined ? {} : { gather: options.gather });
  const stage = await createSimulatedStage([{ source, zoho }], { clock, seed: chance.seed });
  if (options.withExpiredToken) await clock.advance(2 * 3_600_000);
  stage.meter.clear();
  const startedAtMs = clock.now();
  const post = async (): Promise<void> => {
    for (let index = 0; index < leads; index += 1) {
      await clock.sleep(options.evenly ? 1000 / perSecond : poissonGapMs(noise, perSecond));
      journeys.begin(index);
      void stage.post(source, index);
    }
  };
  void post();
  await clock.until(() => journeys.arrived() >= leads);
  const seconds = (clock.now() - startedAtMs) / 1000;
  await clock.until(stage.isIdle);
  const result = { leads, seconds, zoho: zoho.counts(), aws: stage.meter.report() };
  await stage.end();
  return { ...result, deliveredP50Ms: journeys.p50Ms(), deliveredP99Ms: journeys.p99Ms() };
};
