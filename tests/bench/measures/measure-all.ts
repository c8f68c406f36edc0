import { type ColdStarts, measureColdStarts } from '../cold-start/measure-cold-starts.ts';
import { assumptions } from '../prices.ts';
import { type AcceptLatency, measureAccept } from './accept.ts';
import { type ArrivalCurve, measureArrival } from './arrival.ts';
import { type Contest, measureContest, STREAM_PER_SECOND } from './contest.ts';
import { type Cost, costOf } from './cost.ts';
import { type GrowthPoint, measureGrowth } from './growth.ts';
import { type Isolation, measureIsolation } from './isolation.ts';
import { type DrainMemory, measureDrainMemory } from './memory.ts';
import { measureRealIsolation, type RealIsolation } from './real-isolation.ts';
import { SCATTERED, STEADY } from './settings.ts';
import { streamOfEvents } from './stream-of-events.ts';
import { type StreamOfLeads, streamOfLeads } from './stream-of-leads.ts';
import { measureStampede, measureSteadyTokens, type Stampede, type SteadyTokens } from './tokens.ts';

const LONE_EVERY_SECONDS = 300;

const sizes = {
  quick: {
    contest: { rounds: 1, stream: 1_000, drain: 5_000, sdk: 1_000 },
    scattered: { rounds: 1, stream: 1_000, drain: 5_000, sdk: 0 },
    events: 200,
    lone: 12,
    growth: [500, 2_000],
    coldRounds: 3,
    accept: [8, 40],
    memory: [300],
  },
  full: {
    contest: { rounds: 3, stream: 5_000, drain: 100_000, sdk: 1_000 },
    scattered: { rounds: 3, stream: 5_000, drain: 50_000, sdk: 1_000 },
    events: 2_000,
    lone: 200,
    growth: [1_000, 10_000, 100_000],
    coldRounds: 9,
    accept: [15, 200],
    memory: [3_000, 1_000],
  },
} as const;
const MILLION = 1_000_000;

export type BenchResults = {
  quick: boolean;
  contest: Contest;
  /** The same, with answers of Zoho's that scatter. */
  scattered: Contest;
  lone: StreamOfLeads;
  arrival: ArrivalCurve[];
  /** `real` is absent in a quick look, and where the tables it starts from cannot be kept. */
  isolation: Isolation & { real?: RealIsolation };
  tokens: { stampede: Stampede; steady: SteadyTokens };
  growth: GrowthPoint[];
  cost: { lead: Cost; loneLead: Cost; event: Cost };
  accept: AcceptLatency;
  coldStarts: ColdStarts;
  memory: DrainMemory;
  /** The same with fewer leads: what both have in common is the worker's start. */
  shortMemory?: DrainMemory;
};

/**
 * Everything, one after the other, so that no measurement disturbs another.
 * @param million also a million leads, which takes a quarter of an hour and 8 GB of memory
 */
export const measureAll = async (
  { quick, million }: { quick: boolean; million: boolean },
  say: (what: string) => void,
): Promise<BenchResults> => {
  const size = sizes[quick ? 'quick' : 'full'];
  const step = async <Result>(what: string, measure: () => Promise<Result>): Promise<Result> => {
    const startedAtMs = Date.now();
    const result = await measure();
    say(`${what}: ${((Date.now() - startedAtMs) / 1000).toFixed(0)} s`);
    return result;
  };
  const [rounds, perRound] = size.accept;
  const coldStarts = await step('cold starts', () => measureColdStarts({ rounds: size.coldRounds }));
  const accept = await step('accept beside a bare put', () => measureAccept(rounds, perRound));
  const [waiting, fewer] = size.memory;
  const memory = await step('memory over a drain', () => measureDrainMemory(waiting));
  const shortMemory = fewer === undefined ? undefined : await step('a short drain', () => measureDrainMemory(fewer));
  const realIsolation = quick ? undefined : await step('isolation in real time', () => measureRealIsolation());
  const contest = await step('all contenders', () => measureContest(size.contest, STEADY));
  const scattered = await step('all contenders, Zoho scattering', () => measureContest(size.scattered, SCATTERED));
  const lone = await step('lone leads', () => streamOfLeads(size.lone, 1 / LONE_EVERY_SECONDS, { evenly: true }));
  const arrival = await step('credits against arrival rate', () => measureArrival(quick));
  const isolation = await step('isolation', () => measureIsolation(quick));
  const stampede = await step('a thousand cold instances', () => measureStampede(1_000));
  const steady = await step('a day of tokens', () => measureSteadyTokens());
  const growth = await step('growth', () => measureGrowth([...size.growth, ...(million ? [MILLION] : [])]));
  const events = await step('events', () => streamOfEvents(size.events, STREAM_PER_SECOND));
  const { storedMonths, storedMonthsPerEvent } = assumptions;
  const [first] = contest.leadloop;
  if (first === undefined) throw new Error('nothing was measured');
  return {
    quick,
    contest,
    scattered,
    lone,
    arrival,
    isolation: { ...isolation, ...(realIsolation === undefined ? {} : { real: realIsolation }) },
    tokens: { stampede, steady },
    growth,
    cost: {
      lead: costOf(first.stream.aws, first.stream.leads, { storedMonths }),
      loneLead: costOf(lone.aws, lone.leads, { storedMonths }),
      event: costOf(events.aws, events.events, { storedMonths: storedMonthsPerEvent }),
    },
    accept,
    coldStarts,
    memory,
    ...(shortMemory === undefined ? {} : { shortMemory }),
  };
};
