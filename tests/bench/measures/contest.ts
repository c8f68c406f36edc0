import type { Latency } from '../../../infra/local/sandbox/limits/latency.ts';
import { isSdkInstalled, runSdk, type SdkRun } from '../contenders/run-sdk.ts';
import { interleave } from '../measure/interleave.ts';
import { type Drain, drainBound, drainLeadloop, type PerfectDrain } from './drain.ts';
import { type ScriptletRun, scriptletAsTheyCome, scriptletPatiently } from './scriptlet-runs.ts';
import { type Chance, chancesOf, latencyOf } from './settings.ts';
import { type StreamOfLeads, streamOfLeads } from './stream-of-leads.ts';

/** The stream all contenders are given: four times ten in a gather window of 2 s. */
export const STREAM_PER_SECOND = 20;

export type ContestSize = {
  rounds: number;
  /** Leads that come one by one. */
  stream: number;
  /** Leads that wait. */
  drain: number;
  /** Leads for Zoho's SDK, which does them in real time; with 0 it does not take part. */
  sdk: number;
};
/** What each contender made of each round; rounds of one number had the same leads and a Zoho equally slow. */
export type Contest = {
  latency: Latency;
  perSecond: number;
  leadloop: Array<{ stream: StreamOfLeads; drain: Drain }>;
  scriptlet: Array<{ asTheyCome: ScriptletRun; patiently: ScriptletRun }>;
  /** Absent where it is not installed. */
  sdk?: Array<{ oneByOne: SdkRun; inHundreds: SdkRun }>;
  bound: PerfectDrain[];
};

/** Everybody with the same leads at the same Zoho, in turns, in virtual time. */
export const measureContest = async (size: ContestSize, latency: Latency): Promise<Contest> => {
  const contest: Required<Contest> = {
    latency,
    perSecond: STREAM_PER_SECOND,
    leadloop: [],
    scriptlet: [],
    sdk: [],
    bound: [],
  };
  const turns = {
    leadloop: async (chance: Chance) => {
      const stream = await streamOfLeads(size.stream, STREAM_PER_SECOND, { chance, withExpiredToken: true });
      contest.leadloop.push({ stream, drain: await drainLeadloop(size.drain, chance) });
    },
    scriptlet: async (chance: Chance) => {
      const patiently = await scriptletPatiently(size.stream, chance);
      const asTheyCome = await scriptletAsTheyCome(size.stream, STREAM_PER_SECOND, chance);
      contest.scriptlet.push({ patiently, asTheyCome });
    },
    sdk: async (chance: Chance) => {
      const oneByOne = await runSdk(size.sdk, 1, latencyOf(chance));
      contest.sdk.push({ oneByOne, inHundreds: await runSdk(size.sdk, 100, latencyOf(chance)) });
    },
    bound: async (chance: Chance) => void contest.bound.push(await drainBound(size.drain, chance)),
  };
  const names = (['leadloop', 'scriptlet', 'sdk', 'bound'] as const).filter(
    (name) => name !== 'sdk' || (size.sdk > 0 && isSdkInstalled()),
  );
  const chances = chancesOf(size.rounds, latency);
  await interleave(names, size.rounds, async (name, round) => {
    const chance = chances[round];
    if (chance !== undefined) await turns[name](chance);
  });
  const { sdk, ...others } = contest;
  return sdk.length === 0 ? others : { ...others, sdk };
};
