import { performance } from 'node:perf_hooks';
import type { Now } from '../../../../lib/platform/clock.ts';
import type { SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import { maskHeaders, maskParameters, maskRequestBody, maskResponseBody } from './mask.ts';

/** One call, secrets masked. `status` and `durationMs` are null while it is open, and `status` stays null if nobody was answered. */
export type Call = {
  atMs: number;
  durationMs: number | null;
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
  requestBody: string | null;
  status: number | null;
  responseBody: string | null;
  credits: number;
};

const KEPT_CALLS = 1_000;

export type CallLog = {
  /** Enters a call and counts it; the function it returns ends it, with the answer if one was sent. */
  begin(request: SandboxRequest): Promise<(outcome: { acted?: SandboxAnswer; sent: boolean }) => void>;
  /** Newest first. */
  newest(count: number): Call[];
  /** `GET /sandbox/calls`: JSON bodies as values, others as text. */
  report(): Record<string, unknown>;
  clear(): void;
};

const emptyCounts = () => ({ tokenRequests: 0, mints: 0, crmCalls: 0, credits: 0 });

/** Everything that called the accounts server or the CRM API, and what it cost. */
export const createCallLog = (now: Now): CallLog => {
  let calls: Call[] = [];
  let counts = emptyCounts();
  let byPath = new Map<string, number>();

  return {
    async begin(request) {
      const startedAt = performance.now();
      const call: Call = {
        atMs: now(),
        durationMs: null,
        method: request.method,
        path: request.path,
        query: maskParameters(request.query),
        headers: maskHeaders(request.headers),
        requestBody: await maskRequestBody(request),
        status: null,
        responseBody: null,
        credits: 0,
      };
      calls.push(call);
      if (calls.length > KEPT_CALLS * 2) calls = calls.slice(-KEPT_CALLS);
      if (request.path === '/oauth/v2/token') counts.tokenRequests += 1;
      if (request.path.startsWith('/crm/')) counts.crmCalls += 1;
      byPath.set(request.path, (byPath.get(request.path) ?? 0) + 1);

      const countsAtStart = counts;
      return ({ acted, sent }) => {
        call.durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
        call.credits = acted?.credits ?? 0;
        if (sent && acted) {
          call.status = acted.status;
          call.responseBody = maskResponseBody(request.path, acted.body);
        }
        if (countsAtStart !== counts) return; // cleared since: a call of the time before does not count
        counts.credits += call.credits;
        if (acted?.minted) counts.mints += 1;
      };
    },

    newest: (count) => calls.slice(-count).reverse(),

    report: () => ({
      ...counts,
      byPath: Object.fromEntries(byPath),
      calls: calls.slice(-KEPT_CALLS).map(({ credits: _, ...call }) => ({
        ...call,
        requestBody: readBody(call.requestBody),
        responseBody: readBody(call.responseBody),
      })),
    }),

    clear() {
      calls = [];
      counts = emptyCounts();
      byPath = new Map();
    },
  };
};

const readBody = (text: string | null): unknown => {
  if (text === null || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
