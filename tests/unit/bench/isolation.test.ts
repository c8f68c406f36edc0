import { describe, expect, test } from '@jest/globals';
import { CALL_DEADLINE_MS } from '../../../lib/leads/zoho-calls.ts';
import { hangingShare } from '../../bench/isolation/hanging-zoho.ts';
import { figuresOf, ratiosOf } from '../../bench/isolation/summary.ts';
import type { RealIsolation } from '../../bench/measures/real-isolation.ts';
import { realIsolationText } from '../../bench/report/real-isolation-text.ts';

const block = (steadyMs: number[], loneMs: number[] = []) => ({
  startedAtMs: 0,
  endedAtMs: 10_000,
  steadyMs,
  loneMs,
  acceptMs: [10],
  emulatorMs: [1, 2, 9],
});

describe('how long calls hung in a block', () => {
  test('calls that hang at the same time count once', () => {
    expect(hangingShare([0, 100, 200], 1_000, 11_000)).toBe(1);
  });

  test('before the first call and after the last one’s deadline nothing hangs', () => {
    expect(hangingShare([5_000], 0, 10_000)).toBe(0.5);
    expect(hangingShare([5_000 - CALL_DEADLINE_MS], 0, 10_000)).toBe(0.5);
    expect(hangingShare([], 0, 10_000)).toBe(0);
  });
});

describe('what is said of isolation', () => {
  test('a round is compared with itself, whatever the machine did in the others', () => {
    const { steadyP50, loneP50 } = ratiosOf([block([200]), block([4_000])], [block([100]), block([2_000])]);

    expect(steadyP50).toMatchObject({ median: 2, low: 2, high: 2 });
    expect(loneP50).toBeUndefined();
  });

  test('a client that is held up by another shows', () => {
    const [alone, beside] = [[block([100, 120], [50])], [block([300, 320], [75])]];
    const measured: RealIsolation = {
      waiting: 50_000,
      rounds: 1,
      visits: { seconds: 10, perSecond: 5, loneClients: [], loneEveryMs: 2_000 },
      seedSeconds: 40,
      load: [0.5, 1.5],
      conditions: { alone: figuresOf(alone), beside: figuresOf(beside) },
      ratio: { byAlone: ratiosOf(beside, alone) },
      hangingCalls: 10,
      hangingShare: 1,
    };

    const text = realIsolationText(measured).join('\n');
    expect(text).toContain('alone p50 110 (a lone lead 50), p99 120 ms');
    expect(text).toContain('with 10 of its calls hanging 100 % of the time p50 310 (a lone lead 75), p99 320 ms');
    expect(text).toContain('p50 × 2.82 (2.82–2.82)');
  });

  test('where it cannot be measured, that is said', () => {
    expect(realIsolationText(undefined).join()).toContain('skipped');
  });
});
