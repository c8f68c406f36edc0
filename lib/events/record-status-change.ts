import type { Now, Sleep } from '../platform/clock.ts';
import { PlatformError } from '../platform/errors.ts';
import { absent, equals, type Item, type Table, type TransactOutcome, type Write } from '../platform/table.ts';
import type { Source } from '../sources/source.ts';
import { eventForStatus, isSameStatus } from '../sources/status-table.ts';
import type { EventName, WebhookSettings } from '../sources/webhook-settings.ts';
import { deliveryItem, eventItem } from './event-item.ts';
import { occurredAtMs, readModifiedTime } from './modified-time.ts';
import type { StatusChange } from './status-change.ts';
import { readStatusItem, type StatusItem, statusKey } from './status-item.ts';
import { toTrackingEvent } from './to-tracking-event.ts';

export type RecordDeps = { table: Table; now: Now; sleep: Sleep; random: () => number };

export type RecordOutcome =
  | { status: 'recorded'; eventId: string }
  /** The new status is known from now on, but makes no event. */
  | { status: 'recorded'; reason: 'unmapped_status' | 'already_counted' }
  | { status: 'unchanged' }
  /** By Zoho's own time something newer has been heard already. */
  | { status: 'ignored'; reason: 'not_newer' }
  /** Too many calls about one record at once: nothing was written. */
  | { status: 'contention' };

/** Zoho gives up on a slow receiver, and says nowhere when; it never asks again. */
const PATIENCE_MS = 4_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 800;

type Decision =
  | { kind: 'stop'; outcome: RecordOutcome }
  | { kind: 'status_only'; reason: 'unmapped_status' | 'already_counted' }
  | { kind: 'event'; type: EventName; occurrence: number };

/** What a call means for a record that stands as `last` says. */
const decide = (
  change: StatusChange,
  settings: WebhookSettings,
  last: StatusItem | undefined,
  modifiedAtMs: number | undefined,
  guarded: ReadonlyMap<EventName, number>,
): Decision => {
  if (last !== undefined && isSameStatus(last.status, change.status))
    return { kind: 'stop', outcome: { status: 'unchanged' } };
  // Zoho sends no sequence: only its own time tells a late call from a new transition.
  const countsEach = settings.count === 'every' && modifiedAtMs !== undefined;
  if (countsEach && last?.modifiedAtMs !== undefined && modifiedAtMs <= last.modifiedAtMs)
    return { kind: 'stop', outcome: { status: 'ignored', reason: 'not_newer' } };
  const type = eventForStatus(settings, change.module, change.status);
  if (type === undefined) return { kind: 'status_only', reason: 'unmapped_status' };
  const counted = Math.max(last?.counted[type] ?? 0, guarded.get(type) ?? 0);
  if (counted > 0 && !countsEach) return { kind: 'status_only', reason: 'already_counted' };
  return { kind: 'event', type, occurrence: counted + 1 };
};

const latest = (...times: Array<number | undefined>): number | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

/** `conflict` for everything that passes by itself; what does not is thrown. */
const transact = async (table: Table, writes: Write[]): Promise<TransactOutcome> => {
  try {
    return await table.transact(writes);
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'table.throttled') return { status: 'conflict' };
    throw error;
  }
};

/** One read, one decision, at most one transaction: the record's status, the event, a delivery per destination. */
const attempt = async (
  change: StatusChange,
  source: Source,
  settings: WebhookSettings,
  receivedAtMs: number,
  guarded: Map<EventName, number>,
  table: Table,
): Promise<RecordOutcome | 'again'> => {
  const pk = statusKey(source.id, change);
  const last = readStatusItem(await table.get(pk));
  const modifiedAtMs = readModifiedTime(change.modifiedTime, receivedAtMs);
  const decision = decide(change, settings, last, modifiedAtMs, guarded);
  if (decision.kind === 'stop') return decision.outcome;

  const newest = latest(last?.modifiedAtMs, modifiedAtMs);
  const known = Object.fromEntries(
    [...Object.entries(last?.counted ?? {}), ...guarded].map(([name, count]) => [name, count]),
  );
  const status: Item = {
    pk,
    status: change.status,
    rev: (last?.rev ?? 0) + 1,
    counted: decision.kind === 'event' ? { ...known, [decision.type]: decision.occurrence } : known,
    changedAtMs: receivedAtMs,
    ...(newest === undefined ? {} : { modifiedAtMs: newest }),
  };
  const asRead = last === undefined ? absent('pk') : equals('rev', last.rev);
  if (decision.kind === 'status_only') {
    const written = await transact(table, [{ put: status, if: asRead }]);
    return written.status === 'written' ? { status: 'recorded', reason: decision.reason } : 'again';
  }

  const event = toTrackingEvent(change, {
    source: source.id,
    settings,
    type: decision.type,
    occurrence: decision.occurrence,
    previousStatus: last?.status,
    occurredAtMs: occurredAtMs(modifiedAtMs, receivedAtMs),
  });
  const written = await transact(table, [
    { put: status, if: asRead },
    {
      put: eventItem(
        event,
        { amountText: change.amountText, destinations: Object.keys(source.destinations) },
        receivedAtMs,
      ),
      if: absent('pk'),
    },
    ...Object.entries(source.destinations).map(([name, { type }]) => ({
      put: deliveryItem(event, name, type, receivedAtMs),
      if: absent('pk'),
    })),
  ]);
  if (written.status === 'written') return { status: 'recorded', eventId: event.id };
  // The event's id is the guard: if it is taken, this occurrence has been counted, whatever the status item says.
  if (written.status === 'refused' && written.failed[1] !== undefined) guarded.set(decision.type, decision.occurrence);
  return 'again';
};

/**
 * Records one status change once, however often and from however many calls at a time it comes. First sight of a
 * record is a change.
 * @param receivedAtMs when the call came, if that was not just now
 * @throws {PlatformError} `table.unreachable`
 */
export const recordStatusChange = async (
  change: StatusChange,
  source: Source,
  settings: WebhookSettings,
  { table, now, sleep, random }: RecordDeps,
  receivedAtMs: number = now(),
): Promise<RecordOutcome> => {
  const startedAtMs = now();
  const guarded = new Map<EventName, number>();
  for (let tries = 0; ; tries += 1) {
    const outcome = await attempt(change, source, settings, receivedAtMs, guarded, table);
    if (outcome !== 'again') return outcome;
    const waitMs = random() * Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
    if (now() + waitMs > startedAtMs + PATIENCE_MS) return { status: 'contention' };
    await sleep(waitMs);
  }
};
