import * as z from 'zod/mini';

/**
 * What goes wrong at one path. `status` and `body` (text, or JSON) are answered without acting; `drop` cuts the
 * connection before or after acting; `hang` neither acts nor answers; `latencyMs` comes before any of them, or alone.
 */
export const fault = z.strictObject({
  path: z.string().check(z.startsWith('/')),
  method: z.optional(z.string().check(z.regex(/^[A-Za-z]+$/))),
  /** How many calls it meets; 0 until cleared. */
  times: z._default(z.int().check(z.minimum(0)), 1),
  status: z.optional(z.int().check(z.minimum(200), z.maximum(599))),
  body: z.optional(z.unknown()),
  latencyMs: z.optional(z.number().check(z.minimum(0), z.maximum(600_000))),
  hang: z.optional(z.boolean()),
  drop: z.optional(z.enum(['before', 'after'])),
});
export type Fault = z.infer<typeof fault>;

export type Faults = {
  add(fault: Fault): void;
  /** The oldest fault that meets the call, and one of its times used up. */
  take(method: string, path: string): Fault | undefined;
  count(): number;
  clear(): void;
};

export const createFaults = (): Faults => {
  let faults: Array<{ fault: Fault; left: number }> = [];
  return {
    add: (added) =>
      void faults.push({ fault: added, left: added.times === 0 ? Number.POSITIVE_INFINITY : added.times }),
    take(method, path) {
      const found = faults.find(
        ({ fault: { path: its, method: only } }) =>
          its === path && (only === undefined || only.toUpperCase() === method),
      );
      if (!found) return undefined;
      found.left -= 1;
      if (found.left <= 0) faults = faults.filter((entry) => entry !== found);
      return found.fault;
    },
    count: () => faults.length,
    clear() {
      faults = [];
    },
  };
};
