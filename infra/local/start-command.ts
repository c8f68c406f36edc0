import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PortTakenError } from './listen.ts';
import { prepareDemo } from './prepare-demo.ts';
import type { LimitsWish } from './sandbox/limits/limits.ts';
import { limitsHelp, readLimits } from './sandbox/limits/read-limits.ts';
import { startStack } from './stack.ts';
import { untilEnd } from './until-end.ts';

const root = resolve(import.meta.dirname, '../..');

const HELP = `npm start [-- options]: the whole loop on one machine

  --fresh            forget tables, secrets, sandbox and inbox, and begin anew
  --port-base N      use the ports N to N+5 (default 4400)
  --json             print one JSON line once ready, and nothing else, on stdout
  --state DIR        keep everything there instead of in .local/
${limitsHelp(21)}
  --help             this text
`;

/** All that a start leaves behind; `--fresh` takes away this and nothing else, wherever `--state` points. */
const KEPT = /^(tables\.db.*|(secrets|sandbox|inbox|demo-key|stack)\.json.*|functions)$/;
const forget = (stateDir: string): void => {
  if (!existsSync(stateDir)) return;
  for (const name of readdirSync(stateDir).filter((one) => KEPT.test(one)))
    rmSync(join(stateDir, name), { recursive: true });
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Two stacks over one state would spoil it, and `--fresh` would take it from under the running one. */
const checkAlone = async (stackFile: string): Promise<void> => {
  let running: { pid?: unknown; gateway?: unknown };
  try {
    running = JSON.parse(readFileSync(stackFile, 'utf8'));
  } catch {
    return;
  }
  const { pid, gateway } = running;
  if (typeof pid !== 'number' || typeof gateway !== 'string' || !isAlive(pid)) return;
  const answers = await fetch(gateway, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
  if (answers)
    throw new Error(
      `leadloop already runs here, at ${gateway} (process ${pid}). End it with Ctrl-C where it was started.`,
    );
};

type Options = { fresh: boolean; json: boolean; portBase: number; stateDir: string; zohoLimits: LimitsWish };

const readOptions = (argv: string[]): Options | string => {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        fresh: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'port-base': { type: 'string', default: '4400' },
        state: { type: 'string', default: join(root, '.local') },
        edition: { type: 'string' },
        latency: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return HELP;
    const portBase = Number(values['port-base']);
    if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 65_530)
      throw new Error('--port-base takes a whole number from 1024 to 65530');
    const { fresh, json, state, edition, latency } = values;
    const zohoLimits = readLimits({ edition, latency });
    return { fresh, json, portBase, stateDir: resolve(state), zohoLimits };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unusable arguments'}\n\n${HELP}`);
    process.exit(2);
  }
};

/** `npm start`: everything up, the demo source applied and connected; ends with Ctrl-C and leaves nothing running. */
export const start = async (argv: string[]): Promise<void> => {
  const options = readOptions(argv);
  if (typeof options === 'string') return void process.stdout.write(options);
  const { stateDir } = options;
  const stackFile = join(stateDir, 'stack.json');
  const startedAtMs = Date.now();
  const say = (line: string) => void (options.json || process.stdout.write(`${line}\n`));
  // Whoever read our output may be gone first; the parts are still to be ended in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let isReady = false;
  const ending = untilEnd().then((why) => {
    if (!isReady) process.exit(130); // the emulator notices, and nothing else outlives this process
    return why;
  });

  try {
    await checkAlone(stackFile);
    if (options.fresh) forget(stateDir);
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    say('leadloop is starting …');
    const stack = await startStack({
      portBase: options.portBase,
      stateDir,
      zohoLimits: options.zohoLimits,
      log: (line) => process.stderr.write(`${line}\n`),
      progress: (what) => say(`  ✓ ${what}`),
    });
    try {
      const demo = await prepareDemo(stack, { connect: true, keyFile: join(stateDir, 'demo-key.json') });
      writeFileSync(stackFile, `${JSON.stringify({ ...stack.addresses, pid: process.pid }, null, 2)}\n`);
      say(`  ✓ the demo source is applied${demo.connected ? ' and connected to the sandbox' : ''}`);
      const { gateway, sandbox, inbox } = stack.addresses;
      if (options.json)
        process.stdout.write(
          `${JSON.stringify({
            gateway,
            sandbox,
            inbox,
            page: `${inbox}/form`,
            clientId: stack.sandbox.clientId,
            clientSecret: stack.sandbox.clientSecret,
            sources: [{ id: demo.source, apiKey: demo.apiKey, forms: demo.forms }],
          })}\n`,
        );
      say(`
Ready in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s. Open  ${inbox}/

  demo form     ${inbox}/form
  CRM screen    ${sandbox}/
  inbox         ${inbox}/inbox
  gateway       ${gateway}

What the functions log follows on stderr, one JSON object a line. Ctrl-C ends everything.
`);
      isReady = true;
      await ending;
      say('\nEnding …');
    } finally {
      rmSync(stackFile, { force: true });
      await stack.close();
    }
    process.exit(0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    process.stderr.write(`${error instanceof PortTakenError ? reason : `leadloop could not start: ${reason}`}\n`);
    process.exit(1);
  }
};
