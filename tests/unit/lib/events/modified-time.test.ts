import { describe, expect, test } from '@jest/globals';
import { occurredAtMs, readModifiedTime } from '../../../../lib/events/modified-time.ts';

const NOW = Date.parse('2026-11-21T09:30:00Z');
const DAY = 86_400_000;

describe('modified_time', () => {
  test.each([
    ['2026-11-21T17:00:00+08:00', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T09:00:00Z', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21 17:00:00 +0800', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T17:00+08:00', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T09:00:00.123456Z', '2026-11-21T09:00:00.123Z'],
    ['2026-11-21T09:34:59Z', '2026-11-21T09:34:59.000Z'],
    ['2001-01-01T00:00:00Z', '2001-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(readModifiedTime(text, NOW) ?? 0).toISOString()).toBe(iso);
  });

  test.each([
    '2026-11-21T09:00:00',
    '21-Nov-2026 09:00:00',
    '2026-02-30T09:00:00Z',
    '2026-11-21T25:00:00Z',
    '1795253400000',
    '2026-11-21',
    '2026-11-21T09:35:01Z',
    '',
    undefined,
  ])('%j says nothing: no offset, no such time, or ahead of our clock', (text) =>
    expect(readModifiedTime(text, NOW)).toBeUndefined(),
  );

  test('an event carries it up to seven days back, else the time of receipt', () => {
    expect(occurredAtMs(NOW - 7 * DAY, NOW)).toBe(NOW - 7 * DAY);
    expect(occurredAtMs(NOW - 7 * DAY - 1, NOW)).toBe(NOW);
    expect(occurredAtMs(undefined, NOW)).toBe(NOW);
  });
});
