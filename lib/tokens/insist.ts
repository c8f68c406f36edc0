import type { Now, Sleep } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

const TRIES = 5;
const FIRST_WAIT_MS = 150;
/** One try may hang; the visit's function may not, or it would end without having said anything. */
const LONGEST_TRY_MS = 2_500;
const NO_MORE_AFTER_MS = 4_500;

export type InsistDeps = { now: Now; sleep: Sleep; random: () => number; log: Log };

/**
 * Tries up to five times within at most 7 s; `undefined` from `attempt`, or anything thrown, is one more failure. For
 * what must not be lost because a store hiccuped: the code that led here is used up. A try that hangs may still
 * succeed later, so `attempt` must bear being repeated.
 */
export const insist = async <Result>(
  step: string,
  attempt: () => Promise<Result | undefined>,
  { now, sleep, random, log }: InsistDeps,
): Promise<Result | undefined> => {
  const startedAtMs = now();
  for (let count = 1; count <= TRIES && now() - startedAtMs <= NO_MORE_AFTER_MS; count += 1) {
    if (count > 1) await sleep(FIRST_WAIT_MS * 2 ** (count - 2) * (0.5 + random()));
    const over = new AbortController();
    try {
      const tooLong = sleep(LONGEST_TRY_MS, over.signal).then(() => undefined);
      const result = await Promise.race([attempt(), tooLong]);
      if (result !== undefined) return result;
      log('warn', 'connect.try_again', { step, attempt: count });
    } catch (error) {
      log('warn', 'connect.try_again', { step, attempt: count, code: codeOf(error) });
    } finally {
      over.abort();
    }
  }
  log('error', 'connect.gave_up', { step });
  return undefined;
};
