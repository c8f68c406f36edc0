import * as z from 'zod/mini';
import type { TrackingEvent } from '../../events/tracking-event.ts';
import type { DestinationSettings } from '../../sources/destination-settings.ts';
import type { DestinationType } from '../destination.ts';
import { readAnswer } from './read-answer.ts';
import { signingSecret, signWebhook } from './signing.ts';

type WebhookSettings = Extract<DestinationSettings, { type: 'webhook' }>;

/** The destination's entry in the source's secret. */
export const webhookCredentials = z.looseObject({ signingSecret });

/** The event as it is, signed for this attempt; `webhook-id` is the event's id, by which a receiver knows a repeat. */
const requestTo = (url: string, secret: string, event: TrackingEvent, nowMs: number): Request => {
  const body = JSON.stringify(event);
  const timestampSeconds = Math.floor(nowMs / 1000);
  return new Request(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'leadloop',
      'webhook-id': event.id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signWebhook(secret, event.id, timestampSeconds, body),
    },
    body,
  });
};

/** Generic HTTP webhook: one event a request, signed per Standard Webhooks. No age limit. */
export const webhook: DestinationType<WebhookSettings> = {
  open: ({ url }, credentials) => {
    const parsed = webhookCredentials.safeParse(credentials);
    if (!parsed.success) return { status: 'refused', code: 'signing_secret_missing' };
    return {
      status: 'ready',
      destination: {
        maxBatch: 1,
        repeatable: true,
        unsendable: () => undefined,
        request: ([event], nowMs) => {
          if (event === undefined) throw new TypeError('a request needs an event');
          return requestTo(url, parsed.data.signingSecret, event, nowMs);
        },
        readAnswer: (answer, _, nowMs) => readAnswer(answer, nowMs),
      },
    };
  },
};
