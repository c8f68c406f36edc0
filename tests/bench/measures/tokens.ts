import { type AccessTokens, createAccessTokens } from '../../../lib/tokens/access-token.ts';
import { adoptRefreshToken } from '../../../lib/tokens/adopt-refresh-token.ts';
import { createNoise } from '../../support/faults/noise.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import type { MemoryTable } from '../../support/memory-table.ts';
import { grantOf } from '../contenders/zoho-client.ts';
import { createAwsMeter } from '../simulation/aws-meter.ts';
import { createLimitedZoho } from '../simulation/limited-zoho.ts';
import { createSimulatedClock } from '../simulation/simulated-clock.ts';
import { createSimulatedTable } from '../simulation/simulated-table.ts';
import { latencyOf, USUAL, zohoOrigin } from './settings.ts';

const CONNECTION = 'acme';
const STAGE = 'bench';
const HOUR_MS = 3_600_000;

/** A connection in virtual time, its token expired, and as many instances as one likes that know nothing of each other. */
const connected = async () => {
  const clock = createSimulatedClock();
  const noise = createNoise(3);
  const meter = createAwsMeter();
  const others = new Map<string, MemoryTable>();
  const records = createSimulatedTable('records', { clock, meter, others });
  const table = createSimulatedTable('tokens', { clock, meter, others });
  const store = createMemorySecrets();
  const zoho = createLimitedZoho({ clock, origin: zohoOrigin('a'), latencyMs: latencyOf(USUAL) });
  const { accountsServer: accountsUrl, clientId, clientSecret, refreshToken } = await clock.run(grantOf(zoho, clock));
  const secrets = async () => store;
  const ports = { now: clock.now, sleep: clock.sleep, random: noise.next, randomId: noise.id, log: () => undefined };
  const adopting = adoptRefreshToken(
    { ...ports, table, recordsTable: records.name, secrets, stage: STAGE },
    CONNECTION,
    { clientId, clientSecret, refreshToken, accountsUrl },
  );
  if ((await clock.run(adopting)) === undefined) throw new Error('the connection could not be made');
  const extraHosts = { accounts: [zoho.origin], api: [zoho.origin] };
  const instance = (): AccessTokens =>
    createAccessTokens({ ...ports, table, secrets, stage: STAGE, send: zoho.send, extraHosts });
  return { clock, noise, zoho, instance };
};

export type Stampede = {
  instances: number;
  refreshes: number;
  tokenRequests: number;
  longestWaitMs: number;
  failed: number;
};

/** Cold instances that all need a token at the same moment, and the one they share has expired. */
export const measureStampede = async (instances: number): Promise<Stampede> => {
  const { clock, noise, zoho, instance } = await connected();
  const waits: number[] = [];
  let failed = 0;
  const ask = async (): Promise<void> => {
    const tokens = instance();
    await clock.sleep(noise.between(0, 200)); // started by one burst
    const askedAtMs = clock.now();
    const got = await tokens.get(CONNECTION);
    if (got.status !== 'token') failed += 1;
    waits.push(clock.now() - askedAtMs);
  };
  await clock.run(Promise.all(Array.from({ length: instances }, ask)));
  const { mints, tokenRequests } = zoho.counts();
  await zoho.close();
  return { instances, refreshes: mints, tokenRequests, longestWaitMs: Math.max(...waits), failed };
};

export type SteadyTokens = {
  hours: number;
  tokenRequests: number;
  perHour: number;
  perDay: number;
  /** Demands for a token, and how many of them waited for Zoho. */
  demands: number;
  waited: number;
  longestWaitMs: number;
};

const EVERY_MS = 20_000;
const INSTANCES = 5;
/** More than what reading the table takes. */
const WAIT_MS = 100;

/** A connection that is used all day: some instance needs a token every twenty seconds. */
export const measureSteadyTokens = async (hours = 24): Promise<SteadyTokens> => {
  const { clock, zoho, instance } = await connected();
  const instances = Array.from({ length: INSTANCES }, instance);
  await clock.run(instance().get(CONNECTION)); // the first one is due to the connect visit
  zoho.clear();
  const untilMs = clock.now() + hours * HOUR_MS;
  const waits: number[] = [];
  const work = async (): Promise<void> => {
    for (let turn = 0; clock.now() < untilMs; turn += 1) {
      const askedAtMs = clock.now();
      const got = await instances[turn % INSTANCES]?.get(CONNECTION);
      if (got?.status !== 'token') throw new Error('no token in steady state');
      waits.push(clock.now() - askedAtMs);
      await clock.sleep(EVERY_MS);
    }
  };
  await clock.run(work());
  const { tokenRequests } = zoho.counts();
  await zoho.close();
  return {
    hours,
    tokenRequests,
    perHour: tokenRequests / hours,
    perDay: (tokenRequests / hours) * 24,
    demands: waits.length,
    waited: waits.filter((ms) => ms > WAIT_MS).length,
    longestWaitMs: Math.max(...waits),
  };
};
