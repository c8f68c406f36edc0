import { performance } from 'node:perf_hooks';
import type { Now } from '../../../../lib/platform/clock.ts';
import type { Written } from '../crm/write-records.ts';
import type { SandboxSettings } from '../settings.ts';
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
  /** Forgets what was sent, and what still waits with it. */
  clear(): void;
  /** Gives up what is under way. */
  close(): void;
};

const TIMEOUT_MS = 10_000;
const KEPT_DELIVERIES = 200;
const MAX_AT_ONCE = 25;
const LONGEST_HOLD_MS = 1_000;

type Send = () => Promise<unknown>;
export type DeliveriesDeps = {
  now: Now;
  fetch: typeof globalThis.fetch;
  settings: () => SandboxSettings;
};

/**
 * Sends webhooks without a retry; those of one record in order, those of different records side by side. The settings
 * may double them or turn their order around.
 */
export const createDeliveries = ({ now, fetch, settings }: DeliveriesDeps): Deliveries => {
  let deliveries: Delivery[] = [];
  const waiting = new Map<string, Send[]>(); // by record, in order
  const held = new Map<string, { sends: Send[]; timer: NodeJS.Timeout }>(); // by record, to be overtaken
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

  const enqueue = (recordId: string, sends: Send[]): void => {
    waiting.set(recordId, [...(waiting.get(recordId) ?? []), ...sends]);
  };

  const release = (recordId: string): void => {
    const overtaken = held.get(recordId);
    if (!overtaken) return;
    clearTimeout(overtaken.timer);
    held.delete(recordId);
    enqueue(recordId, overtaken.sends);
    startWaiting();
  };

  /** The record's first webhook waits for its second, and leaves behind it. */
  const swap = (recordId: string, sends: Send[]): void => {
    if (held.has(recordId)) {
      enqueue(recordId, sends);
      release(recordId);
      return;
    }
    const timer = setTimeout(() => release(recordId), LONGEST_HOLD_MS).unref();
    held.set(recordId, { sends, timer });
  };

  return {
    prepare(webhooks, written) {
      const { duplicate, reorder, ...forms } = settings();
      const prepared = written.flatMap((change) => {
        const sends = webhooks
          .filter((webhook) => fires(webhook, change))
          .map((webhook) => {
            const request = webhookRequest(webhook, change, forms);
            return () => Promise.all(Array.from({ length: 1 + Number(duplicate) }, () => send(request, change)));
          });
        return sends.length === 0 ? [] : [{ recordId: change.record.id, sends }];
      });
      return () => {
        for (const { recordId, sends } of prepared) (reorder ? swap : enqueue)(recordId, sends);
        startWaiting();
      };
    },
    newest: (count) => deliveries.slice(-count).reverse(),
    clear() {
      deliveries = [];
      waiting.clear();
      for (const { timer } of held.values()) clearTimeout(timer);
      held.clear();
    },
    close: () => closing.abort(),
  };
};
