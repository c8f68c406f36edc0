import type { Noise } from '../../support/faults/noise.ts';

/** How much is measured. `quick` is for a look, and for the test that holds the figures. */
export type BenchSize = { quick: boolean };

/** The time of an answer of Zoho's that all figures are for. */
export const ZOHO_LATENCY_MS = 500;
export const zohoLatencyMs = (): number => ZOHO_LATENCY_MS;

export const zohoOrigin = (client: string): string => `http://zoho-${client}.example.com`;

/** Times between arrivals that know nothing of each other, as visitors' do. */
export const poissonGapMs = (noise: Noise, perSecond: number): number =>
  (-Math.log(1 - noise.next()) / perSecond) * 1000;
