import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listLatest } from '../../../lib/work/list-items.ts';
import { rerun } from '../../../lib/work/rerun.ts';
import { prepareDemo } from '../prepare-demo.ts';
import { startStack } from '../stack.ts';
import { untilEnd } from '../until-end.ts';
import { runLoop } from './loop.ts';
import { createReceivers } from './receivers.ts';
import { createTimeline } from './timeline.ts';

const HELP = `npm run demo [-- options]: the whole loop, headless, on free ports and with state of its own

  --json FILE   write what was observed
  --verbose     show what the functions log, on stderr
  --help        this text
`;

/** Exit 0 only if the receiving sides confirmed every step; 1 if not, 2 for unusable arguments. */
export const demo = async (argv: string[]): Promise<void> => {
  let values: { json?: string | undefined; verbose: boolean; help: boolean };
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        json: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unusable arguments'}\n\n${HELP}`);
    process.exit(2);
  }
  if (values.help) return void process.stdout.write(HELP);

  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const timeline = createTimeline(say, { color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined });
  const stateDir = mkdtempSync(join(tmpdir(), 'leadloop-demo-'));
  say('leadloop demo: a form post becomes a Zoho lead, its status comes back as an event');
  const stack = await startStack({
    stateDir,
    log: (line) => void (values.verbose && process.stderr.write(`${line}\n`)),
  });
  void untilEnd().then(async () => {
    await stack.close();
    process.exit(130);
  });
  try {
    timeline.did('Functions, tables, sandbox and inbox are up; the demo source is applied');
    const prepared = await prepareDemo(stack, { connect: false });
    await runLoop(createReceivers(stack.addresses), timeline, {
      gateway: stack.addresses.gateway,
      apiKey: prepared.apiKey,
      run: Date.now().toString(36),
      rerunAll: async () => {
        const unfinished = (
          await listLatest(stack.records, { source: prepared.source, kind: 'submission', nowMs: Date.now(), days: 1 })
        ).filter(({ state }) => state !== 'delivered' && state !== 'ignored');
        return (await rerun(stack.records, unfinished, Date.now())).filter(({ status }) => status === 'rerun').length;
      },
    });
  } catch (error) {
    timeline.saw(
      'demo',
      'page',
      false,
      `the demo broke off: ${error instanceof Error ? error.message : 'unknown'}`,
      {},
    );
  } finally {
    await stack.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
  const { observations } = timeline;
  const failed = observations.filter(({ passed }) => !passed);
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      `${JSON.stringify({ passed: timeline.allPassed(), elapsedMs: timeline.elapsedMs(), observations }, null, 2)}\n`,
    );
  say(
    `\n${observations.length - failed.length} of ${observations.length} observed as they should be, in ${(timeline.elapsedMs() / 1000).toFixed(1)} s`,
  );
  process.exit(timeline.allPassed() ? 0 : 1);
};
