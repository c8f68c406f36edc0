import { equals, exists, type Table } from '../platform/table.ts';
import { laneKey } from './work-item.ts';

/** Stops a lane by hand: items come in and wait. False when there is no such lane. */
export const parkLane = async (table: Table, lane: string, reason: string, nowMs: number): Promise<boolean> => {
  const parked = await table.update(
    laneKey(lane),
    { set: { state: 'parked', reason, parkedAtMs: nowMs } },
    exists('pk'),
  );
  return parked.status === 'written';
};

/**
 * Lets a lane go on, whatever stopped it, and rings it. Its slow start stays: one item goes first, so that a lane
 * opened too early fails once and is parked again.
 */
export const openLane = async (table: Table, lane: string): Promise<'opened' | 'open_already' | 'unknown'> => {
  const opened = await table.update(
    laneKey(lane),
    { set: { state: 'open', pace: 1, bell: lane }, remove: ['reason', 'parkedAtMs', 'backoffUntilMs', 'backoffMs'] },
    equals('state', 'parked'),
  );
  if (opened.status === 'written') return 'opened';
  return opened.item === undefined ? 'unknown' : 'open_already';
};
