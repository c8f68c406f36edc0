import { editionNames } from './editions.ts';
import { latencyWish } from './latency.ts';
import type { LimitsWish } from './limits.ts';

const HELP = [
  ['--edition NAME', `${editionNames.join(', ')}: Zoho's credits a day and calls at once; default enterprise`],
  ['--latency MS[:MS]', 'how long a call to Zoho takes, median and 99th percentile; default 0'],
] as const;

/** What a command that starts a sandbox says of its limits. @param column where the explanations begin */
export const limitsHelp = (column: number): string =>
  HELP.map(([option, text]) => `  ${option} `.padEnd(column) + text).join('\n');

/** `500`, or median and 99th percentile as `500:2000`. */
const readLatency = (text: string): LimitsWish['latency'] => {
  const [, median, p99] = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text) ?? [];
  const parsed = latencyWish.safeParse({
    medianMs: Number(median),
    ...(p99 === undefined ? {} : { p99Ms: Number(p99) }),
  });
  return parsed.success ? parsed.data : undefined;
};

/**
 * The sandbox's limits as a command line names them.
 * @throws {Error} that says what an option takes
 */
export const readLimits = ({
  edition,
  latency,
}: {
  edition?: string | undefined;
  latency?: string | undefined;
}): LimitsWish => {
  const limits: LimitsWish = {};
  if (edition !== undefined) {
    limits.edition = editionNames.find((name) => name === edition);
    if (limits.edition === undefined) throw new Error(`--edition takes one of ${editionNames.join(', ')}.`);
  }
  if (latency !== undefined) {
    limits.latency = readLatency(latency);
    if (limits.latency === undefined) throw new Error('--latency takes milliseconds, as 500 or as 500:2000.');
  }
  return limits;
};
