import type { Sleep } from '../platform/clock.ts';
import { absent, allOf, type Change, type Condition, equals, type Table, type Write } from '../platform/table.ts';
import { isAbandoned, maybeSentUntilMs } from './doubt.ts';
import type { Errand } from './plan-call.ts';
import type { WorkItem } from './work-item.ts';

export type ClaimedItem = WorkItem & { claimOwner: string; claimUntilMs: number };

/** Nobody has touched the item since it was read: every write changes at least one of these. */
export const asRead = (item: WorkItem): Condition =>
  allOf(
    equals('state', item.state),
    equals('attempts', item.attempts),
    item.dueAtMs === undefined ? absent('dueAtMs') : equals('dueAtMs', item.dueAtMs),
    item.claimOwner === undefined ? absent('claimOwner') : equals('claimOwner', item.claimOwner),
  );

/** May be claimed: it waits, or the worker that had claimed it let the claim run out. */
export const isClaimable = (item: WorkItem, nowMs: number): boolean =>
  item.state === 'pending' || (item.state === 'sending' && (item.claimUntilMs ?? 0) <= nowMs);

const claimed = (
  item: WorkItem,
  { owner, untilMs, errand }: Pick<ClaimOptions, 'owner' | 'untilMs' | 'errand'>,
): { item: ClaimedItem; change: Change } => {
  // Its worker went away without a word: the call may have been made.
  const maybeSentAtMs = isAbandoned(item) ? maybeSentUntilMs(item, untilMs) : item.maybeSentAtMs;
  const unclearEnds = (item.unclearEnds ?? 0) + (isAbandoned(item) ? 1 : 0);
  const silentClaims = (item.silentClaims ?? 0) + 1;
  const set = {
    state: 'sending' as const,
    attempts: item.attempts + 1,
    claimOwner: owner,
    claimUntilMs: untilMs,
    silentClaims,
    ...(errand === 'look_up' ? { lookingUp: true } : {}),
    ...(maybeSentAtMs === undefined ? {} : { maybeSentAtMs }),
    ...(unclearEnds === 0 ? {} : { unclearEnds }),
  };
  const { lookingUp: _, ...rest } = item;
  return {
    item: { ...rest, ...set },
    change: { set, remove: errand === 'look_up' ? ['bell'] : ['bell', 'lookingUp'] },
  };
};

export type ClaimOptions = {
  owner: string;
  untilMs: number;
  errand: Errand;
  sleep: Sleep;
  random: () => number;
};

const CONFLICT_TRIES = 5;

/**
 * Claims the items for one call, in one transaction; what somebody else touched in between is left out.
 * The index keys stay as they are, so an abandoned item is found where it was.
 * @param items at most 100, each claimable
 */
export const claimItems = async (table: Table, items: WorkItem[], options: ClaimOptions): Promise<ClaimedItem[]> => {
  let wanted = items;
  for (let attempt = 0; wanted.length > 0 && attempt < CONFLICT_TRIES; attempt += 1) {
    const claims = wanted.map((item) => ({
      read: item,
      ...claimed(item, options),
    }));
    const writes = claims.map(({ read, change }): Write => ({ update: read.pk, change, if: asRead(read) }));
    const outcome = await writeTogether(table, writes);
    if (outcome.status === 'written') return claims.map(({ item }) => item);
    if (outcome.status === 'conflict') await options.sleep(20 + options.random() * 80 * (attempt + 1));
    else if (outcome.failed.every((entry) => entry === undefined || entry.item?.claimOwner === options.owner)) {
      return claims.map(({ item }) => item); // refused by our own values: a repeat of a write that had succeeded
    } else wanted = wanted.filter((_, index) => outcome.failed[index] === undefined);
  }
  return [];
};

/** One write alone costs half of what it costs in a transaction. */
const writeTogether = async (table: Table, writes: Write[]): ReturnType<Table['transact']> => {
  const [first] = writes;
  if (writes.length !== 1 || first === undefined || !('update' in first)) return table.transact(writes);
  const outcome = await table.update(first.update, first.change, first.if);
  return outcome.status === 'written'
    ? outcome
    : { status: 'refused', failed: [outcome.item === undefined ? {} : { item: outcome.item }] };
};

/**
 * Writes the outcomes of a call's items, each only if its claim still stands. An item whose claim is gone has been
 * taken over by another worker: its state is theirs, and is left alone.
 */
export const recordOutcomes = async (
  table: Table,
  settled: Array<{ item: ClaimedItem; change: Change }>,
  { sleep, random }: Pick<ClaimOptions, 'sleep' | 'random'>,
): Promise<void> => {
  let wanted = settled;
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    const writes = wanted.map(
      ({ item, change }): Write => ({
        update: item.pk,
        change,
        if: allOf(equals('state', 'sending'), equals('claimOwner', item.claimOwner)),
      }),
    );
    const outcome = await writeTogether(table, writes);
    if (outcome.status === 'written') return;
    if (outcome.status === 'refused') wanted = wanted.filter((_, index) => outcome.failed[index] === undefined);
    else if (attempt < CONFLICT_TRIES) await sleep(20 + random() * 80 * (attempt + 1));
    else {
      // Somebody keeps touching one of them; alone each of the others gets through.
      await Promise.all(
        wanted.map(({ item, change }) =>
          table.update(item.pk, change, allOf(equals('state', 'sending'), equals('claimOwner', item.claimOwner))),
        ),
      );
      return;
    }
  }
};
