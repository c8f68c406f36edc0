import { expect, test } from '@jest/globals';
import { retryAfterMs } from '../../../../lib/destinations/retry-after.ts';

const NOW = Date.parse('2026-11-21T09:30:00Z');

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sat, 21 Nov 2026 09:31:00 GMT', 60_000],
  ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['2026', 2_026_000],
  [undefined, undefined],
])('Retry-After %j asks for %j ms', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});
