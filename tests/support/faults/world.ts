import { createLog } from '../../../lib/platform/log.ts';
import type { Send } from '../../../lib/platform/outbound.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { destinationsSecretName } from '../../../lib/sources/signing-secrets.ts';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { readLaneName } from '../../../lib/work/lane-name.ts';
import { createMemorySecrets } from '../memory-secrets.ts';
import { createMemoryTable, type MemoryTable } from '../memory-table.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { createActors } from './actors.ts';
import { createAudit } from './audit.ts';
import { createBells } from './bells.ts';
import { type Coverage, createDoom } from './crash-points.ts';
import { createFleet } from './fleet.ts';
import type { FunctionName } from './functions.ts';
import { createInProcessZoho } from './in-process-zoho.ts';
import { createLaggingTable } from './lagging-table.ts';
import { createLedger } from './ledger.ts';
import { createNoise } from './noise.ts';
import { createReceiver } from './receiver.ts';
import type { Schedule } from './schedule.ts';
import { CONNECTION, hookPath, maxConcurrent, PUBLIC_URL, STAGE, sources, ZOHO } from './sources.ts';
import { createTroubledSecrets, createTroubledTable } from './troubled-stores.ts';
import { createTroubles } from './troubles.ts';
import { createWire } from './wire.ts';

/** A world in which one promise of the product's is broken on purpose, so that the harness can be seen to notice. */
export type Defect = {
  /** What a function sees in place of the table. */
  records?: (table: Table, of: FunctionName) => Table;
  /** What a worker sends with in place of the network. */
  send?: (send: Send, records: Table) => Send;
  /** Nobody asks the lanes each minute. */
  withoutTick?: true;
};

export type WorldOptions = { coverage: Coverage; defect?: Defect; trace?: (line: string) => void };

const LAG_MS = 3_000;
/** Longest way of a worker's start. */
const START_MS = 1_500;

/** Everything a schedule plays in: stores, processes, the network, Zoho and the receivers, on one virtual clock. */
export const createWorld = async (schedule: Schedule, { coverage, defect = {}, trace }: WorldOptions) => {
  const clock = createVirtualClock();
  const startedAtMs = clock.now();
  const noise = createNoise(schedule.noise);
  const audit = createAudit({ now: clock.now, maxConcurrent });
  const ledger = createLedger();
  const troubles = createTroubles(schedule.troubles, {
    elapsedMs: () => (clock.now() - startedAtMs) / schedule.stretch,
    noise,
  });
  const doom = createDoom(schedule.blows, coverage);
  let isCalm = false;
  const shares = { lost: () => (isCalm ? 0 : schedule.lost), doubled: () => (isCalm ? 0 : schedule.doubled) };

  const memory = new Map<string, MemoryTable>();
  const memoryRecords = createMemoryTable('records', memory);
  const memoryTokens = createMemoryTable('tokens', memory);
  const records = createLaggingTable(memoryRecords, { now: clock.now, lagMs: () => noise.between(0, LAG_MS) });
  const stores = { records, tokens: memoryTokens, secrets: createMemorySecrets() };

  const zoho = createInProcessZoho(clock.now);
  const receiver = createReceiver({
    now: clock.now,
    audit,
    secretOf: async (path) => {
      for (const source of sources)
        for (const destination of Object.keys(source.destinations)) {
          if (hookPath(source.id, destination) !== path) continue;
          const secret = await stores.secrets.get(destinationsSecretName(STAGE, source.id));
          const entry = secret?.value[destination];
          const key = typeof entry === 'object' && !Array.isArray(entry) ? entry.signingSecret : undefined;
          if (typeof key === 'string') return key;
        }
      return undefined;
    },
  });
  const wire = createWire({ clock, noise, troubles, audit, zohoOrigin: ZOHO, zoho: zoho.handle, receiver });

  const network = { troubles, noise, sleep: clock.sleep };
  const troubled = createTroubledTable(records, network);
  const outsideOf = (name: FunctionName) => ({
    records: defect.records?.(troubled, name) ?? troubled,
    tokens: createTroubledTable(stores.tokens, network),
    secrets: createTroubledSecrets(stores.secrets, network),
    send: defect.send?.(wire, records) ?? wire,
    startWorker: async (lane: string): Promise<void> => {
      await clock.sleep(noise.between(10, 60));
      if (noise.chance(shares.lost())) return;
      const start = async (): Promise<void> => {
        await clock.sleep(noise.between(0, START_MS));
        void fleet.invoke(readLaneName(lane)?.kind === 'zoho' ? 'deliver-leads' : 'deliver-events', { lane });
      };
      void start();
      if (noise.chance(shares.doubled())) void start();
    },
    random: noise.next,
    randomId: noise.id,
    log: createLog((line) => trace?.(line), clock.now, { function: name }),
    stage: STAGE,
    zohoOrigins: [ZOHO],
    publicUrl: PUBLIC_URL,
    maxLanes: schedule.maxLanes,
  });
  const fleet = createFleet({ clock, noise, doom: doom.doom, outside: outsideOf });
  const bells = createBells({ clock, noise, fleet, ...shares });
  memoryRecords.onBell(bells.ring);

  const apiKeys = new Map<string, string>();
  for (const source of sources) {
    const { apiKey } = await applySource(source, {
      table: records,
      secrets: stores.secrets,
      stage: STAGE,
      now: clock.now,
      randomId: noise.id,
    });
    apiKeys.set(source.id, apiKey ?? '');
  }
  const { clientId, clientSecret } = zoho;
  await stores.secrets.put(
    connectionSecretName(STAGE, CONNECTION),
    { clientId, clientSecret, accountsUrl: ZOHO },
    '00000000-0000-4000-8000-000000000000',
  );
  const actors = createActors({
    fleet,
    zoho,
    audit,
    ledger,
    stores,
    apiKeys,
    now: clock.now,
    hasExcuse: () => schedule.troubles.some(({ target }) => target === 'table' || target === 'secrets'),
  });

  return {
    clock,
    startedAtMs,
    noise,
    audit,
    ledger,
    troubles,
    doom,
    fleet,
    bells,
    zoho,
    receiver,
    actors,
    stores: { ...stores, memoryRecords },
    hasTick: defect.withoutTick !== true,
    /** From here on nothing goes wrong any more; everything that ran is dead. */
    calm: (): void => {
      isCalm = true;
      troubles.end();
      doom.end();
      fleet.killAll();
    },
  };
};
export type World = Awaited<ReturnType<typeof createWorld>>;
