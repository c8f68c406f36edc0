import { createSleepers } from './sleepers.ts';

/** Real time that nothing happens in, before somebody is told that nothing ever will. */
const STUCK_MS = 10_000;

/**
 * Virtual time beside real I/O: it stands still while a tracked request is under way, and jumps to the next one that
 * wakes when all who could run only wait. So a schedule of three days passes in a second, over real emulators.
 */
export const createIoClock = (startMs?: number) => {
  const { now, sleep, wakeNext, pass } = createSleepers(startMs);
  let underWay = 0;

  /** Until no I/O is under way, over several turns of the event loop. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 5; ) {
      await new Promise((resolve) => (underWay === 0 ? setImmediate(resolve) : setTimeout(resolve, 1)));
      quiet = underWay === 0 ? quiet + 1 : 0;
    }
  };

  const step = async (limitMs?: number): Promise<boolean> => {
    await settle();
    return wakeNext(limitMs);
  };

  /** Lets time pass until it holds. */
  const until = async (holds: () => boolean): Promise<void> => {
    let idleSince = Date.now();
    for (;;) {
      await settle();
      if (holds()) return;
      if (await step()) idleSince = Date.now();
      else if (Date.now() - idleSince > STUCK_MS) throw new Error('nothing sleeps, and nothing more happens');
      else await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  return {
    now,
    sleep,
    /** Time stands still until this is over. */
    track: async <Result>(io: Promise<Result>): Promise<Result> => {
      underWay += 1;
      try {
        return await io;
      } finally {
        underWay -= 1;
      }
    },
    until,
    /** Runs until the promise is over, letting time pass as needed. */
    run: async <Result>(promise: Promise<Result>): Promise<Result> => {
      let over = false;
      const end = () => {
        over = true;
      };
      promise.then(end, end);
      await until(() => over);
      return promise;
    },
    /** Lets this much time pass. */
    advance: async (ms: number): Promise<void> => {
      const untilMs = now() + ms;
      while (await step(untilMs));
      pass(untilMs);
    },
  };
};
export type IoClock = ReturnType<typeof createIoClock>;
