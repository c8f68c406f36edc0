import { createNoise } from '../../support/faults/noise.ts';
import { quantile } from '../measure/statistics.ts';
import { benchSource } from '../simulation/leads.ts';
import { createLimitedZoho } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';
import { type Client, createSimulatedStage } from '../simulation/simulated-stage.ts';
import { poissonGapMs, zohoLatencyMs, zohoOrigin } from './settings.ts';

export type DeliveredMs = { p50Ms: number; p99Ms: number };
export type Isolation = {
  waiting: number;
  leads: number;
  perSecond: number;
  alone: DeliveredMs;
  /** With the other client's leads waiting, and its Zoho hanging. */
  beside: DeliveredMs;
  /** Calls that were made for the other client meanwhile, none of which was answered. */
  hangingCalls: number;
};

const emailsIn = (body: string): string[] =>
  (JSON.parse(body) as { data: Array<{ Email?: string }> }).data.map(({ Email }) => Email ?? '');

const deliveredMs = async (waiting: number, leads: number, perSecond: number) => {
  const clock = createSimulatedClock();
  const noise = createNoise(11);
  const postedAtMs = new Map<string, number>();
  const took: number[] = [];
  const client = (name: string, hangs: () => boolean, onWritten: (body: string) => void): Client => {
    const zoho = createLimitedZoho({ clock, origin: zohoOrigin(name), latencyMs: zohoLatencyMs, hangs, onWritten });
    return { source: benchSource(name, zoho.origin), zoho };
  };
  let isHanging = false;
  const other = client(
    'a',
    () => isHanging,
    () => undefined,
  );
  const own = client(
    'b',
    () => false,
    (body) => {
      for (const email of emailsIn(body)) took.push(clock.now() - (postedAtMs.get(email) ?? clock.now()));
    },
  );
  const stage = await createSimulatedStage([other, own], { clock, seed: 11 });
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
      postedAtMs.set(`visitor-${index}@example.com`, clock.now());
      void stage.post(own.source, index);
    }
  };
  void post();
  await clock.until(() => took.length >= leads);
  const hangingCalls = other.zoho.counts().crmCalls;
  await stage.end();
  return { p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99), hangingCalls };
};

/** Client B's way from accepted to delivered, without and with a client A whose Zoho hangs while thousands wait. */
export const measureIsolation = async (quick: boolean): Promise<Isolation> => {
  const [waiting, leads, perSecond] = quick ? [2_000, 200, 2] : [50_000, 1_000, 2];
  const { p50Ms, p99Ms } = await deliveredMs(0, leads, perSecond);
  const { hangingCalls, ...beside } = await deliveredMs(waiting, leads, perSecond);
  return { waiting, leads, perSecond, alone: { p50Ms, p99Ms }, beside, hangingCalls };
};
