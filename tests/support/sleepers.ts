import type { Sleep } from '../../lib/platform/clock.ts';

type Sleeper = { atMs: number; wake: () => void };

/** A virtual time and those who wait for it to pass. */
export const createSleepers = (startMs = Date.parse('2026-11-21T09:30:00.000Z')) => {
  let nowMs = startMs;
  let sleepers: Sleeper[] = [];

  const sleep: Sleep = (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = { atMs: nowMs + ms, wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        sleepers = sleepers.filter((one) => one !== sleeper);
        resolve();
      });
    });

  return {
    now: () => nowMs,
    sleep,
    /** Jumps to the next one that wakes, if it sleeps no longer than until `limitMs`. False: none does. */
    wakeNext: (limitMs = Infinity): boolean => {
      const next = sleepers.reduce<Sleeper | undefined>(
        (first, one) => (first === undefined || one.atMs < first.atMs ? one : first),
        undefined,
      );
      if (next === undefined || next.atMs > limitMs) return false;
      sleepers = sleepers.filter((one) => one !== next);
      nowMs = Math.max(nowMs, next.atMs);
      next.wake();
      return true;
    },
    /** Time goes on to here; it never goes back. */
    pass: (untilMs: number): void => {
      nowMs = Math.max(nowMs, untilMs);
    },
  };
};
