import { expect, test } from '@jest/globals';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import { releaseLease, takeLease } from '../../../../lib/work/lease.ts';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { laneKey, submissionKey } from '../../../../lib/work/work-item.ts';
import { LANE, laneBench } from './lane-bench.ts';

/** A worker whose translation of one item never returns, until Lambda ends it: nothing of it goes on. */
const workerThatHangsOn = (bench: Awaited<ReturnType<typeof laneBench>>, killer: string) => {
  const { driver, deps, table, clock } = bench;
  let isDead = false;
  const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined);
  const alive = <Result>(act: () => Promise<Result>): Promise<Result> => (isDead ? never<Result>() : act());
  const gone = new Promise<'dead'>((resolve) => {
    const dying: typeof driver = {
      ...driver,
      prepare: (item) => {
        if (item.id !== killer) return driver.prepare(item);
        isDead = true;
        resolve('dead');
        return never();
      },
    };
    const mortal: typeof table = {
      ...table,
      get: (pk) => alive(() => table.get(pk)),
      getMany: (pks) => alive(() => table.getMany(pks)),
      query: (query) => alive(() => table.query(query)),
      update: (pk, change, condition) => alive(() => table.update(pk, change, condition)),
      transact: (writes) => alive(() => table.transact(writes)),
    };
    void runLane(LANE, dying, { ...deps, table: mortal }).then(() => resolve('dead'));
  });
  return { die: () => clock.run(gone), wasKilled: () => isDead };
};

test('an item that ends every worker that translates it holds up nobody for good, and waits for a person', async () => {
  const bench = await laneBench();
  const { add, clock, item, calls } = bench;
  await add('killer');
  await clock.advance(10);
  await add('innocent');

  let deaths = 0;
  for (let round = 0; round < 6; round += 1) {
    const worker = workerThatHangsOn(bench, 'killer');
    await worker.die();
    deaths += worker.wasKilled() ? 1 : 0;
    await clock.advance(300_000); // until the lease has run out, and the next tick
  }
  expect(await item('killer')).toMatchObject({ state: 'dead', reason: 'ends_its_worker', lane: 'attention#demo' });
  expect(await item('innocent')).toMatchObject({ state: 'delivered', attempts: 1 });
  expect(deaths).toBe(3); // the first tells nobody who it was, the second could be a coincidence
  expect(calls.map(({ ids }) => ids)).toEqual([['innocent']]);
});

test('a worker that merely died makes nobody suspect, and its successor does its work', async () => {
  const bench = await laneBench();
  await bench.table.update(`lane#${LANE}`, { set: { leaseOwner: 'gone', leaseUntilMs: bench.clock.now() - 60_000 } });
  for (let n = 0; n < 5; n += 1) await bench.add(`s${n}`);
  await bench.run();
  expect(bench.calls.flatMap(({ ids }) => ids)).toHaveLength(5);
  expect((await bench.lane())?.translating).toBeUndefined();
});

test('an item that was once suspected is served although others wait for their time', async () => {
  const bench = await laneBench();
  const { table, clock } = bench;
  await bench.add('waits', { gatherMs: 300_000 });
  await clock.advance(10);
  await bench.add('suspected', { translationDeaths: 1 });
  await bench.run();
  expect(await bench.item('suspected')).toMatchObject({ state: 'delivered' });
  expect((await table.get(laneKey(LANE)))?.bell).toBeUndefined();
});

test('a worker that gives its lane back leaves no suspicion behind', async () => {
  const bench = await laneBench();
  const { table, clock, deps, driver, lane } = bench;
  await table.update(laneKey(LANE), { set: { leaseOwner: 'gone', leaseUntilMs: clock.now() - 60_000 } });
  await bench.add('s1');
  const failing: typeof driver.prepare = async () => {
    throw new PlatformError('table.unreachable', 'The table did not answer.');
  };
  await clock.run(runLane(LANE, { ...driver, prepare: failing }, deps).catch(() => undefined));
  expect(await lane()).not.toHaveProperty('leaseOwner');
  expect(await lane()).not.toHaveProperty('translating');
});

test('a lane given back while it is taken is taken as it stands then, and nobody has died', async () => {
  const { table, clock } = await laneBench();
  await takeLease(table, LANE, 'first', clock.now);
  const givenBack: typeof table = {
    ...table,
    update: async (pk, change, condition) => {
      if (change.set?.leaseOwner === 'second') await releaseLease(table, LANE, 'first', false, { concurrency: 3 });
      return table.update(pk, change, condition);
    },
  };
  expect(await takeLease(givenBack, LANE, 'second', clock.now)).toMatchObject({
    status: 'taken',
    predecessorDied: false,
    lane: { concurrency: 3, leaseOwner: 'second' },
  });
});

test('a worker whose first look at the table fails gives its lane back', async () => {
  const bench = await laneBench();
  const { table, clock, deps, driver, lane } = bench;
  await bench.add('s1');
  await table.update(laneKey(LANE), {
    set: { leaseOwner: 'gone', leaseUntilMs: clock.now() - 60_000, translating: submissionKey('s1') },
  });
  const silent: typeof table = {
    ...table,
    get: async (pk) => {
      if (pk === submissionKey('s1')) throw new PlatformError('table.unreachable', 'The table did not answer.');
      return table.get(pk);
    },
  };
  await clock.run(runLane(LANE, driver, { ...deps, table: silent }).catch(() => undefined));
  await clock.advance(60_000);
  expect(await lane()).not.toHaveProperty('leaseOwner');
});
