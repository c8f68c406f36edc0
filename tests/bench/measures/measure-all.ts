import { type ColdStarts, measureColdStarts } from '../cold-start/measure-cold-starts.ts';
import { isSdkInstalled, runSdk, type SdkRun } from '../contenders/run-sdk.ts';
import { assumptions } from '../prices.ts';
import { type AcceptLatency, measureAccept } from './accept.ts';
import { type ArrivalCurve, measureArrival } from './arrival.ts';
import { type Cost, costOf } from './cost.ts';
import { type Drain, drainBound, drainLeadloop, type PerfectDrain } from './drain.ts';
import { type GrowthPoint, measureGrowth } from './growth.ts';
import { type Isolation, measureIsolation } from './isolation.ts';
import { type DrainMemory, measureDrainMemory } from './memory.ts';
import { measureRealIsolation, type RealIsolation } from './real-isolation.ts';
import { type ScriptletRun, scriptletAsTheyCome, scriptletPatiently } from './scriptlet-runs.ts';
import { zohoLatencyMs } from './settings.ts';
import { streamOfEvents } from './stream-of-events.ts';
import { type StreamOfLeads, streamOfLeads } from './stream-of-leads.ts';
import { measureStampede, measureSteadyTokens, type Stampede, type SteadyTokens } from './tokens.ts';

/** The stream all contenders are given: four times ten in a gather window of 2 s. */
export const STREAM_PER_SECOND = 20;
const LONE_EVERY_SECONDS = 300;

const sizes = {
  quick: {
    stream: 1_000,
    drain: 5_000,
    events: 200,
    lone: 12,
    growth: [500, 2_000],
    coldRounds: 3,
    accept: [4, 40],
    memory: 300,
  },
  full: {
    stream: 5_000,
    drain: 100_000,
    events: 2_000,
    lone: 200,
    growth: [1_000, 10_000, 100_000],
    coldRounds: 9,
    accept: [15, 200],
    memory: 3_000,
  },
} as const;

export type Sdk = { oneByOne: SdkRun; inHundreds: SdkRun };
export type BenchResults = {
  quick: boolean;
  stream: StreamOfLeads;
  lone: StreamOfLeads;
  drain: { leadloop: Drain; bound: PerfectDrain; ofBound: number };
  scriptlet: { asTheyCome: ScriptletRun; patiently: ScriptletRun };
  /** Absent where it is not installed. */
  sdk?: Sdk;
  arrival: ArrivalCurve[];
  /** `real` is absent where the tables it starts from cannot be kept. */
  isolation: Isolation & { real?: RealIsolation };
  tokens: { stampede: Stampede; steady: SteadyTokens };
  growth: GrowthPoint[];
  cost: { lead: Cost; loneLead: Cost; event: Cost };
  accept: AcceptLatency;
  coldStarts: ColdStarts;
  memory: DrainMemory;
};

/**
 * Everything, one after the other, so that no measurement disturbs another.
 * @param million also a million leads, which takes about an hour
 */
export const measureAll = async (
  { quick, million }: { quick: boolean; million: boolean },
  say: (what: string) => void,
): Promise<BenchResults> => {
  const size = sizes[quick ? 'quick' : 'full'];
  const step = async <Result>(what: string, measure: () => Promise<Result>): Promise<Result> => {
    say(what);
    return measure();
  };
  const [rounds, perRound] = size.accept;
  const coldStarts = await step('cold starts', () => measureColdStarts({ rounds: size.coldRounds }));
  const accept = await step('accept beside a bare put', () => measureAccept(rounds, perRound));
  const memory = await step('memory over a drain', () => measureDrainMemory(size.memory));
  const realIsolation = await step('isolation in real time', () => measureRealIsolation(quick));
  const stream = await step('a stream of leads', () =>
    streamOfLeads(size.stream, STREAM_PER_SECOND, { withExpiredToken: true }),
  );
  const lone = await step('lone leads', () => streamOfLeads(size.lone, 1 / LONE_EVERY_SECONDS, { evenly: true }));
  const patiently = await step('the scriptlet', () => scriptletPatiently(size.stream));
  const asTheyCome = await scriptletAsTheyCome(size.stream, STREAM_PER_SECOND);
  const sdk = isSdkInstalled()
    ? await step('Zoho’s SDK', async () => ({
        oneByOne: await runSdk(1_000, 1, zohoLatencyMs),
        inHundreds: await runSdk(1_000, 100, zohoLatencyMs),
      }))
    : undefined;
  const bound = await step('drain of waiting leads', () => drainBound(size.drain));
  const leadloop = await drainLeadloop(size.drain);
  const arrival = await step('credits against arrival rate', () => measureArrival(quick));
  const isolation = await step('isolation', () => measureIsolation(quick));
  const stampede = await step('tokens', () => measureStampede(1_000));
  const steady = await measureSteadyTokens();
  const growth = await step('growth', () => measureGrowth([...size.growth, ...(million ? [1_000_000] : [])]));
  const events = await step('events', () => streamOfEvents(size.events, STREAM_PER_SECOND));
  const { storedMonths, storedMonthsPerEvent } = assumptions;
  return {
    quick,
    stream,
    lone,
    drain: { leadloop, bound, ofBound: leadloop.leadsPerSecond / bound.leadsPerSecond },
    scriptlet: { asTheyCome, patiently },
    ...(sdk === undefined ? {} : { sdk }),
    arrival,
    isolation: { ...isolation, ...(realIsolation === undefined ? {} : { real: realIsolation }) },
    tokens: { stampede, steady },
    growth,
    cost: {
      lead: costOf(stream.aws, stream.leads, { storedMonths }),
      loneLead: costOf(lone.aws, lone.leads, { storedMonths }),
      event: costOf(events.aws, events.events, { storedMonths: storedMonthsPerEvent }),
    },
    accept,
    coldStarts,
    memory,
  };
};
