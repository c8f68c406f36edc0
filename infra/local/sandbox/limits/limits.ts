import * as z from 'zod/mini';
import type { Now } from '../../../../lib/platform/clock.ts';
import { concurrencyOf, dailyCredits, type EditionName, editionNames, HEAVY_CONCURRENCY } from './editions.ts';
import { drawLatency, type Latency, latencyWish } from './latency.ts';

const MAX_USERS = 100_000;
const wholeNumber = (maximum: number) =>
  z
    .int()
    .check(z.minimum(0, { error: 'must be 0 or more' }), z.maximum(maximum, { error: `must be ${maximum} or less` }));

/** `PUT /sandbox/limits`. What is left out is as the sandbox was started. */
export const limitsWish = z.strictObject({
  edition: z.optional(z.enum(editionNames)),
  /** Licensed users: each brings credits. */
  users: z.optional(wholeNumber(MAX_USERS)),
  latency: z.optional(latencyWish),
  /** Credits that other apps of the org use at this moment: all apps share them. */
  usedElsewhere: z.optional(wholeNumber(1_000_000_000)),
});
export type LimitsWish = z.infer<typeof limitsWish>;
export type LimitsNow = { edition: EditionName; users: number; latency: Latency };

/** Real limits that a test meets only if it means to: 60,000 credits a day, 20 calls at once, answers at once. */
const DEFAULTS: LimitsNow = { edition: 'enterprise', users: 10, latency: { medianMs: 0 } };

const DAY_MS = 24 * 60 * 60_000;

export type Limits = {
  now(): LimitsNow;
  set(wish: LimitsWish): void;
  /**
   * A place for one call: undefined when the org has no credits left, or as many calls under way as its edition allows.
   * The function it returns gives the place back, and may be called again.
   */
  enter(heavy: boolean): (() => void) | undefined;
  spend(credits: number): void;
  /** Of the last 24 hours. */
  creditsRemaining(): number;
  /** `X-API-CREDITS-REMAINING`: undefined until half of the credits are used ("API Limits"; the fact sheet's §4.3). */
  shownCredits(): number | undefined;
  peakConcurrency(): number;
  latencyMs(): number;
  /** Forgets what was used. */
  clear(): void;
};

/** What an org may use of the API, on the sandbox's clock. */
export const createLimits = ({
  now,
  random,
  start = {},
}: {
  now: Now;
  random: () => number;
  start?: LimitsWish;
}): Limits => {
  const complete = ({ edition, users, latency }: LimitsWish, defaults: LimitsNow): LimitsNow => ({
    edition: edition ?? defaults.edition,
    users: users ?? defaults.users,
    latency: latency ?? defaults.latency,
  });
  const defaults = complete(start, DEFAULTS);
  let current = defaults;
  let spent: Array<{ atMs: number; credits: number }> = []; // oldest first
  let sum = 0;
  let active = 0;
  let activeHeavy = 0;
  let peak = 0;

  const remaining = (): number => {
    const sinceMs = now() - DAY_MS;
    const firstKept = spent.findIndex(({ atMs }) => atMs > sinceMs);
    const gone = firstKept === -1 ? spent.splice(0) : spent.splice(0, firstKept);
    for (const { credits } of gone) sum -= credits;
    return Math.max(0, dailyCredits(current.edition, current.users) - sum);
  };

  const spend = (credits: number): void => {
    if (credits === 0) return;
    spent.push({ atMs: now(), credits });
    sum += credits;
  };

  return {
    now: () => current,
    set(wish) {
      current = complete(wish, defaults);
      spend(wish.usedElsewhere ?? 0);
    },
    enter(heavy) {
      if (remaining() === 0 || active >= concurrencyOf(current.edition)) return undefined;
      if (heavy && activeHeavy >= HEAVY_CONCURRENCY) return undefined;
      active += 1;
      if (heavy) activeHeavy += 1;
      peak = Math.max(peak, active);
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        active -= 1;
        if (heavy) activeHeavy -= 1;
      };
    },
    spend,
    creditsRemaining: remaining,
    shownCredits() {
      const left = remaining();
      return left * 2 <= dailyCredits(current.edition, current.users) ? left : undefined;
    },
    peakConcurrency: () => peak,
    latencyMs: () => drawLatency(current.latency, random),
    clear() {
      spent = [];
      sum = 0;
      peak = active;
    },
  };
};
