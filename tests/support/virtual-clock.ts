import { createSleepers } from './sleepers.ts';

/** Time that stands still until everything waits, then jumps to the next one that wakes. */
export const createVirtualClock = (startMs?: number) => {
  const { now, sleep, wakeNext, pass } = createSleepers(startMs);

  /** Lets everything that can run without time passing run. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const step = async (limitMs?: number): Promise<boolean> => {
    await settle();
    return wakeNext(limitMs);
  };

  return {
    now,
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
      const untilMs = now() + ms;
      while (await step(untilMs));
      pass(untilMs);
      await settle();
    },
  };
};
