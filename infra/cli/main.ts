import { existsSync, readFileSync } from 'node:fs';
import { randomId } from '../../lib/platform/ids.ts';
import { ask } from './ask.ts';
import { commands } from './commands.ts';
import { run } from './run.ts';
import { openTarget } from './target.ts';

const readStdin = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const { stdout, stderr, exitCode } = await run(process.argv.slice(2), commands, {
  now: Date.now,
  randomId,
  fetch,
  openTarget,
  readFile: (path) => readFileSync(path, 'utf8'),
  fileExists: existsSync,
  readStdin,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  note: (text) => void process.stderr.write(`${text}\n`),
});
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
