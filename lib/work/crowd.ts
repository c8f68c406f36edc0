import type { Table } from '../platform/table.ts';

const CROWD_KEY = 'crowd';
const CROWD_MS = 90_000;

/** Set by a dispatcher that found no place for a lane with work; workers that have had their minute then make room. */
export const announceCrowd = async (table: Table, nowMs: number): Promise<void> => {
  await table.put({ pk: CROWD_KEY, untilMs: nowMs + CROWD_MS });
};

export const isCrowded = async (table: Table, nowMs: number): Promise<boolean> => {
  const crowd = await table.get(CROWD_KEY);
  return typeof crowd?.untilMs === 'number' && crowd.untilMs > nowMs;
};
