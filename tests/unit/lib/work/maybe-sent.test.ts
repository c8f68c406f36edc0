import { describe, expect, test } from '@jest/globals';
import { rerun } from '../../../../lib/work/rerun.ts';
import { runLane } from '../../../../lib/work/run-lane.ts';
import { submissionKey } from '../../../../lib/work/work-item.ts';
import { fault, LANE, laneBench } from './lane-bench.ts';

/** An item whose repeat the receiver would not recognise, but which it can be asked about. */
const MARKED = { repeatable: false, marked: true };
/** The same after a try. */
const SENT = { ...MARKED, lookUpGroup: 'marked' };
const timeout = () => fault({ code: 'timeout', maybeSent: true });

/** A bench whose worker is started each minute, as the dispatcher's tick does. */
const tickingBench = async (options?: { canLookUp?: boolean }) => {
  const bench = await laneBench(options);
  return {
    ...bench,
    ticks: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await bench.run();
        await bench.clock.advance(60_000);
      }
    },
  };
};

/** The worker that claimed it went away without a word. */
const abandon = async (
  { table, clock }: Awaited<ReturnType<typeof laneBench>>,
  id: string,
  more: Record<string, string | number | boolean> = {},
): Promise<number> => {
  const claimUntilMs = clock.now() + 5_000;
  const set = { state: 'sending', attempts: 1, claimOwner: 'gone:1', claimUntilMs, silentClaims: 1, ...more };
  await table.update(submissionKey(id), { set });
  return claimUntilMs;
};

describe('what may have been sent and can be looked up', () => {
  test('is delivered without another call when it is there', async () => {
    const { add, answer, held, ticks, item, calls, lookUps } = await tickingBench();
    await add('s1', MARKED);
    answer((ids) => {
      for (const id of ids) held.add(id);
      return timeout();
    });
    await ticks(3);
    expect(calls).toHaveLength(1);
    expect(lookUps).toHaveLength(1);
    expect(await item('s1')).toMatchObject({
      state: 'delivered',
      attempts: 1,
      zohoId: 'record-of-s1',
      history: [
        { outcome: 'maybe_sent', code: 'timeout' },
        { outcome: 'delivered', code: 'looked_up' },
      ],
    });
    expect(await item('s1')).not.toHaveProperty('maybeSentAtMs');
  });

  test('is sent once more when it is not there', async () => {
    const { add, answer, delivered, ticks, item, calls, lookUps } = await tickingBench();
    await add('s1', MARKED);
    answer(timeout, delivered);
    await ticks(3);
    expect(calls).toHaveLength(2);
    expect(lookUps).toHaveLength(1);
    expect(await item('s1')).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  test('waits, due and with its reason, until 60 s after the deadline of its call', async () => {
    const { add, answer, run, clock, item, calls, lookUps } = await tickingBench();
    await add('s1', MARKED);
    answer(timeout);
    await run();
    const deadlineMs = (calls[0]?.atMs ?? 0) + 20_000;
    const { dueAtMs = 0, ...waiting } = await item('s1');
    expect(waiting).toMatchObject({ state: 'pending', reason: 'maybe_sent', attempts: 0, unclearEnds: 1 });
    expect(dueAtMs).toBeGreaterThanOrEqual(deadlineMs + 60_000);
    await clock.advance(dueAtMs - clock.now() - 1_000);
    expect(lookUps).toEqual([]);
    await run();
    expect(lookUps[0]?.atMs).toBeGreaterThanOrEqual(deadlineMs + 60_000);
  });

  test('is looked up in hundreds, though it would be sent alone', async () => {
    const { add, ticks, calls, lookUps, clock } = await tickingBench();
    for (let n = 0; n < 250; n += 1)
      await add(`s${n}`, { ...SENT, maybeSentAtMs: clock.now() - 90_000, unclearEnds: 2 });
    await ticks(1);
    expect(lookUps.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
    expect(calls.length).toBe(250);
    expect(new Set(calls.map(({ ids }) => ids.length))).toEqual(new Set([1]));
  });

  test('never shares a call with what is to be sent', async () => {
    const { add, ticks, calls, lookUps, clock, held } = await tickingBench();
    held.add('doubtful');
    await add('doubtful', { ...SENT, maybeSentAtMs: clock.now() - 90_000 });
    await add('fresh', MARKED);
    await ticks(1);
    expect(lookUps.map(({ ids }) => ids)).toEqual([['doubtful']]);
    expect(calls.map(({ ids }) => ids)).toEqual([['fresh']]);
  });

  test('is looked up again when the look-up failed, and the lane backs off meanwhile', async () => {
    const { add, answer, answerLookUps, heldOnes, delivered, ticks, item, calls, lookUps, held } = await tickingBench();
    await add('s1', MARKED);
    held.add('s1');
    answer(timeout, delivered);
    let failures = 0;
    answerLookUps((ids) => {
      failures += 1;
      return failures <= 3 ? timeout() : heldOnes(ids);
    });
    await ticks(6);
    expect(lookUps).toHaveLength(4);
    expect((lookUps[1]?.atMs ?? 0) - (lookUps[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
    expect(calls).toHaveLength(1);
    // A look-up that fails is no unclear end, and uses up no try.
    expect(await item('s1')).toMatchObject({ state: 'delivered', attempts: 1, unclearEnds: 1 });
  });

  test('parks the lane when the look-up finds the connection refused, and stays in doubt', async () => {
    const { add, answer, answerLookUps, ticks, item, lane, calls } = await tickingBench();
    await add('s1', MARKED);
    answer(timeout);
    answerLookUps(() => ({ status: 'connection_fault', code: 'INVALID_TOKEN', grant: 1 }));
    await ticks(3);
    expect(await lane()).toMatchObject({ state: 'parked', reason: 'INVALID_TOKEN' });
    expect(await item('s1')).toMatchObject({ state: 'pending', maybeSentAtMs: expect.any(Number) });
    expect(calls).toHaveLength(1);
  });

  test('waits for a person when the receiver will not tell', async () => {
    const { add, answer, answerLookUps, ticks, item, calls } = await tickingBench();
    await add('s1', MARKED);
    answer(timeout);
    answerLookUps((ids) => ({
      status: 'looked_up',
      findings: ids.map(() => ({ status: 'unknown', code: 'look_up_not_permitted' })),
    }));
    await ticks(4);
    expect(calls).toHaveLength(1);
    expect(await item('s1')).toMatchObject({
      state: 'unclear',
      reason: 'look_up_not_permitted',
      lane: 'attention#demo',
    });
  });

  test('a look-up that works does not end the back-off of a receiver that takes nothing', async () => {
    const { add, answer, ticks, item, lane } = await tickingBench();
    await add('s1', MARKED);
    answer(timeout);
    await ticks(12);
    expect(await lane()).toMatchObject({ pace: 1, backoffMs: expect.any(Number) });
    expect(Number((await lane())?.backoffMs)).toBeGreaterThan(5_000);
    expect(await item('s1')).toMatchObject({ attempts: 0 });
  });

  test('is looked up 60 s after its claim ended when its worker died', async () => {
    const bench = await tickingBench();
    const { add, held, ticks, item, calls, lookUps } = bench;
    await add('s1', SENT);
    held.add('s1');
    const claimUntilMs = await abandon(bench, 's1');
    await ticks(4);
    expect(lookUps).toHaveLength(1);
    expect(lookUps[0]?.atMs).toBeGreaterThanOrEqual(claimUntilMs + 60_000);
    expect(calls).toEqual([]);
    expect(await item('s1')).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  test('is looked up at once when the worker died over the look-up', async () => {
    const bench = await tickingBench();
    const { add, clock, held, ticks, lookUps, item } = bench;
    await add('s1', SENT);
    held.add('s1');
    const claimUntilMs = await abandon(bench, 's1', { lookingUp: true, maybeSentAtMs: clock.now() - 90_000 });
    await ticks(1);
    expect(lookUps[0]?.atMs).toBeGreaterThanOrEqual(claimUntilMs);
    expect(lookUps[0]?.atMs).toBeLessThan(claimUntilMs + 5_000);
    expect(await item('s1')).toMatchObject({ state: 'delivered' });
    expect(await item('s1')).not.toHaveProperty('unclearEnds');
  });

  test('waits for a person when it was sent under another marker than today’s', async () => {
    const bench = await tickingBench();
    const { add, ticks, item, calls, lookUps } = bench;
    await add('renamed', { ...MARKED, lookUpGroup: 'former' });
    await add('marked-since', MARKED);
    for (const id of ['renamed', 'marked-since']) await abandon(bench, id);
    await ticks(3);
    expect([...calls, ...lookUps]).toEqual([]);
    for (const id of ['renamed', 'marked-since'])
      expect(await item(id)).toMatchObject({ state: 'unclear', reason: 'worker_lost' });
  });

  test('is dead after five workers have died over sending it, whatever look-ups lay between', async () => {
    const bench = await tickingBench();
    const { add, driver, deps, clock, item, lookUps } = bench;
    await add('killer', MARKED);
    let sent = 0;
    const deadly = {
      ...driver,
      send: () => {
        sent += 1;
        return new Promise<never>(() => undefined); // its worker never comes back
      },
    };
    for (let death = 0; death < 12; death += 1) {
      void runLane('zoho#demo', deadly, deps);
      await clock.advance(120_000);
      await bench.table.update('lane#zoho#demo', { remove: ['leaseOwner', 'leaseUntilMs'] });
    }
    expect(await item('killer')).toMatchObject({
      state: 'dead',
      reason: 'worker_died',
      maybeSentAtMs: expect.any(Number),
    });
    expect(sent).toBe(5);
    expect(lookUps).toHaveLength(4);
  });

  test('and fails every call it is in, it is charged, and ends before a person', async () => {
    const { add, answer, delivered, ticks, item } = await tickingBench();
    for (let n = 0; n < 12; n += 1) await add(`s${n}`, MARKED);
    answer((ids) => (ids.includes('s5') ? timeout() : delivered(ids)));
    await ticks(25);
    for (const n of [0, 4, 6, 11]) expect(await item(`s${n}`)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect((await item('s5')).attempts).toBeGreaterThan(0);
    expect(await item('s5')).toMatchObject({ state: 'pending', reason: expect.stringMatching(/maybe_sent|not_there/) });
  });
});

describe('what may have been sent and cannot be looked up', () => {
  test.each([
    ['of itself', { repeatable: false }, { canLookUp: true }],
    ['because its receiver cannot be asked', MARKED, { canLookUp: false }],
  ])('%s waits for a person after one attempt', async (_, attributes, options) => {
    const { add, answer, delivered, ticks, item, calls } = await tickingBench(options);
    await add('s1', attributes);
    answer(timeout, delivered);
    await ticks(4);
    expect(calls).toHaveLength(1);
    expect(await item('s1')).toMatchObject({ state: 'unclear', reason: 'timeout', lane: 'attention#demo' });
  });

  test('waits for a person when its worker died', async () => {
    const bench = await tickingBench();
    await bench.add('s1', { repeatable: false });
    await abandon(bench, 's1');
    await bench.ticks(2);
    expect(bench.calls).toEqual([]);
    expect(await bench.item('s1')).toMatchObject({ state: 'unclear', reason: 'worker_lost' });
  });

  test('waits for a person when its own result could not be read', async () => {
    const { add, answer, ticks, item } = await tickingBench();
    for (const [id, more] of [
      ['inserted', { repeatable: false }],
      ['marked', MARKED],
      ['upserted', {}],
    ] as const)
      await add(id, more);
    answer((ids) => ({
      status: 'answered',
      outcomes: ids.map(() => ({ status: 'retry', code: 'unreadable_result', maybeSent: true })),
    }));
    await ticks(1);
    expect(await item('inserted')).toMatchObject({ state: 'unclear', reason: 'unreadable_result' });
    expect(await item('marked')).toMatchObject({ state: 'pending', reason: 'maybe_sent', attempts: 1 });
    expect(await item('upserted')).toMatchObject({ state: 'pending', reason: 'unreadable_result', attempts: 1 });
  });
});

test('from its second unclear end on an item is sent alone, and the others together', async () => {
  const { add, answer, delivered, ticks, calls } = await tickingBench();
  for (let n = 0; n < 6; n += 1) await add(`s${n}`);
  await add('twice', { unclearEnds: 2 });
  await add('once', { unclearEnds: 1 });
  answer(delivered);
  await ticks(1);
  expect(calls.map(({ ids }) => ids).sort((a, b) => a.length - b.length)).toEqual([
    ['twice'],
    expect.arrayContaining(['once', 's0', 's5']),
  ]);
});

describe('what its receiver recognises only after a while', () => {
  const late = async () => {
    const bench = await tickingBench();
    const prepare: typeof bench.driver.prepare = async (item) => {
      const prepared = await bench.driver.prepare(item);
      return prepared.status === 'ready' ? { ...prepared, repeatAfterMs: 60_000 } : prepared;
    };
    const driver = { ...bench.driver, prepare };
    return { ...bench, run: () => bench.clock.run(runLane(LANE, driver, bench.deps)) };
  };

  test('is repeated when that is over and not before; what is no repeat goes at once', async () => {
    const { add, answer, delivered, run, clock, calls, item } = await late();
    await add('s1');
    answer(timeout, delivered);
    await run();
    expect(calls).toHaveLength(1);
    const { maybeSentAtMs = 0 } = await item('s1');
    await add('s2');
    await clock.advance(5_000);
    await run();
    expect(calls.slice(1).map(({ ids }) => ids)).toEqual([['s2']]);
    await clock.advance(120_000);
    await run();
    expect(calls.slice(2).map(({ ids }) => ids)).toEqual([['s1']]);
    expect(calls[2]?.atMs).toBeGreaterThanOrEqual(maybeSentAtMs + 60_000);
  });

  test('is in doubt, too, when only its own result could not be read', async () => {
    const { add, answer, run, item } = await late();
    await add('s1');
    answer(() => ({ status: 'answered', outcomes: [{ status: 'retry', code: 'unreadable_result', maybeSent: true }] }));
    await run();
    expect(await item('s1')).toMatchObject({ state: 'pending', attempts: 1, maybeSentAtMs: expect.any(Number) });
  });
});

test('what may have been sent stays in doubt when it cannot even be translated any more', async () => {
  const bench = await tickingBench();
  await bench.add('s1', MARKED);
  const claimUntilMs = await abandon(bench, 's1', { lookUpGroup: 'marked' });
  await bench.clock.advance(60_000);
  const prepare: typeof bench.driver.prepare = async () => ({
    status: 'settled',
    outcome: { status: 'rejected', code: 'form_removed' },
  });
  await bench.clock.run(runLane(LANE, { ...bench.driver, prepare }, bench.deps));
  expect(await bench.item('s1')).toMatchObject({ state: 'rejected', maybeSentAtMs: claimUntilMs });
});

describe('a re-run by a person', () => {
  test('looks up first what can be looked up', async () => {
    const { add, held, table, clock, ticks, item, calls, lookUps } = await tickingBench();
    const maybeSentAtMs = clock.now() - 3_600_000;
    await add('there', { ...SENT, state: 'unclear', lane: 'attention#demo', maybeSentAtMs });
    await add('not-there', { ...SENT, state: 'unclear', lane: 'attention#demo', maybeSentAtMs });
    held.add('there');
    await rerun(table, [await item('there'), await item('not-there')], clock.now());
    await ticks(1);
    expect(lookUps.flatMap(({ ids }) => ids).sort()).toEqual(['not-there', 'there']);
    expect(calls.map(({ ids }) => ids)).toEqual([['not-there']]);
    for (const id of ['there', 'not-there']) expect(await item(id)).toMatchObject({ state: 'delivered' });
  });

  test('that comes early waits for the time of the look-up all the same', async () => {
    const { add, table, clock, ticks, item, calls, lookUps } = await tickingBench();
    const maybeSentAtMs = clock.now() + 10_000;
    await add('s1', { ...SENT, state: 'unclear', lane: 'attention#demo', maybeSentAtMs });
    await rerun(table, [await item('s1')], clock.now());
    await ticks(3);
    expect(lookUps[0]?.atMs).toBeGreaterThanOrEqual(maybeSentAtMs + 60_000);
    expect(calls).toHaveLength(1);
  });

  test('sends what nobody can look up, once: a new unclear end waits for a person again', async () => {
    const { add, answer, delivered, table, clock, ticks, item, calls } = await tickingBench();
    await add('s1', { repeatable: false, state: 'unclear', lane: 'attention#demo', maybeSentAtMs: clock.now() });
    await rerun(table, [await item('s1')], clock.now());
    answer(() => fault({ code: 'network' }), timeout, delivered);
    await ticks(5);
    expect(calls).toHaveLength(2); // the first one never left
    expect(await item('s1')).toMatchObject({ state: 'unclear', reason: 'timeout' });
    await rerun(table, [await item('s1')], clock.now());
    await ticks(2);
    expect(await item('s1')).toMatchObject({ state: 'delivered' });
    expect(await item('s1')).not.toHaveProperty('sendAnyway');
  });

  test('of everything does not send what died with its worker and nobody has looked at', async () => {
    const bench = await tickingBench();
    const { add, table, clock, ticks, item, calls } = bench;
    await add('s1', { repeatable: false });
    await abandon(bench, 's1');
    await clock.advance(10_000);
    await rerun(table, [await item('s1')], clock.now());
    await ticks(2);
    expect(calls).toEqual([]);
    expect(await item('s1')).toMatchObject({ state: 'unclear' });
  });
});
