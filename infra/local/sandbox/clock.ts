import type { Now } from '../../../lib/platform/clock.ts';

/** The sandbox's clock: real time, and as far ahead of it as its owner has moved it. */
export type Clock = { now: Now; advance(ms: number): void };

export const createClock = (real: Now): Clock => {
  let aheadMs = 0;
  return {
    now: () => real() + aheadMs,
    advance(ms) {
      aheadMs += ms;
    },
  };
};
