import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../infra/cli/commands.ts';
import { type Printed, run } from '../../infra/cli/run.ts';
import { openTarget } from '../../infra/cli/target.ts';
import type { StackAddresses } from '../../infra/local/stack.ts';
import { randomId } from '../../lib/platform/ids.ts';

/** The operator's command on a test's stack, in this process: what it prints, and what it says beside. */
export const leadloopOn = async (
  addresses: StackAddresses,
  argv: string[],
  { stdin = '' } = {},
): Promise<Printed & { notes: string[] }> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadloop-cli-'));
  const file = join(folder, 'stack.json');
  const notes: string[] = [];
  try {
    writeFileSync(file, JSON.stringify(addresses));
    const printed = await run(argv, commands, {
      now: Date.now,
      randomId,
      fetch,
      openTarget: (stage) => openTarget(stage, { LEADLOOP_STACK: file }),
      readFile: (path) => readFileSync(path, 'utf8'),
      fileExists: existsSync,
      readStdin: async () => stdin,
      ask: undefined,
      note: (text) => void notes.push(text),
    });
    return { ...printed, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
