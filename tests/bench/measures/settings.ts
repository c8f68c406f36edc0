import { drawLatency, type Latency } from '../../../infra/local/sandbox/limits/latency.ts';
import { createNoise, type Noise } from '../../support/faults/noise.ts';

/** What is left to chance in a simulation: when visitors come, how long Zoho takes. The same seed, the same again. */
export type Chance = { seed: number; latency: Latency };

/** The time of an answer of Zoho's that all figures are for, unless they say otherwise. */
export const STEADY: Latency = { medianMs: 500 };
/** The same median, and one answer in a hundred takes two seconds or more. */
export const SCATTERED: Latency = { medianMs: 500, p99Ms: 2_000 };
export const USUAL: Chance = { seed: 7, latency: STEADY };

/** Chances of rounds that are compared with each other. */
export const chancesOf = (rounds: number, latency: Latency = STEADY): Chance[] =>
  Array.from({ length: rounds }, (_, round) => ({ seed: USUAL.seed + round, latency }));

export const latencyOf = ({ seed, latency }: Chance): (() => number) => {
  const { next } = createNoise(seed * 7_919);
  return () => drawLatency(latency, next);
};

export const zohoOrigin = (client: string): string => `http://zoho-${client}.example.com`;

/** Times between arrivals that know nothing of each other, as visitors' do. */
export const poissonGapMs = (noise: Noise, perSecond: number): number =>
  (-Math.log(1 - noise.next()) / perSecond) * 1000;
