import { describe, expect, test } from '@jest/globals';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { laneKey, submissionKey } from '../../../../lib/work/work-item.ts';
import { fault, LANE, laneBench } from './lane-bench.ts';

describe('a lane', () => {
  test('ten leads that arrive within the gather time share one call', async () => {
    const { add, run, calls, clock } = await laneBench();
    for (let n = 0; n < 10; n += 1) {
      await add(`s${n}`, { gatherMs: 2_000 });
      await clock.advance(150);
    }
    await run();
    expect(calls.map(({ ids }) => ids.length)).toEqual([10]);
  });

  test('who comes a moment before a call leaves goes with it, and costs nothing', async () => {
    const { add, run, calls, clock } = await laneBench();
    await add('first', { gatherMs: 2_000 });
    await clock.advance(300); // the worker's looks at the index and the end of the gather time do not fall together
    void clock.sleep(1_650).then(() => add('late', { gatherMs: 2_000 }));
    await run();
    expect(calls.map(({ ids }) => ids)).toEqual([['first', 'late']]);
  });

  test('a delivered item leaves the work index and gets its end of life', async () => {
    const { add, run, item } = await laneBench();
    await add('s1');
    await run();
    const done = await item('s1');
    expect(done).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(done.lane).toBeUndefined();
    expect(done.expiresAtSeconds).toBeGreaterThan(0);
  });

  test('a backlog of 1,000 goes in full calls, at most eight at a time', async () => {
    const { add, run, calls, mostInFlight } = await laneBench();
    for (let n = 0; n < 1_000; n += 1) await add(`s${n}`);
    await run();
    expect(calls).toHaveLength(10);
    expect(calls.every(({ ids }) => ids.length === 100)).toBe(true);
    expect(mostInFlight()).toBe(8);
  });

  test('two posts of one person are two calls, the older one first, never both in flight', async () => {
    const { add, run, calls, clock, mostInFlight } = await laneBench();
    await add('older', { email: 'a@example.com' });
    await clock.advance(5);
    await add('newer', { email: 'a@example.com' });
    await run();
    expect(calls.map(({ ids }) => ids)).toEqual([['older'], ['newer']]);
    expect(mostInFlight()).toBe(1);
  });

  test('an item that cannot be read waits for a person and holds up nobody', async () => {
    const { add, clock, driver, deps, item, table } = await laneBench();
    for (const id of ['good', 'bad']) await add(id);
    await table.put({ pk: 'submission#malformed', source: 'demo', lane: LANE, dueAtMs: clock.now(), state: 'pending' });
    const picky = {
      ...driver,
      prepare: async (one: Parameters<typeof driver.prepare>[0]) => {
        if (one.id === 'bad') throw new TypeError('no such form');
        return driver.prepare(one);
      },
    };
    await clock.run(runLane(LANE, picky, deps));
    expect(await item('good')).toMatchObject({ state: 'delivered' });
    expect(await item('bad')).toMatchObject({ state: 'dead', reason: 'cannot_be_read', lane: 'attention#demo' });
    expect(await table.get('submission#malformed')).toMatchObject({ state: 'dead', lane: 'attention#demo' });
  });

  test('posts of one person follow each other at once when nobody else waits', async () => {
    const { add, run, calls, clock, driver } = await laneBench();
    for (const id of ['first', 'second', 'third']) {
      await add(id, { email: 'a@example.com' });
      await clock.advance(1);
    }
    driver.limits.maxPerCall = 1;
    await run();
    expect(calls.map(({ ids }) => ids.join())).toEqual(['first', 'second', 'third']);
    expect((calls[2]?.atMs ?? 0) - (calls[0]?.atMs ?? 0)).toBe(200);
  });

  test('what comes back of a call goes again before a newer post of the same person', async () => {
    const { add, run, calls, answer, delivered, driver, clock } = await laneBench();
    await add('older', { email: 'a@example.com', group: 'a' });
    await clock.advance(5);
    await add('newer', { email: 'a@example.com', group: 'a' });
    await add('other', { email: 'b@example.com', group: 'b' });
    let asked = 0;
    // The first call ends while the lane is about to make its second one.
    driver.open = async () => {
      asked += 1;
      if (asked === 2) await clock.sleep(150);
      return { status: 'ready' };
    };
    answer(() => ({ status: 'again', code: 'INVALID_TOKEN' }), delivered);
    await run();
    expect(calls.map(({ ids }) => ids.join())).toEqual(['older', 'other', 'older', 'newer']);
  });

  test('what was given back unsent says so, and uses up no attempt', async () => {
    const { add, answer, delivered, item, run, table } = await laneBench();
    await add('s1');
    const reasons: unknown[] = [];
    answer(
      () => ({ status: 'again', code: 'INVALID_TOKEN' }),
      async (ids) => {
        reasons.push((await table.get(submissionKey('s1')))?.reason);
        return delivered(ids);
      },
    );
    await run();
    expect(reasons).toEqual(['INVALID_TOKEN']);
    expect(await item('s1')).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await item('s1')).not.toHaveProperty('reason');
  });

  test('one bad record does not delay the others', async () => {
    const { add, run, answer, item } = await laneBench();
    for (let n = 0; n < 5; n += 1) await add(`s${n}`);
    answer((ids) => ({
      status: 'answered',
      outcomes: ids.map((id) =>
        id === 's2' ? { status: 'rejected', code: 'INVALID_DATA', field: 'Phone' } : { status: 'delivered' },
      ),
    }));
    await run();
    expect(await item('s2')).toMatchObject({
      state: 'rejected',
      reason: 'INVALID_DATA',
      lane: 'attention#demo',
      history: [{ code: 'INVALID_DATA', field: 'Phone' }],
    });
    expect(await item('s3')).toMatchObject({ state: 'delivered' });
  });

  test('an item’s own passing fault follows the schedule and ends dead, before a person', async () => {
    const { add, run, answer, item, clock } = await laneBench();
    await add('s1');
    answer(() => ({ status: 'answered', outcomes: [{ status: 'retry', code: 'RECORD_LOCKED' }] }));
    for (let round = 0; round < 14; round += 1) {
      await run();
      await clock.advance(24 * 3_600_000);
    }
    expect(await item('s1')).toMatchObject({
      state: 'dead',
      reason: 'RECORD_LOCKED',
      attempts: 14,
      lane: 'attention#demo',
    });
  });

  test('an item whose worker died is sent again, and after five silent deaths it waits for a person', async () => {
    const { add, run, table, item, calls, clock } = await laneBench();
    await add('once');
    await add('killer');
    const untilMs = clock.now() + 1_000;
    await table.update(submissionKey('once'), {
      set: { state: 'sending', attempts: 1, claimOwner: 'gone:1', claimUntilMs: untilMs, silentClaims: 1 },
    });
    await table.update(submissionKey('killer'), {
      set: { state: 'sending', attempts: 5, claimOwner: 'gone:9', claimUntilMs: untilMs, silentClaims: 5 },
    });
    await run();
    expect(await item('once')).toMatchObject({ state: 'delivered' });
    expect(await item('killer')).toMatchObject({ state: 'dead', reason: 'worker_died' });
    expect(calls.flatMap(({ ids }) => ids)).toEqual(['once']);
    expect(calls[0]?.atMs).toBeGreaterThanOrEqual(untilMs);
  });

  test('what may have been inserted already is not inserted again by itself', async () => {
    const { add, run, answer, item, delivered } = await laneBench();
    await add('s1', { repeatable: false });
    answer(() => fault({ code: 'timeout', maybeSent: true }), delivered);
    await run();
    expect(await item('s1')).toMatchObject({ state: 'unclear', reason: 'timeout', lane: 'attention#demo' });
  });

  test('nor is one whose own result could not be read', async () => {
    const { add, run, answer, item } = await laneBench();
    await add('inserted', { repeatable: false });
    await add('upserted');
    answer((ids) => ({
      status: 'answered',
      outcomes: ids.map(() => ({ status: 'retry', code: 'unreadable_result', maybeSent: true })),
    }));
    await run();
    expect(await item('inserted')).toMatchObject({ state: 'unclear', reason: 'unreadable_result' });
    expect(await item('upserted')).toMatchObject({ state: 'pending', reason: 'unreadable_result', attempts: 1 });
  });

  test('calls are counted by their outcome, items by their end, with or without a call', async () => {
    const { add, run, answer, driver, counted, delivered } = await laneBench();
    driver.destinationType = 'webhook';
    const { prepare } = driver;
    driver.prepare = async (item) =>
      item.id === 'unmapped'
        ? { status: 'settled', outcome: { status: 'rejected', code: 'mapping_failed' } }
        : prepare(item);
    answer(() => fault(), delivered);
    await add('s1');
    await add('unmapped');
    await run();
    const dimensions = { kind: 'submission', destinationType: 'webhook' };
    expect(counted).toEqual([
      { values: { ItemsRejected: 1 }, dimensions },
      { values: { LaneCalls: 1 }, dimensions: { ...dimensions, outcome: 'lane_fault' } },
      { values: { LaneCalls: 1, ItemsDelivered: 1 }, dimensions: { ...dimensions, outcome: 'answered' } },
    ]);
  });

  test('only one of two workers serves a lane', async () => {
    const { add, clock, driver, deps, calls } = await laneBench();
    for (let n = 0; n < 20; n += 1) await add(`s${n}`);
    const both = await clock.run(Promise.all([runLane(LANE, driver, deps), runLane(LANE, driver, deps)]));
    expect(both.map(({ status }) => status).sort()).toEqual(['not_taken', 'served']);
    expect(calls.flatMap(({ ids }) => ids)).toHaveLength(20);
  });

  test('a worker frozen past its lease does not send when it wakes', async () => {
    const { add, clock, driver, deps, calls, table } = await laneBench();
    await add('s1');
    let frozen = true;
    const freezing = {
      ...driver,
      open: async () => {
        if (frozen) {
          frozen = false;
          // Time passes for everybody else; another worker takes the lane over.
          await table.update(laneKey(LANE), { set: { leaseOwner: 'other', leaseUntilMs: clock.now() + 300_000 } });
          await clock.sleep(45_000);
        }
        return { status: 'ready' as const };
      },
    };
    await expect(clock.run(runLane(LANE, freezing, deps))).resolves.toMatchObject({ left: 'lost' });
    expect(calls).toEqual([]);
  });

  test('a worker at the end of its time leaves the rest and rings', async () => {
    const { add, clock, driver, deps, lane } = await laneBench();
    await add('s1');
    await expect(clock.run(runLane(LANE, driver, { ...deps, remainingMs: () => 20_000 }))).resolves.toMatchObject({
      left: 'time_up',
    });
    expect((await lane())?.bell).toBe(LANE);
  });

  test('items that are only gathering fill a started ten, no more', async () => {
    const { add, run, calls } = await laneBench();
    for (let n = 0; n < 3; n += 1) await add(`due${n}`);
    for (let n = 0; n < 20; n += 1) await add(`later${n}`, { gatherMs: 8_000 });
    await run();
    expect(calls.map(({ ids }) => ids.length)).toEqual([10, 13]);
  });
});
