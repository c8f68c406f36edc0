import * as z from 'zod/mini';
import type { Item } from '../platform/table.ts';
import { destinationLane } from '../work/lane-name.ts';
import {
  deliveryKey,
  eventKey,
  expiresAtSeconds,
  listKeyOf,
  newWork,
  retentionDays,
  type WorkItem,
} from '../work/work-item.ts';
import { type TrackingEvent, trackingEvent } from './tracking-event.ts';

const storedEvent = z.looseObject({
  pk: z.string(),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  createdAtMs: z.number(),
  /** The event as JSON text: what receivers get, letter for letter. */
  body: z.string(),
  /** The money as Zoho wrote it; it never leaves with the event. */
  amountText: z.optional(z.string()),
  /** The destinations it was recorded for: each has a delivery. Absent on events older than this attribute. */
  destinations: z.optional(z.array(z.string())),
});

/** The item that keeps an event. Over from birth: what is still to be done stands on its deliveries. */
export const eventItem = (
  event: TrackingEvent,
  { amountText, destinations }: { amountText: string | undefined; destinations: string[] },
  nowMs: number,
): Item => ({
  pk: eventKey(event.id),
  kind: 'event',
  id: event.id,
  source: event.data.source,
  type: event.type,
  module: event.data.module,
  recordId: event.data.recordId,
  body: JSON.stringify(event),
  ...(amountText === undefined ? {} : { amountText }),
  destinations,
  createdAtMs: nowMs,
  listKey: listKeyOf(event.data.source, 'event', nowMs),
  listAtMs: nowMs,
  expiresAtSeconds: expiresAtSeconds(nowMs, retentionDays.event),
});

export type StoredEvent = {
  event: TrackingEvent;
  source: string;
  createdAtMs: number;
  amountText?: string;
  destinations?: string[];
};

export const readEventItem = (item: Item): StoredEvent => {
  const { body, source, createdAtMs, amountText, destinations } = storedEvent.parse(item);
  const event = trackingEvent.parse(JSON.parse(body));
  return {
    event,
    source,
    createdAtMs,
    ...(amountText === undefined ? {} : { amountText }),
    ...(destinations === undefined ? {} : { destinations }),
  };
};

const deliveryAttributes = z.object({ eventId: z.string(), destination: z.string(), destinationType: z.string() });
export type DeliveryAttributes = z.infer<typeof deliveryAttributes>;

/** One event on its way to one destination: work for that destination's lane from birth. */
export const deliveryItem = (
  event: TrackingEvent,
  destination: string,
  destinationType: string,
  nowMs: number,
): Item => {
  const work: Item = newWork({
    pk: deliveryKey(event.id, destination),
    kind: 'delivery',
    id: `${event.id}#${destination}`,
    source: event.data.source,
    lane: destinationLane(event.data.source, destination),
    nowMs,
  });
  return { ...work, eventId: event.id, destination, destinationType };
};

/** What a delivery says beside its work attributes. */
export const readDelivery = (item: WorkItem): DeliveryAttributes => deliveryAttributes.parse(item);
