import type { Now } from '../platform/clock.ts';
import { codeOf, PlatformError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { type Change, equals, type IndexRow, type Item, type Table } from '../platform/table.ts';
import { asRead, isClaimable } from './claim.ts';
import { isAbandoned, isInDoubt, maybeSentUntilMs } from './doubt.ts';
import { type LaneDriver, lookUpAfterMs, type Prepared } from './lane-driver.ts';
import { awaitLookUpOfAbandoned } from './look-up.ts';
import type { Candidate, Errand } from './plan-call.ts';
import { setApartDead, setApartUnclear, settle } from './settle.ts';
import { isFeared, type TranslationWatch } from './translation-watch.ts';
import { isExpired, needsPerson, type WorkItem, workAttributes } from './work-item.ts';

/** Rows read at once: more than every call in flight can hold, so that there is always a next one. */
const WINDOW = 2_000;
/**
 * How far ahead items are seen that could fill a started ten, or must go before a newer one of their person: as far as
 * the longest gather time there is, and clocks that differ.
 */
const LOOK_AHEAD_MS = 61 * 60_000;
/** Claims in a row whose worker died without a word: the item kills its workers. */
const MAX_SILENT_CLAIMS = 5;

type Ready<Payload> = Extract<Prepared<Payload>, { status: 'ready' }>;
/** `dueAtMs`: the item's own, or the time of its look-up or of its repeat if that is later. */
type Seen<Payload> = { item: WorkItem; prepared: Ready<Payload>; errand: Errand; dueAtMs: number };

/** An item that waits for its first try and for nothing but company. */
const isGathering = (item: WorkItem): boolean =>
  item.state === 'pending' && item.history.length === 0 && item.attempts === 0;

/** Oldest first; what failed alone goes behind the others. */
const inOrder = ({ item: a }: { item: WorkItem }, { item: b }: { item: WorkItem }): number =>
  Number(a.failedAloneAtMs !== undefined) - Number(b.failedAloneAtMs !== undefined) ||
  a.createdAtMs - b.createdAtMs ||
  (a.pk < b.pk ? -1 : 1);

/** What a worker knows of its lane's items: read from the index, checked against the items themselves. */
export const createLaneView = <Payload>(
  lane: string,
  driver: LaneDriver<Payload>,
  {
    table,
    now,
    random,
    log,
    onEnd,
    watch,
  }: {
    table: Table;
    now: Now;
    random: () => number;
    log: Log;
    onEnd: (change: Change) => void;
    watch: TranslationWatch;
  },
) => {
  /** After each look in the order in which they go. */
  let seen = new Map<string, Seen<Payload>>();
  const inFlight = new Set<string>();

  let nextForeignClaimEndsMs: number | undefined;

  const end = async (item: WorkItem, change: Change): Promise<void> => {
    if ((await table.update(item.pk, change, asRead(item))).status === 'written') onEnd(change);
  };

  /** Undefined for an item nobody can translate: a person must see it, and the others must not wait for it. */
  const prepare = async (item: WorkItem): Promise<Prepared<Payload> | undefined> => {
    try {
      await watch.before(item);
      return await driver.prepare(item);
    } catch (error) {
      if (error instanceof PlatformError) throw error; // the table's fault, not the item's
      log('error', 'lane.item_unreadable', { lane, id: item.id, code: codeOf(error) });
      return undefined;
    }
  };

  /** What is no work item at all is taken off the lane, so that it cannot end every worker that meets it. */
  const readItem = async (found: Item): Promise<WorkItem | undefined> => {
    const item = workAttributes.safeParse(found);
    if (item.success) return item.data;
    log('error', 'lane.item_malformed', { lane, id: found.pk });
    const source = typeof found.source === 'string' ? found.source : 'unknown';
    const set = { state: 'dead', reason: 'malformed', ...needsPerson(source, now()) };
    await table.update(found.pk, { set, remove: ['bell'] }, equals('lane', lane));
    return undefined;
  };

  const look = async (item: WorkItem): Promise<void> => {
    if (!isClaimable(item, now())) {
      if (item.state === 'sending')
        nextForeignClaimEndsMs = Math.min(nextForeignClaimEndsMs ?? Infinity, item.claimUntilMs ?? Infinity);
      return;
    }
    if (item.state === 'sending' && (item.silentClaims ?? 0) >= MAX_SILENT_CLAIMS) {
      await end(item, setApartDead(item, 'worker_died', now()));
      return;
    }
    const prepared = await prepare(item);
    if (prepared === undefined) await end(item, setApartDead(item, 'cannot_be_read', now()));
    else if (prepared.status === 'settled')
      await end(item, inDoubtAsBefore(item, settle(item, prepared.outcome, { nowMs: now(), random: random() })));
    else if (!prepared.repeatable && isInDoubt(item)) await doubt(item, prepared);
    else seen.set(item.pk, { item, prepared, errand: 'send', dueAtMs: notBeforeMs(item, prepared.repeatAfterMs) });
  };

  /** What its worker left without a word may have been sent, whatever has become of its form since. */
  const inDoubtAsBefore = (item: WorkItem, change: Change): Change =>
    isAbandoned(item) ? { ...change, set: { ...change.set, maybeSentAtMs: maybeSentUntilMs(item, now()) } } : change;

  /** What is in doubt waits this long after the try that may have been sent. */
  const notBeforeMs = (item: WorkItem, afterMs: number | undefined): number =>
    afterMs !== undefined && isInDoubt(item)
      ? Math.max(item.dueAtMs ?? 0, maybeSentUntilMs(item, now()) + afterMs)
      : (item.dueAtMs ?? 0);

  /** What may have been sent and would not be recognised is looked up, or waits for a person. */
  const doubt = async (item: WorkItem, prepared: Ready<Payload>): Promise<void> => {
    const nowMs = now();
    // What was sent under another marker, or none, would not be found by today's.
    const isAsSent = item.lookUpGroup === prepared.lookUpGroup;
    const afterMs = isAsSent ? lookUpAfterMs(driver, prepared) : undefined;
    if (afterMs !== undefined) {
      if (isAbandoned(item)) return end(item, awaitLookUpOfAbandoned(item, { afterMs, nowMs }));
      seen.set(item.pk, { item, prepared, errand: 'look_up', dueAtMs: notBeforeMs(item, afterMs) });
      return;
    }
    if (isAbandoned(item)) return end(item, setApartUnclear(item, 'worker_lost', nowMs));
    if (item.sendAnyway !== true) return end(item, setApartUnclear(item, item.reason ?? 'maybe_sent', nowMs));
    seen.set(item.pk, { item, prepared, errand: 'send', dueAtMs: item.dueAtMs ?? 0 });
  };

  /** Read as it stands on the index. */
  const isKnown = ({ pk, at }: IndexRow): boolean => seen.get(pk)?.item.dueAtMs === at;

  const forgetAllBut = (listed: ReadonlySet<string>): void => {
    for (const pk of seen.keys()) if (!listed.has(pk)) seen.delete(pk);
  };

  /** Reads the index, and the items it names that are new or moved. */
  const refresh = async (gatherAtLeastMs = 0): Promise<void> => {
    const page = await table.query({ index: 'work', partition: lane, to: now() + LOOK_AHEAD_MS, limit: WINDOW });
    nextForeignClaimEndsMs = undefined;
    if (page.next === undefined) forgetAllBut(new Set(page.rows.map(({ pk }) => pk)));
    const unread = page.rows.filter((row) => !inFlight.has(row.pk) && !isKnown(row)).map(({ pk }) => pk);
    const feared: WorkItem[] = [];
    for (const found of await table.getMany(unread)) {
      if (inFlight.has(found.pk) || isExpired(found, now())) continue;
      seen.delete(found.pk);
      if (found.lane !== lane) continue;
      const item = await readItem(found);
      if (item === undefined) continue;
      if (isFeared(item)) feared.push(item);
      else await look(item);
    }
    // Whoever may end this worker waits until the others are served; those whose time has not come do not count.
    const [last] = feared;
    const isIdle = inFlight.size === 0 && candidates(gatherAtLeastMs).every(({ waitsMs }) => waitsMs > 0);
    if (last !== undefined && isIdle) await look(last);
    seen = new Map([...seen].sort(([, a], [, b]) => inOrder(a, b)));
    await watch.after();
  };

  /** An item in a hurry has no gather time at all; the others wait at least as long as the allowance asks. */
  const wantedAtMs = ({ item, errand, dueAtMs }: Seen<Payload>, gatherAtLeastMs: number): number => {
    const waits = errand === 'send' && isGathering(item) && dueAtMs > item.createdAtMs;
    return waits ? Math.max(dueAtMs, item.createdAtMs + gatherAtLeastMs) : dueAtMs;
  };

  const mayGo = ({ item, errand, dueAtMs }: Seen<Payload>, nowMs: number): boolean =>
    !inFlight.has(item.pk) && (dueAtMs <= nowMs || (errand === 'send' && isGathering(item)));

  const candidates = (gatherAtLeastMs = 0): Candidate[] => {
    const nowMs = now();
    return [...seen.values()]
      .filter((one) => mayGo(one, nowMs))
      .map((one) => ({
        item: one.item,
        errand: one.errand,
        group: (one.errand === 'look_up' ? one.prepared.lookUpGroup : undefined) ?? one.prepared.group,
        // A look-up changes nothing, so nobody need wait for it.
        keys: one.errand === 'look_up' ? [] : one.prepared.keys,
        waitsMs: Math.max(0, wantedAtMs(one, gatherAtLeastMs) - nowMs),
      }));
  };

  const hasCandidates = (count: number): boolean => {
    const nowMs = now();
    let found = 0;
    for (const one of seen.values()) {
      if (found >= count) break;
      if (mayGo(one, nowMs)) found += 1;
    }
    return found >= count;
  };

  return {
    refresh,
    isKnown,
    /** What could go into the next call, in the order in which it goes. */
    candidates,
    /** Whether there are at least so many of them. */
    hasCandidates,
    /** Whether anything waits, due or gathering. */
    hasWork: (): boolean => [...seen.keys()].some((pk) => !inFlight.has(pk)),
    preparedOf: (pk: string) => seen.get(pk)?.prepared,
    /** The items are in a call: nobody else of this worker may touch them. */
    start: (items: WorkItem[]) => {
      for (const item of items) inFlight.add(item.pk);
    },
    /** The call is over; what is still to be done is read anew. */
    finish: (items: WorkItem[]) => {
      for (const item of items) {
        inFlight.delete(item.pk);
        seen.delete(item.pk);
      }
    },
    /** When the next item wants to go, as far as is known. */
    nextDueAtMs: (gatherAtLeastMs = 0): number | undefined => {
      let next = nextForeignClaimEndsMs;
      for (const one of seen.values())
        if (!inFlight.has(one.item.pk)) next = Math.min(next ?? Infinity, wantedAtMs(one, gatherAtLeastMs));
      return next;
    },
  };
};

export type LaneView<Payload> = ReturnType<typeof createLaneView<Payload>>;
