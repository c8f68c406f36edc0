import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { checkPort } from '../../infra/local/dynamodb.ts';

export const root = resolve(import.meta.dirname, '../..');

/** The first of six free ports in a row, below those that the system hands out by itself. */
export const freePortBase = async (): Promise<number> => {
  for (let tries = 0; tries < 50; tries += 1) {
    const base = 20_000 + 10 * Math.floor(Math.random() * 1_000);
    const taken = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((offset) => checkPort(base + offset, 'test')));
    if (taken.every(({ status }) => status === 'fulfilled')) return base;
  }
  throw new Error('no six free ports in a row');
};

/** Processes whose command line holds the text, as `ps` shows them. */
export const processesWith = (text: string): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text));

export type Started = {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  /** Resolves once stdout holds the text; rejects when the process ends before. */
  says: (text: string) => Promise<string>;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
};

/** Starts a program of the project as its user would; what it prints is kept. */
export const startProcess = (command: string, args: string[], env: Record<string, string> = {}): Started => {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = once(child, 'exit').then(([code, signal]): number | string => code ?? signal);
  const says = async (text: string): Promise<string> => {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!out.includes(text)) {
      if (over) throw new Error(`it ended before saying ${text}: ${err.slice(-1_000)}`);
      await new Promise((wake) => setTimeout(wake, 25));
    }
    return out;
  };
  return { child, out: () => out, err: () => err, says, ended };
};
