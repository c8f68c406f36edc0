import type { TrackingEvent } from '../events/tracking-event.ts';
import type { DestinationSettings } from '../sources/destination-settings.ts';
import type { CallOutcome, ItemOutcome } from '../work/outcome.ts';

/** A complete answer of the receiver, as `lib/platform/outbound` hands it on; header names in lower case. */
export type ReceiverAnswer = { httpStatus: number; headers: Record<string, string>; body: string };

/** What can be said of an event before it is sent: too old, nothing this platform could join it by. */
export type Unsendable = Extract<ItemOutcome, { status: 'skipped' | 'rejected' }>;

/**
 * One kind of receiver. It builds a request and reads an answer; it never sends by itself.
 * Ids and event times are the occurrence's, the same on every attempt.
 */
export type Destination = {
  /** Events in one request at most. */
  maxBatch: number;
  /** The receiver recognises a repeat by the event's id. Without that an unclear end waits for a person. */
  repeatable: boolean;
  /** Judged at send time, so that age limits count what the queue has cost. Undefined: it may go. */
  unsendable(event: TrackingEvent, nowMs: number): Unsendable | undefined;
  /** @param nowMs the time of the attempt, not of the event */
  request(events: readonly TrackingEvent[], nowMs: number): Request;
  /** One outcome per event in the order sent, or whose fault the whole call's failure is. */
  readAnswer(answer: ReceiverAnswer, events: readonly TrackingEvent[], nowMs: number): CallOutcome;
};

/** A destination with its settings and credentials, or why it cannot be used; only an operator can mend that. */
export type OpenedDestination = { status: 'ready'; destination: Destination } | { status: 'refused'; code: string };

/**
 * A type of destination. `open` checks settings and credentials once.
 * @param credentials this destination's entry in the source's secret; undefined when there is none
 */
export type DestinationType<Settings extends DestinationSettings> = {
  open(settings: Settings, credentials: unknown): OpenedDestination;
};
