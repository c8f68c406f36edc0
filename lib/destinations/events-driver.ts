import { readDelivery, readEventItem } from '../events/event-item.ts';
import type { TrackingEvent } from '../events/tracking-event.ts';
import type { Now } from '../platform/clock.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Send } from '../platform/outbound.ts';
import type { SecretStore } from '../platform/secrets.ts';
import type { Table } from '../platform/table.ts';
import type { LoadSource } from '../sources/load-source.ts';
import type { LaneDriver, Prepared } from '../work/lane-driver.ts';
import type { CallOutcome } from '../work/outcome.ts';
import { eventKey, isExpired, type WorkItem } from '../work/work-item.ts';
import { urlRefusal } from './allowed-url.ts';
import type { Destination } from './destination.ts';
import { openDestination } from './registry.ts';

export type EventsDriverDeps = {
  source: string;
  destination: string;
  loadSource: LoadSource;
  /** Asked for once per lane served. */
  secrets: () => Promise<SecretStore>;
  stage: string;
  send: Send;
  table: Table;
  now: Now;
  /** Origins that are allowed though they are on this machine; empty in production. */
  extraOrigins: readonly string[];
  /** @default the registry of all types */
  openDestination?: typeof openDestination;
};

/** The longest a receiver may take; Standard Webhooks senders wait 15 to 30 s. */
const CALL_DEADLINE_MS = 15_000;
export const MAX_CONCURRENT = 4;

type Opened =
  | { status: 'ready'; type: string; destination: Destination }
  | Extract<CallOutcome, { status: 'connection_fault' | 'lane_fault' }>;

const refused = (code: string): Prepared<TrackingEvent> => ({
  status: 'settled',
  outcome: { status: 'rejected', code },
});

/** The secret that holds the credentials of a source's destinations, by destination. */
const secretName = (stage: string, source: string): string => `leadloop/${stage}/destinations/${source}`;

/**
 * Delivers one destination's events. Events of one record go one after the other, oldest first, so that a receiver
 * hears of them in the order they happened.
 */
export const createEventsDriver = async (deps: EventsDriverDeps): Promise<LaneDriver<TrackingEvent>> => {
  const { table, now } = deps;

  /** A secret store that does not answer is a reason to wait, which the lane then shows. */
  const credentials = async (): Promise<
    { status: 'read'; value: unknown } | Extract<Opened, { status: 'lane_fault' }>
  > => {
    try {
      const secret = await (await deps.secrets()).get(secretName(deps.stage, deps.source));
      return { status: 'read', value: secret?.value[deps.destination] };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      return { status: 'lane_fault', code: 'secrets_unreachable', maybeSent: false };
    }
  };

  const open = async (): Promise<Opened> => {
    const loaded = await deps.loadSource(deps.source);
    const settings = loaded?.source.destinations[deps.destination];
    // Its deliveries are set apart one by one, by `prepare`; there is nobody to open.
    if (settings === undefined) return { status: 'connection_fault', code: 'destination_removed' };
    const refusal = urlRefusal(settings.url, deps.extraOrigins);
    if (refusal !== undefined) return { status: 'connection_fault', code: refusal };
    const secret = await credentials();
    if (secret.status !== 'read') return secret;
    const opened = (deps.openDestination ?? openDestination)(settings, secret.value);
    return opened.status === 'ready'
      ? { ...opened, type: settings.type }
      : { status: 'connection_fault', code: opened.code };
  };
  // Once per worker: what `prepare` says of an item holds for the destination as it was opened.
  const opened = await open();

  const prepare = async (item: WorkItem): Promise<Prepared<TrackingEvent>> => {
    const stored = await table.get(eventKey(readDelivery(item).eventId));
    if (stored === undefined || isExpired(stored, now())) return refused('event_expired');
    const loaded = await deps.loadSource(deps.source);
    if (loaded?.source.destinations[deps.destination] === undefined) return refused('destination_removed');
    const { event } = readEventItem(stored);
    const unsendable = opened.status === 'ready' ? opened.destination.unsendable(event, now()) : undefined;
    if (unsendable !== undefined) return { status: 'settled', outcome: unsendable };
    return {
      status: 'ready',
      group: 'events',
      keys: [`${event.data.module}/${event.data.recordId}`],
      payload: event,
      repeatable: opened.status !== 'ready' || opened.destination.repeatable,
    };
  };

  return {
    ...(opened.status === 'ready' ? { destinationType: opened.type } : {}),
    limits: {
      maxConcurrent: MAX_CONCURRENT,
      maxPerCall: opened.status === 'ready' ? opened.destination.maxBatch : 1,
      fillTo: 1,
      callDeadlineMs: CALL_DEADLINE_MS,
    },
    prepare,
    open: async () => (opened.status === 'ready' ? { status: 'ready' } : opened),
    send: async (batch, mayCall) => {
      if (opened.status !== 'ready') return opened;
      const events = batch.map(({ payload }) => payload);
      const request = opened.destination.request(events, now());
      if (!mayCall()) return { status: 'not_sent' };
      const answer = await deps.send(request, { deadlineMs: CALL_DEADLINE_MS });
      if (answer.status === 'failed') return { status: 'lane_fault', code: answer.code, maybeSent: answer.maybeSent };
      return opened.destination.readAnswer(answer, events, now());
    },
  };
};
