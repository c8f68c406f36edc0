import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { Stack } from '../../infra/local/stack.ts';
import { newSeed } from '../../infra/local/test-mode/seeded-random.ts';
import { disturbances, type TestModeOptions } from '../../infra/local/test-mode/test-mode.ts';

const root = resolve(import.meta.dirname, '../..');
/** What each stack's functions asked of AWS; judged when all tests are over. */
export const SEEN_ACTIONS = join(root, '.local/seen-actions');

declare global {
  /** Set by the Jest project `integration-test-mode`. */
  var LEADLOOP_TEST_MODE: boolean | undefined;
}
const isDisturbed = (): boolean => globalThis.LEADLOOP_TEST_MODE === true;

/** How AWS's stand-ins behave in this Jest project. `LEADLOOP_TEST_SEED` repeats an earlier run's draws. */
export const testModeOptions = (): TestModeOptions => {
  const given = Number(process.env.LEADLOOP_TEST_SEED);
  return {
    seed: Number.isInteger(given) && given > 0 ? given : newSeed(),
    ...(isDisturbed() ? { disturb: disturbances } : {}),
  };
};

/** Says what was disturbed, keeps what was seen, and refuses functions that answered before their work was done. */
export const endTestMode = ({ testMode, runtime }: Pick<Stack, 'testMode' | 'runtime'>): void => {
  if (testMode === undefined) return;
  const { testPath = '' } = expect.getState();
  const name = testPath.replace(`${root}/`, '');
  if (testMode.isDisturbed)
    process.stderr.write(
      `${name}, test mode: LEADLOOP_TEST_SEED=${testMode.seed} ${JSON.stringify(testMode.counts())}\n`,
    );
  mkdirSync(SEEN_ACTIONS, { recursive: true });
  const file = `${name.replaceAll('/', '--')}.${isDisturbed() ? 'test-mode' : 'plain'}.${process.pid}-${Date.now()}.json`;
  writeFileSync(join(SEEN_ACTIONS, file), JSON.stringify({ test: name, seen: testMode.seenActions() }));
  expect(runtime.openWork()).toEqual([]);
};
