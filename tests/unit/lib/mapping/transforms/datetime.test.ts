import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toDatetime } from '../../../../../lib/mapping/transforms/datetime.ts';

test.each([
  '2026-11-21T09:30:00.123Z',
  '2026-11-21T09:30:00Z',
  '2026-11-21t09:30z',
  '2026-11-21T17:30:00+08:00',
  '2026-11-21T17:30:00+0800',
  '2026-11-21 04:00 -05:30',
  '2026-11-21T09:30',
  '2026-11-21 09:30:00',
  '1795253400123',
])('%s is sent without milliseconds and never with a Z', (typed) => {
  expect(toDatetime([typed])).toEqual({ value: '2026-11-21T09:30:00+00:00' });
});

describe('a time without an offset is one of the declared zone', () => {
  test.each([
    ['2026-11-21T17:30', 'Asia/Hong_Kong', '2026-11-21T09:30:00+00:00'],
    ['2026-01-15T12:00', 'America/New_York', '2026-01-15T17:00:00+00:00'],
    ['2026-07-15T12:00', 'America/New_York', '2026-07-15T16:00:00+00:00'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00+00:00'],
    ['2026-07-15T12:00', 'Asia/Kolkata', '2026-07-15T06:30:00+00:00'],
    ['2026-07-15T12:00Z', 'Asia/Kolkata', '2026-07-15T12:00:00+00:00'],
  ])('%s in %s', (typed, timeZone, value) => expect(toDatetime([typed], timeZone)).toEqual({ value }));
});

test.each([
  'now',
  '2026-02-30T10:00Z',
  '2026-11-21T25:00Z',
  '2026-11-21T10:60Z',
  '2026-11-21T10:00+19:00',
  '1795253',
  '21/11/2026 10:00',
  '',
])('what is no moment is left out (%s)', (typed) => expect(toDatetime([typed])).toEqual({ leftOut: 'not_a_datetime' }));

test('any moment comes through to the second, however it was offset', () => {
  const moments = fc.date({ min: new Date('1971-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moments, fc.integer({ min: -14 * 60, max: 14 * 60 }), (moment, minutes) => {
      const shown = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 19);
      const size = Math.abs(minutes);
      const offset = `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
      expect(toDatetime([`${shown}${offset}`])).toEqual({ value: `${moment.toISOString().slice(0, 19)}+00:00` });
    }),
  );
});
