import { describe, expect, test } from '@jest/globals';
import { toDate } from '../../../../../lib/mapping/transforms/date.ts';
import { dateFormats } from '../../../../../lib/sources/transform.ts';

test.each([
  ['2026-11-21', 'yyyy-mm-dd'],
  ['2026/11/21', 'yyyy/mm/dd'],
  ['21/11/2026', 'dd/mm/yyyy'],
  ['11/21/2026', 'mm/dd/yyyy'],
  ['21.11.2026', 'dd.mm.yyyy'],
  ['21-11-2026', 'dd-mm-yyyy'],
] as const)('%s, written %s, is that day', (typed, format) => {
  expect(toDate([typed], format)).toEqual({ value: '2026-11-21' });
});

test('the declared format alone decides between two readings', () => {
  expect(toDate(['03/04/2026'], 'dd/mm/yyyy')).toEqual({ value: '2026-04-03' });
  expect(toDate(['03/04/2026'], 'mm/dd/yyyy')).toEqual({ value: '2026-03-04' });
  expect(toDate(['3/4/2026'], 'dd/mm/yyyy')).toEqual({ value: '2026-04-03' });
});

test('a time after an ISO date is dropped', () => {
  expect(toDate(['2026-11-21T09:30:00.000Z'])).toEqual({ value: '2026-11-21' });
});

describe('left out', () => {
  test.each(['2026-02-29', '2026-13-01', '2026-00-10', '21/11/2026', '26-11-21', 'tomorrow', '2026-11-21x', ''])(
    '%s',
    (typed) => {
      expect(toDate([typed])).toEqual({ leftOut: 'not_a_date' });
    },
  );

  test.each(dateFormats.filter((format) => format !== 'yyyy-mm-dd'))('an ISO date where %s is declared', (format) => {
    expect(toDate(['2026-11-21'], format)).toEqual({ leftOut: 'not_a_date' });
  });
});

test('a leap day is a day in a leap year', () => expect(toDate(['2028-02-29'])).toEqual({ value: '2028-02-29' }));
