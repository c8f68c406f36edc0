import { parseArgs } from 'node:util';
import { untilEnd } from '../until-end.ts';
import { startSandbox } from './sandbox.ts';
import { MAX_LAG_SECONDS } from './settings.ts';

const USAGE = `Usage: npm run sandbox -- [--port N] [--state FILE] [--search-lag SECONDS]
(port 0 takes a free one, default 4401; search finds a write after the lag, default 0)`;

const fail = (message: string, exitCode: number): never => {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
};

type Arguments = { port: number; state: string | undefined; searchLagSeconds: number | undefined };

const readArguments = (): Arguments => {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4401' },
        state: { type: 'string' },
        'search-lag': { type: 'string' },
      },
    });
    const { port, state, 'search-lag': lag } = values;
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) fail(`--port takes a number from 0 to 65535.\n${USAGE}`, 2);
    if (lag !== undefined && (!/^\d{1,4}(\.\d+)?$/.test(lag) || Number(lag) > MAX_LAG_SECONDS))
      fail(`--search-lag takes seconds from 0 to ${MAX_LAG_SECONDS}.\n${USAGE}`, 2);
    return { port: Number(port), state, searchLagSeconds: lag === undefined ? undefined : Number(lag) };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : 'Bad arguments.'}\n${USAGE}`, 2);
  }
};

const { port, state, searchLagSeconds } = readArguments();
try {
  const { close, ...shown } = await startSandbox({
    port,
    allowLoopbackWebhooks: false,
    ...(state === undefined ? {} : { stateFile: state }),
    ...(searchLagSeconds === undefined ? {} : { searchLagSeconds }),
  });
  process.stdout.write(`${JSON.stringify(shown)}\n`);
  void untilEnd().then(async () => {
    await close();
    process.exit(0);
  });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    fail(`Port ${port} is taken. Choose another with --port, or --port 0 for any free one.`, 1);
  fail(error instanceof Error ? error.message : 'The sandbox could not start.', 1);
}
