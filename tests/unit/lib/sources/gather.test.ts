import { expect, test } from '@jest/globals';
import { gatherMsOf } from '../../../../lib/sources/gather.ts';

test.each([
  [{}, {}, 2_000],
  [{ economy: '5m' }, {}, 300_000],
  [{ economy: '5m' }, { gather: '0s' }, 0],
  [{ economy: '5m' }, { gather: '30s' }, 30_000],
  [{}, { gather: '1m' }, 60_000],
])('a source with %p and a form with %p gathers for %i ms', (source, form, ms) =>
  expect(gatherMsOf(source, form)).toBe(ms),
);
