import { describe, expect, test } from '@jest/globals';
import { isCrowded } from '../../../../lib/work/crowd.ts';
import { createDispatch } from '../../../../lib/work/dispatch.ts';
import { newLane } from '../../../../lib/work/lane.ts';
import { attentionLane, connectionLane } from '../../../../lib/work/lane-name.ts';
import { laneKey, newWork, submissionKey } from '../../../../lib/work/work-item.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';

const NOW = Date.parse('2026-11-21T09:30:00.000Z');

const setUp = async ({ lanes = ['a', 'b', 'c'], maxLanes = 50 } = {}) => {
  const table = createMemoryTable();
  for (const name of lanes) await table.put(newLane(connectionLane(name), NOW));
  const started: string[] = [];
  const counted: unknown[] = [];
  const dispatch = createDispatch({
    table,
    now: () => NOW,
    log: () => undefined,
    metrics: (values) => void counted.push(values),
    maxLanes,
    startWorker: async (lane) => void started.push(lane),
  });
  const work = async (name: string, dueAtMs = NOW - 1_000) =>
    void (await table.put({
      ...newWork({
        pk: submissionKey(`${name}${dueAtMs}`),
        kind: 'submission',
        id: `${name}${dueAtMs}`,
        source: name,
        lane: connectionLane(name),
        nowMs: NOW,
      }),
      dueAtMs,
    }));
  const change = (name: string, set: Record<string, string | number>) =>
    table.update(laneKey(connectionLane(name)), { set });
  return { table, dispatch, started, counted, work, change };
};

describe('dispatch', () => {
  test('a batch of bells starts one worker for each lane rung', async () => {
    const { dispatch, started } = await setUp();
    await dispatch.bells([connectionLane('a'), connectionLane('b'), connectionLane('a')]);
    expect(started.sort()).toEqual([connectionLane('a'), connectionLane('b')]);
  });

  test('leased, parked and backing-off lanes are left alone', async () => {
    const { dispatch, started, change } = await setUp();
    await change('a', { leaseOwner: 'w', leaseUntilMs: NOW + 1 });
    await change('b', { state: 'parked' });
    await change('c', { backoffUntilMs: NOW + 1 });
    await dispatch.bells(['a', 'b', 'c'].map(connectionLane));
    expect(started).toEqual([]);
  });

  test('a lost bell costs no lead: the minute’s tick finds what is due', async () => {
    const { dispatch, started, work } = await setUp();
    await work('b');
    await work('c', NOW + 3_600_000);
    await expect(dispatch.tick()).resolves.toEqual({ lanes: 3, started: 1, oldestDueAgeMs: 1_000 });
    expect(started).toEqual([connectionLane('b')]);
  });

  test('each tick is a heartbeat with the age of the oldest due item, a parked lane’s included; a bell is none', async () => {
    const { dispatch, counted, work, change } = await setUp();
    await dispatch.bells([connectionLane('a')]);
    expect(counted).toEqual([]);
    await dispatch.tick();
    await work('b', NOW - 90_000);
    await change('b', { state: 'parked' });
    await dispatch.tick();
    expect(counted).toEqual([
      { DispatchHeartbeat: 1, OldestDueAgeMs: 0 },
      { DispatchHeartbeat: 1, OldestDueAgeMs: 90_000 },
    ]);
  });

  test('a lane whose worker died is taken up once its lease is five seconds over', async () => {
    const { dispatch, started, work, change } = await setUp();
    await work('a');
    await work('b');
    await change('a', { leaseOwner: 'w', leaseUntilMs: NOW - 4_000 });
    await change('b', { leaseOwner: 'w', leaseUntilMs: NOW - 5_000 });
    await dispatch.tick();
    expect(started).toEqual([connectionLane('b')]);
  });

  test('with few places the lane unserved for longest goes first and workers are asked to make room', async () => {
    const { dispatch, started, work, change, table } = await setUp({ maxLanes: 2 });
    for (const name of ['a', 'b', 'c']) await work(name);
    await change('a', { servedAtMs: NOW - 10 });
    await change('b', { servedAtMs: NOW - 30 });
    await change('c', { servedAtMs: NOW - 20 });
    await dispatch.tick();
    expect(started).toEqual([connectionLane('b'), connectionLane('c')]);
    expect(await isCrowded(table, NOW)).toBe(true);
  });

  test('work of a lane that does not exist yet makes the lane', async () => {
    const { dispatch, table } = await setUp();
    await dispatch.bells([connectionLane('new')]);
    expect(await table.get(laneKey(connectionLane('new')))).toMatchObject({
      state: 'open',
      bell: connectionLane('new'),
    });
  });

  test('what waits for a person starts nobody', async () => {
    const { dispatch, started, table } = await setUp();
    await dispatch.bells([attentionLane('a'), 'nonsense']);
    expect(started).toEqual([]);
    expect(await table.get(laneKey(attentionLane('a')))).toBeUndefined();
  });
});
