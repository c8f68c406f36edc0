const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Waits after the first, second … failed attempt of an item at its own, passing fault: about 77 hours in all. */
export const retryScheduleMs = [
  1 * MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
  12 * HOUR,
  16 * HOUR,
  20 * HOUR,
] as const;

const SPREAD = 0.2;

/**
 * How long to wait after `attempts` failed ones; undefined when the schedule is used up.
 * @param random from 0 up to 1, spreads the wait by ±20 % so that what failed together does not return together
 */
export const retryAfterMs = (attempts: number, random: number): number | undefined => {
  const wait = retryScheduleMs[attempts - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 - SPREAD + 2 * SPREAD * random));
};

const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 5 * MINUTE;

/**
 * The lane's next back-off: 5 s, doubled by each failed round up to 5 minutes; longer if the receiver asked for it,
 * up to an hour.
 */
export const nextBackoffMs = (previousMs: number | undefined, askedMs = 0): number => {
  const own = previousMs === undefined ? FIRST_BACKOFF_MS : Math.min(previousMs * 2, LONGEST_BACKOFF_MS);
  return Math.max(own, Math.min(askedMs, HOUR));
};
