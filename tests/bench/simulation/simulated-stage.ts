import type { Send } from '../../../lib/platform/outbound.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { gatherMsOf } from '../../../lib/sources/gather.ts';
import type { Source } from '../../../lib/sources/source.ts';
import { readSourceItem } from '../../../lib/sources/source-item.ts';
import { acceptSubmission } from '../../../lib/submissions/accept-submission.ts';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { readLaneName } from '../../../lib/work/lane-name.ts';
import { sourceKey } from '../../../lib/work/work-item.ts';
import { createBells } from '../../support/faults/bells.ts';
import { createFleet, type Fleet, type Invocation } from '../../support/faults/fleet.ts';
import type { FunctionName } from '../../support/faults/functions.ts';
import { httpEvent } from '../../support/faults/http-event.ts';
import { createNoise } from '../../support/faults/noise.ts';
import { createMemorySecrets } from '../../support/memory-secrets.ts';
import type { MemoryTable } from '../../support/memory-table.ts';
import { createAwsMeter } from './aws-meter.ts';
import { leadFields } from './leads.ts';
import type { LimitedZoho } from './limited-zoho.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { createSimulatedTable } from './simulated-table.ts';

const STAGE = 'bench';
const PUBLIC_URL = 'https://api.example.com';
/** From the dispatcher's asynchronous invocation to the worker's first line: mostly a cold start. */
const START_MS = { low: 50, high: 400 } as const;

/** One client and the Zoho its connection leads to. */
export type Client = { source: Source; zoho: LimitedZoho };

/**
 * A whole deployed stage in virtual time: the real handlers, the stream in four shards, the minute's tick, the workers,
 * and each client's Zoho. What is simulated are the table's and the network's times, and the processor takes none.
 */
export const createSimulatedStage = async (
  clients: Client[],
  {
    clock,
    seed = 1,
    receivers = new Map(),
  }: {
    clock: SimulatedClock;
    seed?: number;
    /** Who takes events, by origin. */
    receivers?: ReadonlyMap<string, Send>;
  },
) => {
  const noise = createNoise(seed);
  const meter = createAwsMeter();
  const others = new Map<string, MemoryTable>();
  const records = createSimulatedTable('records', { clock, meter, others });
  const tokens = createSimulatedTable('tokens', { clock, meter, others });
  const secrets = createMemorySecrets();
  const zohoOf = new Map(clients.map(({ zoho }) => [zoho.origin, zoho]));
  const send: Send = async (request, options) => {
    const { origin } = new URL(request.url);
    const to = receivers.get(origin) ?? zohoOf.get(origin)?.send;
    return to?.(request, options) ?? { status: 'failed', code: 'host_not_allowed', maybeSent: false };
  };

  const invoke = async (name: FunctionName, event: unknown): Promise<Invocation> => {
    const startedAtMs = clock.now();
    const invocation = await inner.invoke(name, event);
    meter.invoked(name, clock.now() - startedAtMs);
    return invocation;
  };
  const inner: Fleet = createFleet({
    clock,
    noise,
    doom: () => 'lives',
    skewMs: 0,
    outside: () => ({
      records,
      tokens,
      secrets,
      send,
      startWorker: async (lane) => {
        await clock.sleep(15);
        void clock.sleep(noise.between(START_MS.low, START_MS.high)).then(() => {
          void invoke(readLaneName(lane)?.kind === 'zoho' ? 'deliver-leads' : 'deliver-events', { lane });
        });
      },
      random: noise.next,
      randomId: noise.id,
      log: () => undefined,
      stage: STAGE,
      zohoOrigins: [...zohoOf.keys()],
      publicUrl: PUBLIC_URL,
      maxLanes: 50,
    }),
  });
  const bells = createBells({ clock, noise, fleet: { invoke }, lost: () => 0, doubled: () => 0 });
  records.inner.onBell(bells.ring);
  void bells.startTicking();

  const apiKeys = new Map<string, string>();
  const connect = async ({ source, zoho }: Client): Promise<void> => {
    const ports = { table: records.inner, secrets, stage: STAGE, now: clock.now, randomId: noise.id };
    const { apiKey } = await applySource(source, ports);
    apiKeys.set(source.id, apiKey ?? '');
    const { clientId, clientSecret, origin } = zoho;
    const firstVersion = '00000000-0000-4000-8000-000000000000';
    const secret = connectionSecretName(STAGE, source.connection ?? source.id);
    await secrets.put(secret, { clientId, clientSecret, accountsUrl: origin }, firstVersion);
    const query = { api_key: apiKey ?? '', zoho_code: await zoho.newCode() };
    const headers = { accept: 'text/html' };
    const where = { path: `/sources/${source.id}`, pathParameters: { source: source.id } };
    const visit = await clock.run(invoke('connect-zoho', httpEvent({ method: 'GET', ...where, query, headers })));
    if (!JSON.stringify(visit).includes('connected')) throw new Error(`${source.id} could not be connected`);
  };
  for (const client of clients) await connect(client);
  await clock.advance(10_000); // the worker that the visit has rung finds nothing and leaves
  for (const { zoho } of clients) zoho.clear();
  meter.clear();

  return {
    meter,
    records,
    tokens,
    bells,
    /** One visitor posts the form; resolves with the milliseconds until the answer. */
    post: async (source: Source, index: number): Promise<number> => {
      const startedAtMs = clock.now();
      const invocation = await invoke(
        'submit-lead',
        httpEvent({
          method: 'POST',
          path: `/sources/${source.id}/forms/contact`,
          pathParameters: { source: source.id, form: 'contact' },
          headers: { origin: 'http://127.0.0.1:4402' },
          form: leadFields(index),
        }),
      );
      if (!JSON.stringify(invocation).includes('accepted')) throw new Error('a form post was not accepted');
      return clock.now() - startedAtMs;
    },
    /** Zoho tells of a lead that has become somebody's; every index is another lead. */
    statusChange: async (source: Source, index: number): Promise<void> => {
      const invocation = await invoke(
        'receive-webhook',
        httpEvent({
          method: 'POST',
          path: `/sources/${source.id}`,
          pathParameters: { source: source.id },
          query: { api_key: apiKeys.get(source.id) ?? '' },
          form: {
            lead_id: String(5725767000000900000n + BigInt(index)),
            cdp_id: `v-${index}`,
            lead_status: 'Pre-Qualified',
            annual_revenue: '1000.50',
          },
        }),
      );
      if (!JSON.stringify(invocation).includes('recorded')) throw new Error('a status change was not recorded');
    },
    /** Leads that were accepted before the simulation begins: no time passes, and nothing is counted. */
    seedBacklog: async (source: Source, indexes: Iterable<number>): Promise<void> => {
      const item = await records.inner.get(sourceKey(source.id));
      const settings = source.forms.contact;
      if (item === undefined || settings === undefined) throw new Error(`${source.id} is not applied`);
      const { hmacKey } = readSourceItem(item);
      const post = { source: source.id, connection: source.connection ?? source.id, hmacKey, form: 'contact' };
      const ports = { table: records.inner, now: clock.now, sleep: clock.sleep, random: noise.next };
      for (const index of indexes)
        await acceptSubmission(
          { ...post, settings, gatherMs: gatherMsOf(source, settings), fields: leadFields(index), files: 0 },
          ports,
        );
      meter.clear();
    },
    /** Whether any function runs. */
    isIdle: inner.isIdle,
    end: async (): Promise<void> => {
      bells.stopTicking();
      for (const { zoho } of clients) await zoho.close();
    },
  };
};
export type SimulatedStage = Awaited<ReturnType<typeof createSimulatedStage>>;
