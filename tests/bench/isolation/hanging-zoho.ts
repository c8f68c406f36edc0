import { setTimeout as wait } from 'node:timers/promises';
import { startSandbox } from '../../../infra/local/sandbox/sandbox.ts';
import { CALL_DEADLINE_MS } from '../../../lib/leads/zoho-calls.ts';
import { upsertsAt } from './running-stack.ts';

const PATH = '/crm/v8/Leads/upsert';
const ALL_HANG_WITHIN_MS = 60_000;
/** A look reads the whole log of calls, with a hundred leads in each. */
const LOOK_EVERY_MS = 250;

/**
 * The share of a time in which at least one call hung.
 * @param atMs when each call came, in order; it hangs until its caller gives up
 */
export const hangingShare = (atMs: number[], fromMs: number, toMs: number): number => {
  let ms = 0;
  let countedToMs = fromMs;
  for (const cameAtMs of atMs) {
    const endsMs = Math.min(toMs, cameAtMs + CALL_DEADLINE_MS);
    ms += Math.max(0, endsMs - Math.max(countedToMs, cameAtMs));
    countedToMs = Math.max(countedToMs, endsMs);
  }
  return ms / (toMs - fromMs);
};

/** A Zoho of its own that takes every write of leads and never answers. */
export const startHangingZoho = async () => {
  const sandbox = await startSandbox({ port: 0, allowLoopbackWebhooks: false });
  const ask = (path: string, body?: unknown): Promise<Response> =>
    fetch(`${sandbox.baseUrl}${path}`, {
      method: 'POST',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  const unanswered = async (): Promise<number[]> =>
    (await upsertsAt(sandbox.baseUrl)).filter(({ status }) => status === null).map(({ atMs }) => atMs);
  return {
    ...sandbox,
    /** Forgets the calls so far; those that come hang. */
    hang: async (): Promise<void> => {
      await ask('/sandbox/reset');
      await ask('/sandbox/faults', { path: PATH, hang: true, times: 0 });
    },
    /** @throws when they have not come within a minute */
    untilHanging: async (calls: number): Promise<void> => {
      const untilMs = Date.now() + ALL_HANG_WITHIN_MS;
      while ((await unanswered()).length < calls) {
        if (Date.now() > untilMs) throw new Error(`no ${calls} calls hung within a minute`);
        await wait(LOOK_EVERY_MS);
      }
    },
    /** Calls without an answer that had begun by the end of that time, and the share of it in which one at least hung. */
    hungBetween: async (fromMs: number, toMs: number): Promise<{ calls: number; share: number }> => {
      const atMs = (await unanswered()).filter((cameAtMs) => cameAtMs < toMs && cameAtMs + CALL_DEADLINE_MS > fromMs);
      return { calls: atMs.length, share: hangingShare(atMs, fromMs, toMs) };
    },
  };
};
export type HangingZoho = Awaited<ReturnType<typeof startHangingZoho>>;
