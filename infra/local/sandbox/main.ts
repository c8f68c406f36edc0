import { parseArgs } from 'node:util';
import { untilEnd } from '../until-end.ts';
import { startSandbox } from './sandbox.ts';

const USAGE = 'Usage: npm run sandbox -- [--port N] [--state FILE]   (port 0 takes a free one; default 4401)';

const fail = (message: string, exitCode: number): never => {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
};

const readArguments = (): { port: number; state: string | undefined } => {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '4401' }, state: { type: 'string' } } });
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
    return port <= 65535 ? { port, state: values.state } : fail(`--port takes a number from 0 to 65535.\n${USAGE}`, 2);
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : 'Bad arguments.'}\n${USAGE}`, 2);
  }
};

const { port, state } = readArguments();
try {
  const { close, ...shown } = await startSandbox({
    port,
    allowLoopbackWebhooks: false,
    ...(state === undefined ? {} : { stateFile: state }),
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
