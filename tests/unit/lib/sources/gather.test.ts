import { expect, test } from '@jest/globals';
import { gatherMsOf } from '../../../../lib/sources/gather.ts';
import { duration } from '../../../../lib/sources/names.ts';

test.each([
  [{}, {}, 2_000],
  [{ economy: '5m' }, {}, 300_000],
  [{ economy: '5m' }, { gather: '0s' }, 0],
  [{ economy: '5m' }, { gather: '30s' }, 30_000],
  [{}, { gather: '1m' }, 60_000],
])('a source with %p and a form with %p gathers for %i ms', (source, form, ms) =>
  expect(gatherMsOf(source, form)).toBe(ms),
);

test.each([0, '0', '0s'])('%j is no time at all, whatever the unit', (written) => {
  expect(gatherMsOf({}, { gather: duration.parse(written) })).toBe(0);
});

test.each([2, '2', 'soon', '2h', null])('%j is refused: it has no unit, or is too long', (written) => {
  expect(duration.safeParse(written).success).toBe(false);
});
