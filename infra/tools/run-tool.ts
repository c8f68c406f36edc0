import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
const TOOLS = join(root, 'infra/tools');

/** Runs a command in the project's folder, its output shown; ends this process with its exit code if it fails. */
export const run = (command: string, args: string[], env: Record<string, string> = {}): void => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error !== undefined) process.stderr.write(`${command} could not be run: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
};

/** A program of the second lockfile, which is installed when it is missing. */
export const tool = (name: string): string => {
  const path = join(TOOLS, 'node_modules/.bin', name);
  if (!existsSync(path)) {
    process.stderr.write('Installing the tools for linting and packaging (once) …\n');
    run('npm', ['ci', '--prefix', TOOLS, '--no-audit', '--no-fund']);
  }
  return path;
};
