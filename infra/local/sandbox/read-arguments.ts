import { parseArgs } from 'node:util';
import { limitsHelp, readLimits } from './limits/read-limits.ts';
import type { SandboxOptions } from './sandbox.ts';
import { MAX_LAG_SECONDS } from './settings.ts';

export const USAGE = `Usage: npm run sandbox -- [options]
  --port N              0 takes a free one; default 4401
  --state FILE          keeps records, tokens and settings
  --search-lag SECONDS  search finds a write after it; default 0
${limitsHelp(24)}`;

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
    return {
      status: 'read',
      options: {
        port: Number(port),
        limits: readLimits({ edition, latency }),
        ...(state === undefined ? {} : { stateFile: state }),
        ...(lag === undefined ? {} : { searchLagSeconds: Number(lag) }),
      },
    };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : 'Bad arguments.');
  }
};
