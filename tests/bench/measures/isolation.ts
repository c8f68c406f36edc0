import { createNoise } from '../../support/faults/noise.ts';
import { type Summary, summarize } from '../measure/statistics.ts';
import { createJourneys } from '../simulation/journeys.ts';
import { benchSource } from '../simulation/leads.ts';
import { createLimitedZoho } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';
import { type Client, createSimulatedStage } from '../simulation/simulated-stage.ts';
import { type Chance, chancesOf, latencyOf, poissonGapMs, zohoOrigin } from './settings.ts';

export type DeliveredMs = { p50Ms: Summary; p99Ms: Summary };
export type Isolation = {
  waiting: number;
  leads: number;
  perSecond: number;
  alone: DeliveredMs;
  /** With the other client's leads waiting, and its Zoho hanging. */
  beside: DeliveredMs;
  /** Beside over alone, round by round: the same visitors at the same moments. */
  ratio: { p50: Summary; p99: Summary };
  /** Calls that were made for the other client in each round, none of which was answered. */
  hangingCalls: number[];
};

const deliveredMs = async (waiting: number, leads: number, perSecond: number, chance: Chance) => {
  const clock = createSimulatedClock();
  const noise = createNoise(chance.seed);
  const journeys = createJourneys(clock.now);
  const client = (name: string, hangs: () => boolean, onWritten: (body: string) => void): Client => {
    const zoho = createLimitedZoho({ clock, origin: zohoOrigin(name), latencyMs: latencyOf(chance), hangs, onWritten });
    return { source: benchSource(name, zoho.origin), zoho };
  };
  let isHanging = false;
  const other = client(
    'a',
    () => isHanging,
    () => undefined,
  );
  const own = client('b', () => false, journeys.arrive);
  const stage = await createSimulatedStage([other, own], { clock, seed: chance.seed });
  isHanging = true;
  if (waiting > 0)
    await stage.seedBacklog(
      other.source,
      Array.from({ length: waiting }, (_, index) => -1 - index),
    );
  await clock.advance(30_000);
  const post = async (): Promise<void> => {
    for (let index = 0; index < leads; index += 1) {
      await clock.sleep(poissonGapMs(noise, perSecond));
      journeys.begin(index);
      void stage.post(own.source, index);
    }
  };
  void post();
  await clock.until(() => journeys.arrived() >= leads);
  const hangingCalls = other.zoho.counts().crmCalls;
  await stage.end();
  return { p50Ms: journeys.p50Ms(), p99Ms: journeys.p99Ms(), hangingCalls };
};
type Delivered = Awaited<ReturnType<typeof deliveredMs>>;

/** Client B's way from accepted to delivered, without and with a client A whose Zoho hangs while thousands wait. */
export const measureIsolation = async (quick: boolean): Promise<Isolation> => {
  const { waiting, leads, perSecond, rounds } = quick
    ? { waiting: 2_000, leads: 200, perSecond: 2, rounds: 1 }
    : { waiting: 50_000, leads: 1_000, perSecond: 2, rounds: 3 };
  const measured: Array<{ alone: Delivered; beside: Delivered }> = [];
  for (const chance of chancesOf(rounds)) {
    const alone = await deliveredMs(0, leads, perSecond, chance);
    measured.push({ alone, beside: await deliveredMs(waiting, leads, perSecond, chance) });
  }
  const summaryOf = (which: 'alone' | 'beside'): DeliveredMs => ({
    p50Ms: summarize(measured.map((round) => round[which].p50Ms)),
    p99Ms: summarize(measured.map((round) => round[which].p99Ms)),
  });
  return {
    waiting,
    leads,
    perSecond,
    alone: summaryOf('alone'),
    beside: summaryOf('beside'),
    ratio: {
      p50: summarize(measured.map(({ alone, beside }) => beside.p50Ms / alone.p50Ms)),
      p99: summarize(measured.map(({ alone, beside }) => beside.p99Ms / alone.p99Ms)),
    },
    hangingCalls: measured.map(({ beside }) => beside.hangingCalls),
  };
};
