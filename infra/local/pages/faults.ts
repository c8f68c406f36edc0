import * as z from 'zod/mini';

const fault = z.strictObject({
  /** What deliveries are answered with instead of being taken. */
  status: z.number().check(z.int(), z.minimum(200), z.maximum(599)),
  /** How many deliveries; 0: until cleared. */
  times: z._default(z.number().check(z.int(), z.minimum(0)), 1),
});

export type Faults = {
  /** Undefined when the text is no fault. */
  set(text: string): { status: number; times: number } | undefined;
  clear(): void;
  /** The status for this delivery, counted; undefined when it is to be taken. */
  next(): number | undefined;
};

/** Lets a test or a curious person see what happens while the receiving side is down. */
export const createFaults = (): Faults => {
  let current: { status: number; left: number } | undefined;
  return {
    set: (text) => {
      try {
        const { status, times } = fault.parse(JSON.parse(text));
        current = { status, left: times === 0 ? Number.POSITIVE_INFINITY : times };
        return { status, times };
      } catch {
        return undefined;
      }
    },
    clear: () => {
      current = undefined;
    },
    next: () => {
      if (current === undefined || current.left === 0) return undefined;
      current.left -= 1;
      return current.status;
    },
  };
};
