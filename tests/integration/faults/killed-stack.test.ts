import { describe, expect, test } from '@jest/globals';
import { killStack } from '../../support/faults/whole-process/kill-stack.ts';

/** Another one each time; the title says which. */
const SEED = Math.floor(Math.random() * 1_000_000);

describe('a stack that is killed while it works', () => {
  test(`has everything it acknowledged once it is up again, nothing twice (seed ${SEED})`, async () => {
    const { violations, accepted, recorded } = await killStack({ seed: SEED, kills: 2 });
    expect(violations).toEqual([]);
    expect(accepted + recorded).toBeGreaterThan(4);
  }, 240_000);
});
