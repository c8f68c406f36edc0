import { createNoise } from '../../support/faults/noise.ts';
import type { AwsUse } from '../simulation/aws-meter.ts';
import { benchSource, HOOKS } from '../simulation/leads.ts';
import { createLimitedZoho } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';
import { createSimulatedStage } from '../simulation/simulated-stage.ts';
import { latencyOf, poissonGapMs, USUAL, zohoOrigin } from './settings.ts';

const RECEIVER_MS = 100;

/** Status changes that become events, one destination each, until all of them are delivered. */
export const streamOfEvents = async (events: number, perSecond: number): Promise<{ events: number; aws: AwsUse }> => {
  const clock = createSimulatedClock();
  const noise = createNoise(5);
  let received = 0;
  const zoho = createLimitedZoho({ clock, origin: zohoOrigin('a'), latencyMs: latencyOf(USUAL) });
  const source = benchSource('acme', zoho.origin, { hasEvents: true });
  const receive = async () => {
    await clock.sleep(RECEIVER_MS);
    received += 1;
    return { status: 'answered', httpStatus: 200, headers: {}, body: '' } as const;
  };
  const stage = await createSimulatedStage([{ source, zoho }], { clock, receivers: new Map([[HOOKS, receive]]) });
  const change = async (): Promise<void> => {
    for (let index = 0; index < events; index += 1) {
      await clock.sleep(poissonGapMs(noise, perSecond));
      void stage.statusChange(source, index);
    }
  };
  void change();
  await clock.until(() => received >= events);
  await clock.until(stage.isIdle);
  const aws = stage.meter.report();
  await stage.end();
  return { events, aws };
};
