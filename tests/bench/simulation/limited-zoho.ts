import type { SandboxAnswer } from '../../../infra/local/sandbox/answer.ts';
import type { SandboxRequest } from '../../../infra/local/sandbox/request.ts';
import type { OutboundAnswer, Send } from '../../../lib/platform/outbound.ts';
import { createInProcessZoho } from '../../support/faults/in-process-zoho.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** "API Limits": calls at once of an Enterprise organisation, and of heavy ones (more than ten records) in every edition. */
export const zohoLimits = { concurrent: 20, concurrentHeavy: 10, heavyAbove: 10, recordsPerCredit: 10 } as const;

const TOO_MANY = '{"code":"TOO_MANY_REQUESTS","details":{},"message":"Rate limit exceeded.","status":"error"}';
const REFUSAL_MS = 50;

export type ZohoCounts = {
  crmCalls: number;
  credits: number;
  tokenRequests: number;
  mints: number;
  /** Calls refused because too many were under way. */
  refused: number;
  peakConcurrency: number;
  /** Records that were inserted or updated. */
  written: number;
};
const noCounts = (): ZohoCounts => ({
  crmCalls: 0,
  credits: 0,
  tokenRequests: 0,
  mints: 0,
  refused: 0,
  peakConcurrency: 0,
  written: 0,
});

const recordsIn = (body: string): number => {
  const { data } = JSON.parse(body) as { data?: unknown[] };
  return data?.length ?? 0;
};
const successesIn = (body: string): number => body.split('"status":"success"').length - 1;

/**
 * The sandbox in virtual time, behind what makes Zoho what it is: an answer takes its time, no more than so many calls
 * are taken at once, and every started ten records cost a credit. Every contender talks to one of these.
 */
export const createLimitedZoho = ({
  clock,
  origin,
  latencyMs,
  hangs = () => false,
  onWritten,
}: {
  clock: SimulatedClock;
  origin: string;
  latencyMs: () => number;
  /** While it holds, calls are taken and never answered. */
  hangs?: () => boolean;
  /** Told of each write that was answered: how many records, at that moment. */
  onWritten?: (body: string, records: number) => void;
}) => {
  const sandbox = createInProcessZoho(clock.now, origin);
  let counts = noCounts();
  let open = 0;
  let openHeavy = 0;

  const ask = async (request: SandboxRequest, deadlineMs = Infinity): Promise<SandboxAnswer | 'timeout'> => {
    const isToken = request.path === '/oauth/v2/token';
    if (isToken) counts.tokenRequests += 1;
    else counts.crmCalls += 1;
    if (hangs() && !isToken) {
      await clock.sleep(deadlineMs);
      return 'timeout';
    }
    const isWrite = request.method === 'POST' && request.path.startsWith('/crm/v8/Leads');
    const body = isWrite ? request.body.toString('utf8') : '';
    const records = isWrite ? recordsIn(body) : 0;
    const isHeavy = records > zohoLimits.heavyAbove;
    if (!isToken && (open >= zohoLimits.concurrent || (isHeavy && openHeavy >= zohoLimits.concurrentHeavy))) {
      counts.refused += 1;
      await clock.sleep(REFUSAL_MS);
      return { status: 429, headers: { 'content-type': 'application/json' }, body: TOO_MANY, credits: 0 };
    }
    open += isToken ? 0 : 1;
    openHeavy += isHeavy ? 1 : 0;
    counts.peakConcurrency = Math.max(counts.peakConcurrency, open);
    await clock.sleep(latencyMs());
    const answer = await clock.track(sandbox.handle(request));
    open -= isToken ? 0 : 1;
    openHeavy -= isHeavy ? 1 : 0;
    counts.credits += answer.credits;
    if (answer.minted) counts.mints += 1;
    if (isWrite) {
      const written = successesIn(answer.body);
      counts.written += written;
      if (written > 0) onWritten?.(body, written);
    }
    return answer;
  };

  /** What a function sends with. */
  const send: Send = async (request, { deadlineMs }): Promise<OutboundAnswer> => {
    const { pathname, searchParams } = new URL(request.url);
    const body = Buffer.from(await clock.track(request.text()));
    const headers = Object.fromEntries(request.headers);
    const answer = await ask(
      { method: request.method, path: pathname, query: searchParams, headers, body },
      deadlineMs,
    );
    if (answer === 'timeout') return { status: 'failed', code: 'timeout', maybeSent: true };
    return { status: 'answered', httpStatus: answer.status, headers: {}, body: answer.body };
  };

  return {
    origin,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    newCode: sandbox.newCode,
    ask,
    send,
    counts: (): ZohoCounts => ({ ...counts }),
    clear: (): void => {
      counts = noCounts();
    },
    close: sandbox.close,
  };
};
export type LimitedZoho = ReturnType<typeof createLimitedZoho>;
