import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LaneDriver } from '../../../../lib/work/lane-driver.ts';
import { connectionLane } from '../../../../lib/work/lane-name.ts';
import { createLaneView } from '../../../../lib/work/lane-view.ts';
import { newWork, submissionKey } from '../../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';

const LANE = connectionLane('demo');
const NOW_MS = 1_000_000;

const driver: LaneDriver<string> = {
  limits: { maxConcurrent: 8, maxPerCall: 100, fillTo: 10, callDeadlineMs: 20_000 },
  prepare: async ({ id }) => ({ status: 'ready', group: 'leads', keys: [], payload: id, repeatable: true }),
  open: async () => ({ status: 'ready' }),
  send: async () => ({ status: 'not_sent' }),
};

/** A lane of items by their ages, oldest first, of which the table answers in another order. */
const viewOf = async (items: Array<{ ageMs: number; gatherMs?: number; hasFailedAlone?: boolean }>, seed: number) => {
  const table = createMemoryTable();
  for (const [index, { ageMs, gatherMs = 0, hasFailedAlone = false }] of items.entries()) {
    const id = `item-${index}`;
    const of = { pk: submissionKey(id), kind: 'submission', id, source: 'demo', lane: LANE } as const;
    const item = newWork({ ...of, nowMs: NOW_MS - ageMs, gatherMs });
    await table.put(hasFailedAlone ? { ...item, failedAloneAtMs: NOW_MS - ageMs } : item);
  }
  const orderOf = (pk: string): number => Math.sin(seed + Number(pk.split('-').at(-1)));
  return createLaneView(LANE, driver, {
    table: {
      ...table,
      getMany: async (pks) => (await table.getMany(pks)).sort((a, b) => orderOf(a.pk) - orderOf(b.pk)),
    },
    now: () => NOW_MS,
    random: () => 0.5,
    log: () => undefined,
    onEnd: () => undefined,
    watch: { before: async () => undefined, after: async () => undefined },
  });
};

const lot = fc.array(
  fc.record({ ageMs: fc.nat(5_000), gatherMs: fc.constantFrom(0, 2_000), hasFailedAlone: fc.boolean() }),
  { maxLength: 30 },
);

describe('what a worker sees of its lane', () => {
  test('the oldest go first, those that failed alone behind them, in whatever order the table answers', async () => {
    await fc.assert(
      fc.asyncProperty(lot, fc.nat(1_000), async (items, seed) => {
        const view = await viewOf(items, seed);
        await view.refresh();
        const seen = view.candidates().map(({ item }) => item);
        const started = seen.slice(0, 3);
        view.start(started);
        expect(view.candidates().map(({ item }) => item)).toEqual(seen.slice(3));
        view.finish(started);
        expect(view.candidates().map(({ item }) => item)).toEqual(seen.slice(3));
        const ranks = seen.map(({ failedAloneAtMs, createdAtMs }) => [failedAloneAtMs !== undefined, createdAtMs]);
        expect(ranks).toEqual([...ranks].sort(([a, x], [b, y]) => Number(a) - Number(b) || Number(x) - Number(y)));
      }),
    );
  });

  test('there are as many candidates as it says', async () => {
    await fc.assert(
      fc.asyncProperty(lot, fc.nat(40), async (items, count) => {
        const view = await viewOf(items, 0);
        await view.refresh();
        expect(view.hasCandidates(count)).toBe(view.candidates().length >= count);
        view.start(view.candidates().map(({ item }) => item));
        expect(view.hasCandidates(1)).toBe(false);
      }),
    );
  });
});
