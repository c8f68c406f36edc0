import { absent, allOf, type Change, type Condition, equals, type Table } from '../platform/table.ts';
import { isAbandoned, maybeSentUntilMs } from './doubt.ts';
import type { Errand } from './plan-call.ts';
import type { WorkItem } from './work-item.ts';
import { type WriteOptions, writeItems } from './write-items.ts';

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
  { owner, untilMs, errand, lookUpGroupOf }: ClaimOptions,
): { item: ClaimedItem; change: Change } => {
  // Its worker went away without a word: the call may have been made.
  const maybeSentAtMs = isAbandoned(item) ? maybeSentUntilMs(item, untilMs) : item.maybeSentAtMs;
  const unclearEnds = (item.unclearEnds ?? 0) + (isAbandoned(item) ? 1 : 0);
  const silentClaims = (item.silentClaims ?? 0) + 1;
  const isLookUp = errand === 'look_up';
  const lookUpGroup = isLookUp ? item.lookUpGroup : lookUpGroupOf(item);
  const set = {
    state: 'sending' as const,
    attempts: item.attempts + 1,
    claimOwner: owner,
    claimUntilMs: untilMs,
    silentClaims,
    ...(isLookUp ? { lookingUp: true } : {}),
    ...(lookUpGroup === undefined ? {} : { lookUpGroup }),
    ...(maybeSentAtMs === undefined ? {} : { maybeSentAtMs }),
    ...(unclearEnds === 0 ? {} : { unclearEnds }),
  };
  const { lookingUp: _, lookUpGroup: _former, ...rest } = item;
  const remove = [...(isLookUp ? [] : ['lookingUp']), ...(lookUpGroup === undefined ? ['lookUpGroup'] : [])];
  return { item: { ...rest, ...set }, change: { set, remove: ['bell', ...remove] } };
};

export type ClaimOptions = WriteOptions & {
  owner: string;
  untilMs: number;
  errand: Errand;
  /** How an item can be looked up once it is sent; undefined: it cannot be. */
  lookUpGroupOf: (item: WorkItem) => string | undefined;
};

/**
 * Claims the items for one call; what somebody else touched in between is left out. The index keys stay as they are,
 * so an abandoned item is found where it was.
 * @param items at most 100, each claimable
 * @throws {PlatformError} when the table takes none of them
 */
export const claimItems = async (table: Table, items: WorkItem[], options: ClaimOptions): Promise<ClaimedItem[]> => {
  const claims = items.map((item) => {
    const { item: taken, change } = claimed(item, options);
    return { taken, write: { update: item.pk, change, if: asRead(item) } };
  });
  const outcomes = await writeItems(
    table,
    claims.map(({ write }) => write),
    options,
  );
  const [first] = outcomes;
  if (first?.status === 'failed' && outcomes.every(({ status }) => status === 'failed')) throw first.error;
  // Refused by our own value: the answer to a repeated write, of which the first one succeeded.
  return claims.flatMap(({ taken }, index) => {
    const outcome = outcomes[index];
    const isOurs =
      outcome?.status === 'written' || (outcome?.status === 'refused' && outcome.item?.claimOwner === options.owner);
    return isOurs ? [taken] : [];
  });
};

/**
 * Writes the outcomes of a call's items, each only if its claim still stands. An item whose claim is gone has been
 * taken over by another worker: its state is theirs, and is left alone.
 * @throws {PlatformError} when the table takes some of them not even after repeats; the others are written
 */
export const recordOutcomes = async (
  table: Table,
  settled: Array<{ item: ClaimedItem; change: Change }>,
  options: WriteOptions,
): Promise<void> => {
  const writes = settled.map(({ item, change }) => ({
    update: item.pk,
    change,
    if: allOf(equals('state', 'sending'), equals('claimOwner', item.claimOwner)),
  }));
  const outcomes = await writeItems(table, writes, options);
  for (const outcome of outcomes) if (outcome.status === 'failed') throw outcome.error;
};
