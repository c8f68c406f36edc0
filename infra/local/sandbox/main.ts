import { untilEnd } from '../until-end.ts';
import { readArguments, USAGE } from './read-arguments.ts';
import { type SandboxOptions, startSandbox } from './sandbox.ts';

const fail = (message: string, exitCode: number): never => {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
};

const start = async (options: Omit<SandboxOptions, 'allowLoopbackWebhooks'> & { port: number }): Promise<void> => {
  try {
    const { close, ...shown } = await startSandbox({ ...options, allowLoopbackWebhooks: false });
    process.stdout.write(`${JSON.stringify(shown)}\n`);
    void untilEnd().then(async () => {
      await close();
      process.exit(0);
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      fail(`Port ${options.port} is taken. Choose another with --port, or --port 0 for any free one.`, 1);
    fail(error instanceof Error ? error.message : 'The sandbox could not start.', 1);
  }
};

const read = readArguments(process.argv.slice(2));
if (read.status === 'wrong') fail(`${read.message}\n${USAGE}`, 2);
else await start(read.options);
