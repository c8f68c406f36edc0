import type { Now } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { type Metrics, noMetrics } from '../platform/metrics.ts';
import { absent, type Table } from '../platform/table.ts';
import { readAllLanes } from './all-lanes.ts';
import { announceCrowd } from './crowd.ts';
import { type Lane, laneAttributes, newLane } from './lane.ts';
import { readLaneName } from './lane-name.ts';
import { isBackingOff, isLeased } from './lease.ts';
import { laneKey } from './work-item.ts';

export type DispatchDeps = {
  table: Table;
  now: Now;
  log: Log;
  /** @default counts nothing */
  metrics?: Metrics;
  /** Most lanes that are served at once; a target, which simultaneous dispatches may pass. */
  maxLanes: number;
  /** Starts the lane's worker; resolves once it is accepted. */
  startWorker: (lane: string) => Promise<void>;
};

const NEARLY_FULL = 0.8;
/** Due within this time counts as due: a worker naps until then. */
const SOON_MS = 2_000;
const PARALLEL_READS = 20;

const isFree = (lane: Lane, nowMs: number): boolean =>
  lane.state === 'open' && !isLeased(lane, nowMs) && !isBackingOff(lane, nowMs);

const readLanes = async (table: Table, lanes: string[]): Promise<Lane[]> =>
  (await table.getMany(lanes.map(laneKey))).map((item) => laneAttributes.parse(item));

/**
 * Finds lanes with work and starts one worker for each. It may miss any bell: the minute's tick asks every open lane
 * for its oldest due item.
 */
export const createDispatch = ({ table, now, log, metrics = noMetrics, maxLanes, startWorker }: DispatchDeps) => {
  /** Lanes in service as last seen by this instance; unknown until it has looked. */
  let running: number | undefined;

  const start = async (lanes: Lane[], places: number): Promise<number> => {
    // The lane unserved for longest goes first, so that none starves.
    const inOrder = [...lanes].sort((a, b) => (a.servedAtMs ?? 0) - (b.servedAtMs ?? 0));
    const started = inOrder.slice(0, Math.max(0, places));
    const results = await Promise.allSettled(started.map((lane) => startWorker(lane.laneName)));
    for (const [index, result] of results.entries())
      if (result.status === 'rejected')
        log('warn', 'dispatch.start_failed', { lane: started[index]?.laneName, code: codeOf(result.reason) });
    if (started.length < lanes.length) {
      await announceCrowd(table, now());
      log('warn', 'dispatch.crowded', { lanes: lanes.length - started.length });
    }
    return started.length;
  };

  const oldestDueAtMs = async (lane: Lane): Promise<number | undefined> => {
    const { rows } = await table.query({ index: 'work', partition: lane.laneName, to: now() + SOON_MS, limit: 1 });
    return rows[0]?.at;
  };

  /** Asks every lane for its oldest due item; `rung` lanes count as waiting even where the index is still behind. */
  const look = async (rung: ReadonlySet<string>) => {
    const lanes = await readAllLanes(table);
    const nowMs = now();
    running = lanes.filter((lane) => isLeased(lane, nowMs)).length;
    const waiting: Lane[] = [];
    let oldest = nowMs;
    for (let at = 0; at < lanes.length; at += PARALLEL_READS) {
      const some = lanes.slice(at, at + PARALLEL_READS);
      const due = await Promise.all(some.map(oldestDueAtMs));
      for (const [index, lane] of some.entries()) {
        const dueAtMs = due[index];
        oldest = Math.min(oldest, dueAtMs ?? nowMs);
        if ((dueAtMs !== undefined || rung.has(lane.laneName)) && isFree(lane, nowMs)) waiting.push(lane);
      }
    }
    const started = await start(waiting, maxLanes - running);
    running += started;
    return { lanes: lanes.length, started, oldestDueAgeMs: nowMs - oldest };
  };

  /** Each minute: every lane is asked. Returns the age of the oldest due item, for the heartbeat. */
  const tick = async (): Promise<{ lanes: number; started: number; oldestDueAgeMs: number }> => {
    const beat = await look(new Set());
    log('info', 'dispatch.tick', beat);
    metrics({ DispatchHeartbeat: 1, OldestDueAgeMs: beat.oldestDueAgeMs });
    return beat;
  };

  /** A batch of bells. A lane that is leased, parked or backing off is skipped: its worker sees the item anyway. */
  const bells = async (rung: string[]): Promise<void> => {
    const lanes = [...new Set(rung)].filter((lane) => {
      const receiver = readLaneName(lane);
      return receiver !== undefined && receiver.kind !== 'attention';
    });
    const known = await readLanes(table, lanes);
    await createMissing(lanes.filter((lane) => !known.some(({ laneName }) => laneName === lane)));
    if (running === undefined || running >= maxLanes * NEARLY_FULL) {
      await look(new Set(lanes));
      return;
    }
    running += await start(
      known.filter((lane) => isFree(lane, now())),
      maxLanes - running,
    );
  };

  /** Work without a lane would never be served; the new lane rings for itself. */
  const createMissing = async (missing: string[]): Promise<void> => {
    await Promise.all(missing.map((lane) => table.put({ ...newLane(lane, now()), bell: lane }, absent('pk'))));
  };

  return { tick, bells };
};
