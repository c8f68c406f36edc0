import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { CallerAction } from '../../infra/local/test-mode/test-mode.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.local/seen-actions');

/** What one stack's functions asked of AWS, while one test file ran. `test` is the file, from the project's folder. */
type Record = { test: string; seen: CallerAction[] };

export const keepSeenActions = (record: Record, mode: string): void => {
  mkdirSync(folder, { recursive: true });
  const name = `${record.test.replaceAll('/', '--')}.${mode}.${process.pid}-${Date.now()}.json`;
  writeFileSync(join(folder, name), JSON.stringify(record));
};
export const clearSeenActions = (): void => rmSync(folder, { recursive: true, force: true });
export const readSeenActions = (): Record[] =>
  existsSync(folder)
    ? readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record)
    : [];

/** What became of one test file of a run. */
export type RanFile = { test: string; project: string; isWhole: boolean };

/** Files of `tests/integration` whose functions' actions are kept. */
export const recordingTests = (): string[] =>
  readdirSync(join(root, 'tests/integration'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, 'tests/integration', path))
    .filter((path) => path.endsWith('.test.ts') && /\b(useStack|endTestMode)\(/.test(readFileSync(path, 'utf8')))
    .map((path) => relative(root, path));

/**
 * The recording tests that this run has not run from end to end. Only when there is none of them does "never seen" mean
 * anything; what is not allowed, one test alone can tell.
 */
export const missingTests = (ran: RanFile[], records: Record[], needed: string[]): string[] =>
  needed.filter(
    (test) =>
      !ran.some((one) => one.test === test && one.project === 'integration' && one.isWhole) ||
      !records.some((record) => record.test === test),
  );
