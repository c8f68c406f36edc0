import { describe, expect, test } from '@jest/globals';
import { parkLane } from '../../../../lib/work/lane-switch.ts';
import { rerun } from '../../../../lib/work/rerun.ts';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { laneKey } from '../../../../lib/work/work-item.ts';
import { fault, LANE, laneBench } from './lane-bench.ts';

describe('a lane whose receiver fails or refuses', () => {
  test('an outage uses up nobody’s attempts, and the lane starts slowly afterwards', async () => {
    const { add, run, calls, answer, delivered, item, lane, clock } = await laneBench();
    for (let n = 0; n < 30; n += 1) await add(`s${n}`);
    answer(() => fault(), delivered);
    await run();
    expect(calls.map(({ ids }) => ids.length)).toEqual([30, 1, 2, 4, 8, 15]);
    expect((calls[1]?.atMs ?? 0) - (calls[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
    expect(await item('s7')).toMatchObject({ state: 'delivered', attempts: 1 });
    expect((await lane())?.backoffUntilMs).toBeUndefined();
    expect(clock.now()).toBeGreaterThan(0);
  });

  test('an item that fails every call it is in is found, charged alone, and holds up nobody', async () => {
    const { add, run, answer, delivered, item, clock, lane } = await laneBench();
    for (let n = 0; n < 40; n += 1) await add(`s${n}`);
    answer((ids) => (ids.includes('s17') ? fault({ code: 'http_500', maybeSent: true }) : delivered(ids)));
    for (let round = 0; round < 6; round += 1) {
      await run();
      await clock.advance(20_000);
    }
    const others = await Promise.all(
      Array.from({ length: 40 }, (_, n) => `s${n}`)
        .filter((id) => id !== 's17')
        .map(item),
    );
    expect(new Set(others.map(({ state }) => state))).toEqual(new Set(['delivered']));
    expect(new Set(others.map(({ attempts }) => attempts))).toEqual(new Set([1]));
    const poison = await item('s17');
    expect(poison).toMatchObject({ state: 'pending', reason: 'http_500' });
    expect(poison.attempts).toBeGreaterThan(0);
    // New leads go as if nothing were the matter.
    await add('later');
    await run();
    expect(await item('later')).toMatchObject({ state: 'delivered' });
    expect((await lane())?.backoffUntilMs).toBeUndefined();
  });

  test('while nothing comes through, nobody is taken for the poison', async () => {
    const { add, run, answer, item, clock } = await laneBench();
    for (let n = 0; n < 5; n += 1) await add(`s${n}`);
    answer(() => fault());
    for (let round = 0; round < 8; round += 1) {
      await run();
      await clock.advance(400_000);
    }
    for (let n = 0; n < 5; n += 1) expect(await item(`s${n}`)).toMatchObject({ state: 'pending', attempts: 0 });
  });

  test('a lane that backs off for longer than ten seconds holds no lease', async () => {
    const { add, run, answer, lane } = await laneBench();
    await add('s1');
    answer(() => fault({ afterMs: 60_000 }));
    await expect(run()).resolves.toMatchObject({ left: 'backing_off' });
    const standing = await lane();
    expect(standing?.leaseOwner).toBeUndefined();
    expect(standing).toMatchObject({ state: 'open', reason: 'http_500', pace: 1 });
    await expect(run()).resolves.toEqual({ status: 'not_taken', reason: 'backing_off' });
  });

  test('a round of parallel calls that fail raises the back-off once', async () => {
    const { add, run, answer, lane, table, delivered } = await laneBench();
    for (let n = 0; n < 800; n += 1) await add(`s${n}`);
    let failures = 0;
    const raised: number[] = [];
    const { update } = table;
    table.update = (pk, change, condition) => {
      if (typeof change.set?.backoffMs === 'number') raised.push(change.set.backoffMs);
      return update(pk, change, condition);
    };
    answer((ids) => {
      failures += 1;
      return failures <= 8 ? fault() : delivered(ids);
    });
    await run();
    expect(raised).toEqual([5_000]);
    expect((await lane())?.backoffMs).toBeUndefined();
    expect(failures).toBeGreaterThan(8);
  });

  test('an operator’s re-run ends the back-off', async () => {
    const { add, run, answer, delivered, item, table, clock, lane } = await laneBench();
    await add('s1');
    answer(() => fault({ afterMs: 200_000 }), delivered);
    await run();
    expect(await rerun(table, [await item('s1')], clock.now())).toEqual([{ id: 's1', status: 'rerun' }]);
    expect((await lane())?.bell).toBe(LANE);
    await run();
    expect(await item('s1')).toMatchObject({ state: 'delivered' });
  });

  test('a re-run ends the back-off even while a worker naps through it', async () => {
    const { add, answer, delivered, item, table, clock, calls, driver, deps } = await laneBench();
    await add('s1');
    answer(() => fault(), delivered);
    const running = runLane(LANE, driver, deps);
    await clock.advance(1_000);
    await rerun(table, [await item('s1')], clock.now());
    await clock.run(running);
    expect((calls[1]?.atMs ?? 0) - (calls[0]?.atMs ?? 0)).toBeLessThan(2_000);
  });

  test('a back-off that is not written yet is not taken for one that an operator has ended', async () => {
    const { add, answer, delivered, table, clock, calls, driver, deps } = await laneBench();
    await add('s1');
    answer(() => fault(), delivered);
    const slow: typeof table = {
      ...table,
      update: async (pk, change, condition) => {
        if (change.set?.backoffMs !== undefined) await clock.sleep(1_200);
        return table.update(pk, change, condition);
      },
    };
    await clock.run(runLane(LANE, driver, { ...deps, table: slow }));
    expect((calls[1]?.atMs ?? 0) - (calls[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
  });

  test('an operator’s parking keeps its reason though a call under way comes through', async () => {
    const { add, answer, delivered, table, clock, run, lane } = await laneBench();
    await table.update(laneKey(LANE), { set: { pace: 1, reason: 'http_500' } });
    await add('s1');
    answer(async (ids) => {
      await parkLane(table, LANE, 'by_hand', clock.now());
      return delivered(ids);
    });
    await run();
    expect(await lane()).toMatchObject({ state: 'parked', reason: 'by_hand' });
  });

  test('a refused connection parks the lane once, charges nobody, and the lane opens no more', async () => {
    const { add, run, answer, lane, item, counted } = await laneBench();
    for (let n = 0; n < 300; n += 1) await add(`s${n}`);
    answer(() => ({ status: 'connection_fault', code: 'invalid_code', grant: 1 }));
    await expect(run()).resolves.toMatchObject({ left: 'parked' });
    expect(await lane()).toMatchObject({ state: 'parked', reason: 'invalid_code' });
    expect(await item('s1')).toMatchObject({ state: 'pending', attempts: 0 });
    await expect(run()).resolves.toEqual({ status: 'not_taken', reason: 'parked' });
    expect(counted.filter(({ values }) => 'LaneParked' in values)).toEqual([
      { values: { LaneParked: 1 }, dimensions: { kind: 'submission' } },
    ]);
  });

  test('an operator’s parking stops a worker at its next renewal, with no call cut off', async () => {
    const { add, clock, driver, deps, table, item, calls } = await laneBench();
    for (let n = 0; n < 400; n += 1) await add(`s${n}`, { email: 'same@example.com' }); // one at a time
    const running = runLane(LANE, driver, deps);
    await clock.advance(2_000);
    await table.update(laneKey(LANE), { set: { state: 'parked', reason: 'parked_by_operator' } });
    await expect(clock.run(running)).resolves.toMatchObject({ left: 'parked' });
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.length).toBeLessThan(150);
    expect(await item('s399')).toMatchObject({ state: 'pending', attempts: 0 });
    expect((await table.get(laneKey(LANE)))?.leaseOwner).toBeUndefined();
  });

  test('a worker with the old grant cannot park the new connection', async () => {
    const { add, run, answer, table, lane, delivered } = await laneBench();
    await add('s1');
    await table.update(laneKey(LANE), { set: { grant: 2 } });
    answer(() => ({ status: 'connection_fault', code: 'invalid_code', grant: 1 }), delivered);
    await run();
    expect(await lane()).toMatchObject({ state: 'open' });
  });
});
