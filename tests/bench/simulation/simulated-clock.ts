import type { Sleep } from '../../../lib/platform/clock.ts';

type Sleeper = { atMs: number; order: number; wake: () => void; isOver: boolean };

const isBefore = (a: Sleeper, b: Sleeper): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A binary heap: a simulation of a thousand instances has thousands who sleep. */
const createQueue = () => {
  const heap: Sleeper[] = [];
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one !== undefined && other !== undefined) [heap[a], heap[b]] = [other, one];
  };
  const isSmaller = (a: number, b: number): boolean => {
    const [one, other] = [heap[a], heap[b]];
    return one !== undefined && other !== undefined && isBefore(one, other);
  };
  return {
    push: (sleeper: Sleeper): void => {
      heap.push(sleeper);
      for (let at = heap.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!isSmaller(at, parent)) return;
        swap(at, parent);
        at = parent;
      }
    },
    first: (): Sleeper | undefined => heap[0],
    shift: (): void => {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const child = isSmaller(right, left) ? right : left;
        if (!isSmaller(child, at)) return;
        swap(at, child);
        at = child;
      }
    },
  };
};

/**
 * Virtual time for long simulations. It stands still while anything can run, and jumps to the next one that wakes;
 * what takes real turns of the event loop says so by `track`.
 */
export const createSimulatedClock = (startMs = Date.parse('2026-11-21T09:30:00.000Z')) => {
  let nowMs = startMs;
  let order = 0;
  let underWay = 0;
  const queue = createQueue();

  const sleep: Sleep = (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      order += 1;
      const sleeper: Sleeper = { atMs: nowMs + Math.max(0, ms), order, wake: resolve, isOver: false };
      queue.push(sleeper);
      signal?.addEventListener('abort', () => {
        sleeper.isOver = true;
        resolve();
      });
    });

  /** One turn of the event loop lets every promise that waits for no timer and no I/O go as far as it can. */
  const settle = async (): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (underWay > 0);
  };

  const step = async (limitMs: number): Promise<boolean> => {
    await settle();
    while (queue.first()?.isOver) queue.shift();
    const next = queue.first();
    if (next === undefined || next.atMs > limitMs) return false;
    nowMs = Math.max(nowMs, next.atMs);
    queue.shift();
    next.wake();
    return true;
  };

  return {
    now: () => nowMs,
    sleep,
    /** Time stands still until this is over, however many turns it takes. */
    track: async <Result>(work: Promise<Result>): Promise<Result> => {
      underWay += 1;
      try {
        return await work;
      } finally {
        underWay -= 1;
      }
    },
    /**
     * Lets time pass until it holds.
     * @param wait for what comes from outside while nobody sleeps. @default nothing does
     * @throws {Error} when nothing sleeps, nothing comes and it does not hold
     */
    until: async (holds: () => boolean, wait?: () => Promise<void>): Promise<void> => {
      for (;;) {
        await settle();
        if (holds()) return;
        if (await step(Infinity)) continue;
        if (wait === undefined) throw new Error('nothing sleeps, and nothing more will happen');
        await wait();
      }
    },
    /** Runs until the promise is over, letting time pass as needed. */
    run: async <Result>(promise: Promise<Result>): Promise<Result> => {
      let isOver = false;
      const end = (): void => {
        isOver = true;
      };
      promise.then(end, end);
      while (!isOver) if (!(await step(Infinity)) && !isOver) throw new Error('nothing sleeps, and it is not over');
      return promise;
    },
    /** Lets this much time pass. */
    advance: async (ms: number): Promise<void> => {
      const untilMs = nowMs + ms;
      while (await step(untilMs));
      nowMs = Math.max(nowMs, untilMs);
    },
  };
};
export type SimulatedClock = ReturnType<typeof createSimulatedClock>;
