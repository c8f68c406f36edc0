import type { LimitsWish } from '../../../infra/local/sandbox/limits/limits.ts';
import { drainPerfectly } from '../contenders/perfect-packer.ts';
import type { AwsUse } from '../simulation/aws-meter.ts';
import { benchSource } from '../simulation/leads.ts';
import { createLimitedZoho, type ZohoCounts } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';
import { createSimulatedStage } from '../simulation/simulated-stage.ts';
import { type Chance, latencyOf, USUAL, zohoOrigin } from './settings.ts';

/** Seconds since the lane's bell, and how many leads were in Zoho by then. */
export type DrainCurve = Array<[seconds: number, delivered: number]>;
export type Drain = {
  leads: number;
  /** From the bell to the last record in Zoho. */
  seconds: number;
  /** Without the way from the bell to the first call. */
  leadsPerSecond: number;
  curve: DrainCurve;
  zoho: ZohoCounts;
  aws: AwsUse;
};
export type PerfectDrain = {
  leads: number;
  seconds: number;
  leadsPerSecond: number;
  curve: DrainCurve;
  zoho: ZohoCounts;
};

const recordProgress = (now: () => number) => {
  const curve: DrainCurve = [];
  let startedAtMs = now();
  return {
    curve,
    start: (): void => {
      startedAtMs = now();
      curve.push([0, 0]);
    },
    delivered: (): number => curve.at(-1)?.[1] ?? 0,
    add: (_: string, records: number): void => {
      curve.push([(now() - startedAtMs) / 1000, (curve.at(-1)?.[1] ?? 0) + records]);
    },
  };
};

const drainedZoho = (chance: Chance, organisation?: LimitsWish) => {
  const clock = createSimulatedClock();
  const progress = recordProgress(clock.now);
  const zoho = createLimitedZoho({
    clock,
    origin: zohoOrigin('a'),
    latencyMs: latencyOf(chance),
    onWritten: progress.add,
    ...(organisation === undefined ? {} : { organisation }),
  });
  return { clock, progress, zoho };
};

/** Waiting leads of one client, all due, through the whole stage in virtual time. */
export const drainLeadloop = async (
  leads: number,
  chance: Chance = USUAL,
  organisation?: LimitsWish,
): Promise<Drain> => {
  const { clock, progress, zoho } = drainedZoho(chance, organisation);
  const source = benchSource('acme', zoho.origin, { gather: '0s' });
  const stage = await createSimulatedStage([{ source, zoho }], { clock, seed: chance.seed });
  await stage.seedBacklog(
    source,
    Array.from({ length: leads }, (_, index) => index),
  );
  progress.start();
  const startedAtMs = clock.now();
  await clock.until(() => progress.delivered() >= leads);
  const seconds = progress.curve.at(-1)?.[0] ?? Number.NaN;
  await clock.until(stage.isIdle);
  const result = { zoho: zoho.counts(), aws: stage.meter.report() };
  await stage.end();
  const firstCallAt = ((zoho.firstCallAtMs() ?? startedAtMs) - startedAtMs) / 1000;
  return { leads, seconds, leadsPerSecond: leads / (seconds - firstCallAt), curve: progress.curve, ...result };
};

/** The same leads, the same Zoho, and nothing else to do. */
export const drainBound = async (leads: number, chance: Chance = USUAL): Promise<PerfectDrain> => {
  const { clock, progress, zoho } = drainedZoho(chance);
  const seconds = await drainPerfectly(zoho, clock, leads, progress.start);
  const counts = zoho.counts();
  await zoho.close();
  return { leads, seconds, leadsPerSecond: leads / seconds, curve: progress.curve, zoho: counts };
};
