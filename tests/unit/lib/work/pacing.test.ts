import { describe, expect, test } from '@jest/globals';
import type { CallOutcome, Usage } from '../../../../lib/work/outcome.ts';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { laneKey } from '../../../../lib/work/work-item.ts';
import { fault, LANE, laneBench } from './lane-bench.ts';

const MINUTE = 60_000;
const budget = () => ({ perDay: 1_000, keep: 20 });
const NONE_LEFT: Usage = { cost: 0, remaining: 0 };

/** A receiver that counts: each call costs a credit for each started ten, and says what is left. */
const setUpCounting = async (remaining: number, { says = true } = {}) => {
  const bench = await laneBench();
  let left = remaining;
  bench.answer((ids): CallOutcome => {
    const cost = Math.ceil(ids.length / 10);
    left -= cost;
    const usage: Usage = says ? { cost, remaining: left } : { cost };
    return { status: 'answered', outcomes: ids.map(() => ({ status: 'delivered' })), usage };
  });
  return {
    ...bench,
    left: () => left,
    refill: (to: number) => {
      left = to;
    },
    run: () => bench.clock.run(runLane(LANE, { ...bench.driver, budget }, bench.deps)),
  };
};

describe('a receiver that takes fewer calls at once than it is sent', () => {
  test('teaches the lane its limit, which the next worker knows', async () => {
    const { add, driver, deps, clock, table, lane, calls, item } = await laneBench();
    let inFlight = 0;
    let refused = 0;
    const takesThree: typeof driver.send = async (batch, mayCall) => {
      if (inFlight >= 3) {
        refused += 1;
        return fault({ code: 'TOO_MANY_REQUESTS', overload: true });
      }
      inFlight += 1;
      const answer = await driver.send(batch, mayCall);
      inFlight -= 1;
      return answer;
    };
    for (let n = 0; n < 1_500; n += 1) await add(`s${n}`);
    await clock.run(runLane(LANE, { ...driver, send: takesThree }, deps));
    expect(refused).toBe(5); // of the first eight; none after that
    expect((await lane())?.concurrency).toBe(3);
    expect(await lane()).not.toHaveProperty('reason'); // it goes on
    expect(await lane()).not.toHaveProperty('backoffUntilMs');
    expect(calls.every(({ ids }) => ids.length === 100)).toBe(true); // no slow start: nothing was wrong
    expect(await item('s1499')).toMatchObject({ state: 'delivered', attempts: 1 });

    await table.update(laneKey(LANE), { remove: ['bell'] });
    for (let n = 0; n < 900; n += 1) await add(`t${n}`);
    await clock.run(runLane(LANE, { ...driver, send: takesThree }, deps));
    expect(refused).toBe(5);
  });

  test('is an outage when not one call comes through: the lane backs off and has learned nothing', async () => {
    const { add, run, answer, delivered, lane, calls } = await laneBench();
    for (let n = 0; n < 900; n += 1) await add(`s${n}`);
    const tooMany = () => fault({ code: 'TOO_MANY_REQUESTS', overload: true });
    answer(tooMany, tooMany, tooMany, tooMany, tooMany, tooMany, tooMany, tooMany, delivered);
    await run();
    expect((await lane())?.concurrency).toBeUndefined();
    expect(calls.slice(8, 12).map(({ ids }) => ids.length)).toEqual([1, 2, 4, 8]);
  });
});

test('refusals because the credits are used up teach the lane nothing about calls at once: it waits for credits', async () => {
  const { add, driver, deps, clock, lane, calls, counted } = await setUpCounting(0);
  const runsOut: typeof driver.send = async (batch, mayCall) => {
    // As Zoho does: a refusal comes at once, while the calls that were taken are still under way.
    if (calls.length >= 5) return { ...fault({ code: 'TOO_MANY_REQUESTS', overload: true }), usage: NONE_LEFT };
    return { ...(await driver.send(batch, mayCall)), usage: NONE_LEFT };
  };
  for (let n = 0; n < 800; n += 1) await add(`s${n}`);
  await clock.run(runLane(LANE, { ...driver, send: runsOut, budget }, deps));
  expect(calls).toHaveLength(5); // of eight
  expect(await lane()).not.toHaveProperty('concurrency');
  expect(await lane()).not.toHaveProperty('pace');
  expect(await lane()).toMatchObject({ reason: 'credits_used_up' });
  expect(counted.filter(({ values }) => 'LaneOutOfCredits' in values)).toHaveLength(1);
});

test('a call that fails while the lane waits for credits does not hide what it waits for', async () => {
  const { add, driver, deps, clock, lane } = await setUpCounting(0);
  let sent = 0;
  const oneIsLate: typeof driver.send = async (batch, mayCall) => {
    sent += 1;
    if (sent > 1) return { ...(await driver.send(batch, mayCall)), usage: NONE_LEFT };
    await clock.sleep(5_000);
    return fault({ code: 'timeout' });
  };
  for (let n = 0; n < 1_000; n += 1) await add(`s${n}`);
  await clock.run(runLane(LANE, { ...driver, send: oneIsLate, budget }, deps));
  expect(await lane()).toMatchObject({ reason: 'credits_used_up' });
  expect(Number((await lane())?.backoffUntilMs) - clock.now()).toBeGreaterThan(10 * MINUTE);
});

test('being one call too many is no item’s fault: it is neither put behind the others nor charged', async () => {
  const { add, answer, run, table, clock, delivered, item } = await laneBench();
  await table.update(laneKey(LANE), { set: { pace: 1 } }); // a slow start: one item alone
  await add('s1');
  await clock.advance(5);
  await add('s2');
  answer(() => fault({ code: 'TOO_MANY_REQUESTS', overload: true }), delivered);
  await run();
  expect(await item('s1')).toMatchObject({ state: 'delivered', attempts: 1 });
  expect((await item('s1')).history).toHaveLength(2);
  expect(Number((await item('s1')).deliveredAtMs)).toBeLessThan(Number((await item('s2')).deliveredAtMs));
});

test('no failure shortens the wait that the receiver has asked for', async () => {
  const { add, answer, run, lane, clock } = await laneBench();
  for (let n = 0; n < 200; n += 1) await add(`s${n}`);
  answer(
    () => fault({ code: 'TOO_MANY_REQUESTS', overload: true, afterMs: 600_000 }),
    () => fault(),
  );
  const sinceMs = clock.now();
  await run();
  expect(Number((await lane())?.backoffUntilMs) - sinceMs).toBeGreaterThan(500_000);
});

describe('credits', () => {
  test('while there are plenty, nothing waits longer than its gather time', async () => {
    const { add, run, calls, clock } = await setUpCounting(900);
    const sinceMs = clock.now();
    await add('s1', { gatherMs: 2_000 });
    await run();
    expect((calls[0]?.atMs ?? 0) - sinceMs).toBeLessThan(3_000);
  });

  test('when they run low, what can wait gathers for a minute, and what is urgent goes at once', async () => {
    const { add, run, calls, clock, table } = await setUpCounting(200);
    await table.update(laneKey(LANE), {
      set: { spending: { remaining: 200, remainingAtMs: clock.now(), hours: {} } },
    });
    await add('patient', { gatherMs: 2_000 });
    await run();
    expect(calls).toEqual([]);
    await add('urgent', { group: 'other' });
    await run();
    expect(calls.map(({ ids }) => ids)).toEqual([['urgent']]);
    await clock.advance(MINUTE);
    await run();
    expect(calls.map(({ ids }) => ids)).toEqual([['urgent'], ['patient']]);
  });

  test('at the floor the lane waits, says until when, and one small call asks again', async () => {
    const { add, run, calls, lane, clock, refill, counted, left } = await setUpCounting(22);
    for (let n = 0; n < 55; n += 1) await add(`s${n}`);
    await run();
    expect(calls.map(({ ids }) => ids.length)).toEqual([55]); // nobody knew before the first answer
    expect(left()).toBe(16);

    for (let n = 0; n < 25; n += 1) await add(`t${n}`);
    await clock.advance(MINUTE * 6);
    expect(await run()).toMatchObject({ left: 'backing_off' });
    expect(calls.slice(1).map(({ ids }) => ids.length)).toEqual([10]); // asks with a single credit
    expect(await lane()).toMatchObject({ reason: 'credits_used_up' });
    expect(Number((await lane())?.backoffUntilMs) - clock.now()).toBeGreaterThan(10 * MINUTE);
    expect(counted.filter(({ values }) => 'LaneOutOfCredits' in values).length).toBeGreaterThan(0);

    refill(500);
    await clock.advance(16 * MINUTE);
    expect(await run()).toMatchObject({ left: 'empty' });
    expect(calls.flatMap(({ ids }) => ids)).toHaveLength(80);
  });

  test('go by the lane’s own count once the receiver is silent again: then more than half of them is left', async () => {
    const { add, run, lane, clock, answer, item } = await setUpCounting(22);
    for (let n = 0; n < 55; n += 1) await add(`s${n}`);
    await run();
    for (let n = 0; n < 25; n += 1) await add(`u${n}`);
    await run();
    expect(await lane()).toMatchObject({ reason: 'credits_used_up' });

    const isSilent = (ids: string[]): CallOutcome => ({
      status: 'answered',
      outcomes: ids.map(() => ({ status: 'delivered' })),
      usage: { cost: 1, remaining: 'untold' },
    });
    answer(isSilent);
    await clock.advance(16 * MINUTE);
    await run(); // asks, and hears nothing
    for (let n = 0; n < 30; n += 1) await add(`t${n}`);
    expect(await run()).toMatchObject({ left: 'empty' });
    expect(await item('t29')).toMatchObject({ state: 'delivered' });
  });

  test('that are there again leave no reason to wait on the lane', async () => {
    const { add, run, lane, clock, refill } = await setUpCounting(22);
    for (let n = 0; n < 55; n += 1) await add(`s${n}`);
    await run();
    for (let n = 0; n < 25; n += 1) await add(`u${n}`);
    await run();
    expect(await lane()).toMatchObject({ reason: 'credits_used_up' });
    refill(500);
    await clock.advance(16 * MINUTE);
    await run();
    expect(await lane()).not.toHaveProperty('reason');
    expect(await lane()).not.toHaveProperty('backoffUntilMs');
  });

  test('that run low start no worker over and over for what only waits', async () => {
    const { add, run, table, clock, lane } = await setUpCounting(200);
    await table.update(laneKey(LANE), {
      set: { spending: { remaining: 200, remainingAtMs: clock.now(), hours: {} } },
    });
    await add('patient', { gatherMs: 2_000 });
    await run();
    expect(await lane()).not.toHaveProperty('bell');
  });

  test('are counted by the lane itself where the receiver never says what is left', async () => {
    const { add, run, lane, clock } = await setUpCounting(1_000, { says: false });
    for (let n = 0; n < 120; n += 1) await add(`s${n}`);
    await run();
    expect((await lane())?.spending).toEqual({ hours: { [Math.floor(clock.now() / 3_600_000)]: 12 } });
  });
});

describe('items that gather for long', () => {
  test('go as soon as ten of them wait, though their time is up in an hour only', async () => {
    const { add, run, calls } = await laneBench();
    for (let n = 0; n < 10; n += 1) await add(`s${n}`, { gatherMs: 60 * MINUTE });
    await run();
    expect(calls.map(({ ids }) => ids.length)).toEqual([10]);
  });

  test('go before a newer one of the same person that is urgent', async () => {
    const { add, run, calls, clock } = await laneBench();
    await add('older', { gatherMs: 60 * MINUTE, email: 'a@example.com' });
    await clock.advance(MINUTE);
    await add('newer', { email: 'a@example.com' });
    await run();
    expect(calls.map(({ ids }) => ids)).toEqual([['older'], ['newer']]);
  });

  test('go as soon as ten of them wait, and no sooner', async () => {
    const { add, run, calls } = await laneBench();
    for (let n = 0; n < 9; n += 1) await add(`s${n}`, { gatherMs: 5 * MINUTE });
    await run();
    expect(calls).toEqual([]);
    for (let n = 9; n < 25; n += 1) await add(`s${n}`, { gatherMs: 5 * MINUTE });
    await run();
    expect(calls.map(({ ids }) => ids.length)).toEqual([20]);
  });

  test('go alone when their time is up', async () => {
    const { add, run, calls, clock } = await laneBench();
    await add('s1', { gatherMs: 5 * MINUTE });
    await clock.advance(5 * MINUTE);
    await run();
    expect(calls.map(({ ids }) => ids)).toEqual([['s1']]);
  });

  test('fill up the call of one that is urgent', async () => {
    const { add, run, calls } = await laneBench();
    for (let n = 0; n < 4; n += 1) await add(`s${n}`, { gatherMs: 5 * MINUTE });
    await add('urgent');
    await run();
    expect(calls.map(({ ids }) => ids.length)).toEqual([5]);
  });
});
