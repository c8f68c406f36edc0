import { relative, resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { Stack } from '../../infra/local/stack.ts';
import { newSeed } from '../../infra/local/test-mode/seeded-random.ts';
import { disturbances, type TestModeOptions } from '../../infra/local/test-mode/test-mode.ts';
import { keepSeenActions } from './seen-actions.ts';

const root = resolve(import.meta.dirname, '../..');

declare global {
  /** Set by the Jest project `integration-test-mode`. */
  var LEADLOOP_TEST_MODE: boolean | undefined;
}
/** Whether this run is the one against a disturbed AWS. */
export const isDisturbed = (): boolean => globalThis.LEADLOOP_TEST_MODE === true;

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
  const test = relative(root, testPath);
  if (testMode.isDisturbed)
    process.stderr.write(
      `${test}, test mode: LEADLOOP_TEST_SEED=${testMode.seed} ${JSON.stringify(testMode.counts())}\n`,
    );
  keepSeenActions({ test, seen: testMode.seenActions() }, testMode.isDisturbed ? 'test-mode' : 'plain');
  expect(runtime.openWork()).toEqual([]);
};
