import { type ReplayOutcome, readStoredCall, replayCall } from '../../../lib/events/replay-call.ts';
import type { Item } from '../../../lib/platform/table.ts';
import { createSourceLoader } from '../../../lib/sources/load-source.ts';
import { readAllLanes } from '../../../lib/work/all-lanes.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { readLane } from '../../../lib/work/lease.ts';
import { rerun } from '../../../lib/work/rerun.ts';
import { type WorkItem, workAttributes } from '../../../lib/work/work-item.ts';
import { CONNECTION, sources } from './sources.ts';
import type { World } from './world.ts';

/** The retry schedule's 77 hours, twenty per cent more, and some. */
const LONGEST_MS = 110 * 3_600_000;
const LONGEST_INVOCATION_MS = 301_000;

export const workItems = (world: World): WorkItem[] =>
  world.stores.memoryRecords
    .items()
    .filter(({ kind }) => kind === 'submission' || kind === 'delivery')
    .map((item) => workAttributes.parse(item));

const isUnfinished = ({ state }: WorkItem): boolean => state === 'pending' || state === 'sending';

/** What a person does who sees the alarms: reconnects, replays quarantined calls, runs again what its workers died of. */
const operate = async (world: World, reran: Set<string>): Promise<void> => {
  const { clock, stores, zoho, actors } = world;
  const { records } = stores;
  const lane = await readLane(records, connectionLane(CONNECTION));
  const isConnected = (await stores.tokens.get(`token#${CONNECTION}`)) !== undefined;
  if (!isConnected || lane?.state === 'parked') await clock.run(actors.visit(await zoho.newCode()));

  for (const item of stores.memoryRecords.items()) {
    if (item.kind !== 'call' || item.state !== 'quarantined') continue;
    const source = sources.find(({ id }) => id === item.source);
    if (source === undefined) continue;
    await clock.run(replay(world, item, source.id));
  }
  const dead = workItems(world).filter(({ state, id }) => state === 'dead' && !reran.has(id));
  for (const item of dead) {
    reran.add(item.id);
    if (strikes(world) < (DEADLY[item.reason ?? ''] ?? Infinity))
      world.audit.violate(`a ${item.kind} is dead of ${item.reason} after ${strikes(world)} strikes on workers`);
  }
  if (dead.length > 0) await rerun(records, dead, clock.now());
};

/** What an item may be dead of here, and how many strikes on its workers that takes; no outage is among it. */
const DEADLY: Record<string, number> = {
  worker_died: 5,
  /** One that raised the suspicion, two over its translation. */
  ends_its_worker: 3,
};

/** What can end a claim or a translation without an outcome. */
const strikes = ({ doom, fleet, troubles }: World): number => {
  let silent = 0;
  for (const [name, count] of troubles.counts()) if (name.startsWith('table ')) silent += count;
  return doom.freezes() + fleet.workerDeaths() + silent;
};

const replay = async (world: World, item: Item, id: string): Promise<ReplayOutcome | undefined> => {
  const { clock, stores, noise } = world;
  const loadSource = createSourceLoader({ table: stores.records, now: clock.now, log: () => undefined });
  const loaded = await loadSource(id);
  if (loaded === undefined) return undefined;
  return replayCall(readStoredCall(item), loaded.source, {
    table: stores.records,
    now: clock.now,
    sleep: clock.sleep,
    random: noise.next,
  });
};

/** When something can happen next, as far as the items and lanes say. */
const nextMs = async (world: World, unfinished: WorkItem[]): Promise<number> => {
  const lanes = await readAllLanes(world.stores.records);
  const free = new Map(
    lanes.map((lane) => [lane.laneName, Math.max(lane.backoffUntilMs ?? 0, (lane.leaseUntilMs ?? 0) + 5_000)]),
  );
  return Math.min(
    ...unfinished.map((item) =>
      Math.max((item.state === 'sending' ? item.claimUntilMs : item.dueAtMs) ?? 0, free.get(item.lane ?? '') ?? 0),
    ),
  );
};

/**
 * Lets the world come to rest, with everything working again: ticks, and the operator's doing, until nothing is
 * unfinished or the longest time anything may take is over. Time in which nothing can happen is skipped.
 * @returns the ids that had to be run again because they were dead
 */
export const drain = async (world: World): Promise<ReadonlySet<string>> => {
  const { clock, bells, fleet } = world;
  const reran = new Set<string>();
  const giveUpAtMs = clock.now() + LONGEST_MS;
  await clock.advance(36_000); // what was under way arrives, and leases of the dead run out
  while (clock.now() < giveUpAtMs) {
    await operate(world, reran);
    if (world.hasTick) void bells.tick();
    await clock.advance(8_000);
    for (let waitedMs = 0; !fleet.isIdle() && waitedMs < LONGEST_INVOCATION_MS; waitedMs += 4_000)
      await clock.advance(4_000);
    const items = workItems(world);
    const unfinished = items.filter(isUnfinished);
    const isOver = unfinished.length === 0 && !items.some(({ state, id }) => state === 'dead' && !reran.has(id));
    if (isOver && (await isAtEase(world))) return reran;
    const waitMs = (await nextMs(world, unfinished)) - clock.now();
    await clock.advance(Math.min(Math.max(waitMs, 5_000), 12 * 3_600_000));
    if (!world.hasTick && waitMs < 0 && fleet.isIdle()) break; // nothing will ever wake anybody
  }
  return reran;
};

/** Connected, and no call waits for a person. */
const isAtEase = async (world: World): Promise<boolean> => {
  const lane = await readLane(world.stores.records, connectionLane(CONNECTION));
  const isConnected = (await world.stores.tokens.get(`token#${CONNECTION}`)) !== undefined;
  const isQuiet = !world.stores.memoryRecords.items().some(({ state }) => state === 'quarantined');
  return isConnected && lane?.state === 'open' && isQuiet;
};
