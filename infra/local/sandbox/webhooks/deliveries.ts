import { performance } from 'node:perf_hooks';
import type { Now } from '../../../../lib/platform/clock.ts';
import type { Written } from '../crm/write-records.ts';
import { fires, type WebhookRequest, webhookRequest } from './build-request.ts';
import type { Webhook } from './webhook.ts';

/** One webhook that was sent. `url` is without its query, where keys travel. `outcome` is the HTTP status or why there is none. */
export type Delivery = {
  atMs: number;
  durationMs: number;
  module: string;
  recordId: string;
  url: string;
  outcome: number | 'timeout' | 'network';
};

export type Deliveries = {
  /** Prepares the webhooks of these records as they are now; the function it returns sends them. */
  prepare(webhooks: Webhook[], written: Written[]): () => void;
  /** Newest first. */
  newest(count: number): Delivery[];
  clear(): void;
  /** Gives up what is under way. */
  close(): void;
};

const TIMEOUT_MS = 10_000;
const KEPT_DELIVERIES = 200;
const MAX_AT_ONCE = 25;

/** Sends webhooks once each, without a retry; those of one record in order, those of different records side by side. */
export const createDeliveries = ({ now, fetch }: { now: Now; fetch: typeof globalThis.fetch }): Deliveries => {
  let deliveries: Delivery[] = [];
  const waiting = new Map<string, Array<() => Promise<void>>>(); // by record, in order
  const busy = new Set<string>();
  const closing = new AbortController();

  const send = async (request: WebhookRequest, { module, record }: Written): Promise<void> => {
    const atMs = now();
    const startedAt = performance.now();
    const outcome = await post(request);
    if (closing.signal.aborted) return;
    const durationMs = Math.round(performance.now() - startedAt);
    const { origin, pathname } = new URL(request.url);
    deliveries.push({ atMs, durationMs, module: module.name, recordId: record.id, url: origin + pathname, outcome });
    if (deliveries.length > KEPT_DELIVERIES * 2) deliveries = deliveries.slice(-KEPT_DELIVERIES);
  };

  const post = async ({ url, headers, body }: WebhookRequest): Promise<Delivery['outcome']> => {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.arrayBuffer(); // frees the connection for the next one
      return response.status;
    } catch (error) {
      return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError'
        ? 'timeout'
        : 'network';
    }
  };

  const startWaiting = (): void => {
    for (const [recordId, sends] of waiting) {
      if (closing.signal.aborted || busy.size >= MAX_AT_ONCE) return;
      if (busy.has(recordId)) continue;
      const next = sends.shift();
      if (sends.length === 0) waiting.delete(recordId);
      if (!next) continue;
      busy.add(recordId);
      void next().finally(() => {
        busy.delete(recordId);
        startWaiting();
      });
    }
  };

  return {
    prepare(webhooks, written) {
      const sends = written.flatMap((change) =>
        webhooks
          .filter((webhook) => fires(webhook, change))
          .map((webhook) => ({ change, request: webhookRequest(webhook, change) })),
      );
      return () => {
        for (const { change, request } of sends)
          waiting.set(change.record.id, [...(waiting.get(change.record.id) ?? []), () => send(request, change)]);
        startWaiting();
      };
    },
    newest: (count) => deliveries.slice(-count).reverse(),
    clear() {
      deliveries = [];
    },
    close: () => closing.abort(),
  };
};
