import * as z from 'zod/mini';

const MAX_LATENCY_MS = 60_000;
const milliseconds = z
  .number()
  .check(
    z.minimum(0, { error: 'must be 0 or more' }),
    z.maximum(MAX_LATENCY_MS, { error: `must be ${MAX_LATENCY_MS} or less` }),
  );

/** How long a call takes: half of them at most `medianMs`, 99 of 100 at most `p99Ms` (default: the median, always). */
export const latencyWish = z.strictObject({ medianMs: milliseconds, p99Ms: z.optional(milliseconds) }).check(
  z.refine(({ medianMs, p99Ms }) => p99Ms === undefined || p99Ms >= medianMs, {
    error: 'must not be less than medianMs',
    path: ['p99Ms'],
  }),
);
export type Latency = z.infer<typeof latencyWish>;

const Z_OF_P99 = 2.3263; // the standard normal distribution's 99th percentile

/** One latency of the log-normal distribution with that median and 99th percentile. @param random from 0 to below 1 */
export const drawLatency = ({ medianMs, p99Ms = medianMs }: Latency, random: () => number): number => {
  if (medianMs === 0 || p99Ms === medianMs) return medianMs;
  const sigma = Math.log(p99Ms / medianMs) / Z_OF_P99;
  // Box and Muller's transform of two even numbers into a normal one.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(medianMs * Math.exp(sigma * normal), MAX_LATENCY_MS);
};
