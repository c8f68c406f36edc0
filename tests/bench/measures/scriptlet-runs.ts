import { createNoise } from '../../support/faults/noise.ts';
import { createScriptlet } from '../contenders/scriptlet.ts';
import { exchangeWith, grantOf } from '../contenders/zoho-client.ts';
import { quantile } from '../measure/statistics.ts';
import { leadRecord } from '../simulation/leads.ts';
import { createLimitedZoho, type ZohoCounts } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';
import { type Chance, latencyOf, poissonGapMs, USUAL, zohoOrigin } from './settings.ts';

export type ScriptletRun = {
  leads: number;
  delivered: number;
  lost: number;
  seconds: number;
  zoho: ZohoCounts;
  /** What a visitor whose lead is stored waits for the answer. */
  answerP50Ms: number;
  answerP99Ms: number;
};

const start = async (chance: Chance) => {
  const clock = createSimulatedClock();
  const zoho = createLimitedZoho({ clock, origin: zohoOrigin('a'), latencyMs: latencyOf(chance) });
  const grant = await clock.run(grantOf(zoho, clock));
  // What the connect visit has minted no longer counts.
  await clock.advance(10 * 60_000);
  return { clock, zoho, submit: createScriptlet(exchangeWith(zoho, clock), grant) };
};

/** Visitors at this rate. Whoever Zoho refuses is told to come back later, and does not. */
export const scriptletAsTheyCome = async (
  leads: number,
  perSecond: number,
  chance: Chance = USUAL,
): Promise<ScriptletRun> => {
  const { clock, zoho, submit } = await start(chance);
  const noise = createNoise(chance.seed);
  const startedAtMs = clock.now();
  const answeredMs: number[] = [];
  let answered = 0;
  const visit = async (index: number): Promise<void> => {
    const postedAtMs = clock.now();
    const outcome = await submit(leadRecord(index));
    answered += 1;
    if (outcome === 'stored') answeredMs.push(clock.now() - postedAtMs);
  };
  const visits = async (): Promise<void> => {
    for (let index = 0; index < leads; index += 1) {
      await clock.sleep(poissonGapMs(noise, perSecond));
      void visit(index);
    }
  };
  void visits();
  await clock.until(() => answered === leads);
  const seconds = (clock.now() - startedAtMs) / 1000;
  await zoho.close();
  const waits = { answerP50Ms: quantile(answeredMs, 0.5), answerP99Ms: quantile(answeredMs, 0.99) };
  const delivered = answeredMs.length;
  return { leads, delivered, lost: leads - delivered, seconds, zoho: zoho.counts(), ...waits };
};

const TRY_AGAIN_MS = 60_000;

/** All leads are at hand and nobody gives up: one after the other, and a minute's pause whenever Zoho refuses a token. */
export const scriptletPatiently = async (leads: number, chance: Chance = USUAL): Promise<ScriptletRun> => {
  const { clock, zoho, submit } = await start(chance);
  const startedAtMs = clock.now();
  const answeredMs: number[] = [];
  const work = async (): Promise<void> => {
    for (let index = 0; index < leads; index += 1) {
      const record = leadRecord(index);
      const postedAtMs = clock.now();
      while ((await submit(record)) !== 'stored') await clock.sleep(TRY_AGAIN_MS);
      answeredMs.push(clock.now() - postedAtMs);
    }
  };
  await clock.run(work());
  const seconds = (clock.now() - startedAtMs) / 1000;
  await zoho.close();
  const waits = { answerP50Ms: quantile(answeredMs, 0.5), answerP99Ms: quantile(answeredMs, 0.99) };
  return { leads, delivered: leads, lost: 0, seconds, zoho: zoho.counts(), ...waits };
};
