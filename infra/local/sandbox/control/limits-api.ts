import * as z from 'zod/mini';
import { jsonAnswer } from '../answer.ts';
import { concurrencyOf, dailyCredits, HEAVY_CONCURRENCY } from '../limits/editions.ts';
import { limitsWish } from '../limits/limits.ts';
import { type Handler, readBody, refused } from './handler.ts';

/** `GET /sandbox/limits`: what the org may use, and what of it is left. */
export const showLimits: Handler = (_, { limits }) => {
  const { edition, users, latency } = limits.now();
  return jsonAnswer(200, {
    edition,
    users,
    latency,
    dailyCredits: dailyCredits(edition, users),
    creditsRemaining: limits.creditsRemaining(),
    concurrency: concurrencyOf(edition),
    heavyConcurrency: HEAVY_CONCURRENCY,
    peakConcurrency: limits.peakConcurrency(),
  });
};

/** `PUT /sandbox/limits`: another edition, other users, another latency; all of it holds from the next call on. */
export const putLimits: Handler = (request, rooms) => {
  const wish = readBody(limitsWish, request);
  if (wish.status === 'wrong') return refused('bad_request', wish.message);
  rooms.limits.set(wish.value);
  return showLimits(request, rooms);
};

const MAX_ADVANCE_SECONDS = 366 * 24 * 60 * 60;

const clockWish = z.strictObject({
  advanceSeconds: z
    .number()
    .check(
      z.minimum(0, { error: 'must be 0 or more' }),
      z.maximum(MAX_ADVANCE_SECONDS, { error: `must be ${MAX_ADVANCE_SECONDS} or less` }),
    ),
});

/** `POST /sandbox/clock`: hours pass at once, for everything here that has a time: credits, tokens, codes, search. */
export const advanceClock: Handler = (request, { clock, now }) => {
  const wish = readBody(clockWish, request);
  if (wish.status === 'wrong') return refused('bad_request', wish.message);
  clock.advance(wish.value.advanceSeconds * 1_000);
  return jsonAnswer(200, { nowMs: now() });
};
