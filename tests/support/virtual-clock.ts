import type { Sleep } from '../../lib/platform/clock.ts';

/** Time that stands still until everything waits, then jumps to the next one that wakes. */
export const createVirtualClock = (startMs = Date.parse('2026-11-21T09:30:00.000Z')) => {
  let nowMs = startMs;
  let sleepers: Array<{ atMs: number; wake: () => void }> = [];

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

  /** Lets everything that can run without time passing run. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  /** Wakes the next sleeper, if it sleeps no longer than until `limitMs`. */
  const step = async (limitMs = Infinity): Promise<boolean> => {
    await settle();
    const next = sleepers.reduce<(typeof sleepers)[number] | undefined>(
      (first, one) => (first === undefined || one.atMs < first.atMs ? one : first),
      undefined,
    );
    if (next === undefined || next.atMs > limitMs) return false;
    sleepers = sleepers.filter((one) => one !== next);
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    return true;
  };

  return {
    now: () => nowMs,
    sleep,
    /** Runs until the promise is over, letting time pass as needed. */
    run: async <Result>(promise: Promise<Result>): Promise<Result> => {
      let over = false;
      void promise.then(
        () => (over = true),
        () => (over = true),
      );
      for (;;) {
        await settle();
        if (over) return promise;
        if (!(await step())) throw new Error('nothing sleeps and the promise is not over');
      }
    },
    /** Lets this much time pass. */
    advance: async (ms: number): Promise<void> => {
      const untilMs = nowMs + ms;
      while (await step(untilMs));
      nowMs = untilMs;
      await settle();
    },
  };
};
