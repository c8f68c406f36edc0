import type { Now, Sleep } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Change, Table, Value } from '../platform/table.ts';
import type { Lane } from './lane.ts';
import { changeAsOwner, RENEW_EVERY_MS, releaseLease, renewLease } from './lease.ts';

/** `parked`: somebody has stopped the lane. `lost`: another worker holds it, or the table said nothing for too long. */
export type Standing = 'working' | 'parked' | 'lost';

/** A lease in hand: renewed every ten seconds until it is let go, and what its worker may still do. */
export const holdLease = (
  lane: Lane,
  owner: string,
  { table, now, sleep, log }: { table: Table; now: Now; sleep: Sleep; log: Log },
) => {
  const { laneName } = lane;
  let untilMs = lane.leaseUntilMs ?? 0;
  let standing: Standing = 'working';
  /** What the lane is to remember, once something is written anyway. */
  let noted: Record<string, Value> = {};

  /** Handed over to one write; a write that fails puts it back, unless there is newer news. */
  const withNotes = async <Done>(write: (set: Record<string, Value>) => Promise<Done>): Promise<Done> => {
    const notes = noted;
    noted = {};
    try {
      return await write(notes);
    } catch (error) {
      noted = { ...notes, ...noted };
      throw error;
    }
  };

  const end = new AbortController();
  const renewing = (async () => {
    while (!end.signal.aborted) {
      await sleep(RENEW_EVERY_MS, end.signal);
      if (end.signal.aborted) return;
      try {
        const renewed = await withNotes((notes) => renewLease(table, laneName, owner, now, notes));
        if (renewed.status === 'renewed') untilMs = renewed.untilMs;
        else standing = renewed.status;
      } catch (error) {
        log('warn', 'lane.renew_failed', { lane: laneName, code: codeOf(error) }); // the lease's own end decides
      }
    }
  })();

  return {
    standing: (): Standing => standing,
    remainingMs: (): number => (standing === 'lost' ? 0 : untilMs - now()),
    /** The lane is parked: no further call, and whoever is next is not this worker. */
    park: (): void => {
      standing = 'parked';
    },
    /** Remembers something on the lane's item with the next write that comes, so that it costs none of its own. */
    note: (set: Record<string, Value>): void => {
      noted = { ...noted, ...set };
    },
    /** Writes to the lane's item; a write that is refused means that the lane is parked, or another worker's. */
    change: async (change: Change | undefined): Promise<void> => {
      if (change === undefined) return;
      const changed = await changeAsOwner(table, laneName, owner, change);
      if (changed !== 'changed') standing = changed;
    },
    /** Gives the lane back; with work left it rings in the same write. */
    release: async (workLeft: boolean): Promise<void> => {
      end.abort();
      await renewing;
      await withNotes((notes) => releaseLease(table, laneName, owner, workLeft, notes));
    },
  };
};
export type HeldLease = ReturnType<typeof holdLease>;
