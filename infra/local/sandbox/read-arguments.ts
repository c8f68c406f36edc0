import { parseArgs } from 'node:util';
import { editionNames } from './limits/editions.ts';
import { latencyWish } from './limits/latency.ts';
import type { LimitsWish } from './limits/limits.ts';
import type { SandboxOptions } from './sandbox.ts';
import { MAX_LAG_SECONDS } from './settings.ts';

export const USAGE = `Usage: npm run sandbox -- [options]
  --port N              0 takes a free one; default 4401
  --state FILE          keeps records, tokens and settings
  --search-lag SECONDS  search finds a write after it; default 0
  --edition NAME        ${editionNames.join(', ')}: credits a day and calls at once; default enterprise
  --latency MS[:MS]     how long a call takes, median and 99th percentile; default 0`;

type Read =
  | { status: 'read'; options: Omit<SandboxOptions, 'allowLoopbackWebhooks'> & { port: number } }
  | { status: 'wrong'; message: string };

const wrong = (message: string): Read => ({ status: 'wrong', message });

/** What `npm run sandbox` was called with. */
export const readArguments = (args: string[]): Read => {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args,
      options: { port: text, state: text, 'search-lag': text, edition: text, latency: text },
    });
    const { port = '4401', state, 'search-lag': lag, edition, latency } = values;
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return wrong('--port takes a number from 0 to 65535.');
    if (lag !== undefined && (!/^\d{1,4}(\.\d+)?$/.test(lag) || Number(lag) > MAX_LAG_SECONDS))
      return wrong(`--search-lag takes seconds from 0 to ${MAX_LAG_SECONDS}.`);
    const limits: LimitsWish = {};
    if (edition !== undefined) {
      limits.edition = editionNames.find((name) => name === edition);
      if (limits.edition === undefined) return wrong(`--edition takes one of ${editionNames.join(', ')}.`);
    }
    if (latency !== undefined) {
      limits.latency = readLatency(latency);
      if (limits.latency === undefined) return wrong('--latency takes milliseconds, as 500 or as 500:2000.');
    }
    return {
      status: 'read',
      options: {
        port: Number(port),
        limits,
        ...(state === undefined ? {} : { stateFile: state }),
        ...(lag === undefined ? {} : { searchLagSeconds: Number(lag) }),
      },
    };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : 'Bad arguments.');
  }
};

/** `500`, or median and 99th percentile as `500:2000`. */
const readLatency = (text: string): LimitsWish['latency'] => {
  const [, median, p99] = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text) ?? [];
  const parsed = latencyWish.safeParse({
    medianMs: Number(median),
    ...(p99 === undefined ? {} : { p99Ms: Number(p99) }),
  });
  return parsed.success ? parsed.data : undefined;
};
