import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concurrencyOf, dailyCredits, type EditionName } from '../../../../../infra/local/sandbox/limits/editions.ts';
import { isHeavy } from '../../../../../infra/local/sandbox/limits/is-heavy.ts';
import { drawLatency } from '../../../../../infra/local/sandbox/limits/latency.ts';
import { createLimits, type LimitsWish } from '../../../../../infra/local/sandbox/limits/limits.ts';
import { createTooManyRequests } from '../../../../../infra/local/sandbox/limits/too-many-requests.ts';

const HOUR_MS = 60 * 60_000;
const setUp = (start: LimitsWish = {}) => {
  let nowMs = Date.UTC(2026, 10, 21);
  const limits = createLimits({ now: () => nowMs, random: () => 0.5, start });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { limits, pass };
};

describe('editions', () => {
  test.each<[EditionName, number, number, number]>([
    ['free', 10, 5_000, 5],
    ['standard', 10, 52_500, 10],
    ['standard', 1_000, 100_000, 10],
    ['professional', 10, 55_000, 15],
    ['enterprise', 10, 60_000, 20],
    ['enterprise', 10_000, 5_000_000, 20],
    ['ultimate', 10_000, 20_050_000, 25],
  ])('%s with %d users has %d credits a day and %d calls at once', (edition, users, credits, concurrency) => {
    expect([dailyCredits(edition, users), concurrencyOf(edition)]).toEqual([credits, concurrency]);
  });
});

describe('credits', () => {
  test('come back 24 hours after they were used, each on its own', () => {
    const { limits, pass } = setUp({ edition: 'free' });
    limits.spend(1_000);
    pass(6 * HOUR_MS);
    limits.spend(500);
    expect(limits.creditsRemaining()).toBe(3_500);
    pass(18 * HOUR_MS - 1);
    expect(limits.creditsRemaining()).toBe(3_500);
    pass(1);
    expect(limits.creditsRemaining()).toBe(4_500);
    pass(6 * HOUR_MS);
    expect(limits.creditsRemaining()).toBe(5_000);
  });

  test('are shown from half of them on', () => {
    const { limits } = setUp({ edition: 'free' });
    limits.spend(2_499);
    expect(limits.shownCredits()).toBeUndefined();
    limits.spend(1);
    expect(limits.shownCredits()).toBe(2_500);
    limits.spend(9_999);
    expect(limits.shownCredits()).toBe(0);
  });

  test('used up let nobody in until the first come back', () => {
    const { limits, pass } = setUp({ edition: 'free' });
    limits.set({ usedElsewhere: 5_000 });
    expect(limits.enter(false)).toBeUndefined();
    pass(24 * HOUR_MS);
    expect(limits.enter(false)).toBeDefined();
  });

  test('never count below zero nor above the day’s, whatever is used when', () => {
    const step = fc.oneof(
      fc.record({ credits: fc.integer({ min: 0, max: 4_000 }) }),
      fc.record({ passMs: fc.integer({ min: 0, max: 30 * HOUR_MS }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { limits, pass } = setUp({ edition: 'free' });
        let nowMs = 0;
        const used: Array<{ atMs: number; credits: number }> = [];
        for (const one of steps) {
          if ('credits' in one) {
            limits.spend(one.credits);
            used.push({ atMs: nowMs, credits: one.credits });
          } else {
            pass(one.passMs);
            nowMs += one.passMs;
          }
          const inDay = used.filter(({ atMs }) => nowMs - atMs < 24 * HOUR_MS);
          const sum = inDay.reduce((total, { credits }) => total + credits, 0);
          expect(limits.creditsRemaining()).toBe(Math.max(0, 5_000 - sum));
        }
      }),
    );
  });
});

describe('calls at once', () => {
  test('are as many as the edition allows, and a place is free again once its call is over', () => {
    const { limits } = setUp({ edition: 'free' });
    const places = Array.from({ length: 5 }, () => limits.enter(false));
    expect(limits.enter(false)).toBeUndefined();
    places[0]?.();
    places[0]?.(); // giving it back twice frees one place
    expect(limits.enter(false)).toBeDefined();
    expect(limits.enter(false)).toBeUndefined();
    expect(limits.peakConcurrency()).toBe(5);
  });

  test('are ten for heavy ones in every edition, while light ones go on', () => {
    const { limits } = setUp({ edition: 'ultimate' });
    for (let n = 0; n < 10; n += 1) expect(limits.enter(true)).toBeDefined();
    expect(limits.enter(true)).toBeUndefined();
    for (let n = 0; n < 15; n += 1) expect(limits.enter(false)).toBeDefined();
    expect(limits.enter(false)).toBeUndefined();
    expect(limits.peakConcurrency()).toBe(25);
  });
});

describe('a heavy call', () => {
  const request = (method: string, path: string, data?: unknown[]) => {
    const [pathname = '', query = ''] = path.split('?');
    return {
      method,
      path: `/crm/v8/${pathname}`,
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.from(data === undefined ? '' : JSON.stringify({ data })),
    };
  };
  const records = (count: number) => Array.from({ length: count }, () => ({}));

  test.each<[string, string, unknown[] | undefined, boolean]>([
    ['POST', 'Leads', records(10), false],
    ['POST', 'Leads', records(11), true],
    ['PUT', 'Leads', records(100), true],
    ['POST', 'Leads/upsert', records(11), true],
    ['POST', 'Leads/1/actions/convert', records(1), true],
    ['POST', 'coql', undefined, true],
    ['GET', 'Leads/search?email=a', undefined, true],
    ['GET', 'Leads?fields=Email&sort_by=id', undefined, true],
    ['GET', 'Leads?fields=Email', undefined, false],
    ['GET', 'Leads/1', undefined, false],
    ['GET', 'org', undefined, false],
  ])('%s %s %#: %s', (method, path, data, heavy) => expect(isHeavy(request(method, path, data))).toBe(heavy));

  test('is none whose body cannot be read', () => {
    expect(isHeavy({ ...request('POST', 'Leads'), body: Buffer.from('{"data":[') })).toBe(false);
  });
});

describe('latency', () => {
  test('has the median and the 99th percentile that were asked for', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647; // Park and Miller's generator: the same numbers every time
      return seed / 2_147_483_647;
    };
    const drawn = Array.from({ length: 20_000 }, () => drawLatency({ medianMs: 500, p99Ms: 2_000 }, random)).sort(
      (one, other) => one - other,
    );
    expect(drawn[10_000]).toBeGreaterThan(485);
    expect(drawn[10_000]).toBeLessThan(515);
    expect(drawn[19_800]).toBeGreaterThan(1_850);
    expect(drawn[19_800]).toBeLessThan(2_150);
  });

  test('is the same every time without a 99th percentile, and none by default', () => {
    expect(drawLatency({ medianMs: 500 }, Math.random)).toBe(500);
    expect(setUp().limits.latencyMs()).toBe(0);
  });
});

test('both known bodies of a 429 come in turns, without a Retry-After', () => {
  const refuse = createTooManyRequests();
  const answers = [refuse(), refuse(), refuse()];
  expect(answers.map(({ body }) => JSON.parse(body).code)).toEqual([
    'TOO_MANY_REQUESTS',
    'RATE_LIMIT_EXCEEDED',
    'TOO_MANY_REQUESTS',
  ]);
  for (const { status, headers, credits } of answers) {
    expect([status, credits]).toEqual([429, 0]);
    expect(headers).not.toHaveProperty('retry-after');
  }
});
