import type { SandboxAnswer } from '../../../infra/local/sandbox/answer.ts';
import { isHeavy } from '../../../infra/local/sandbox/limits/is-heavy.ts';
import { createLimits, type LimitsWish } from '../../../infra/local/sandbox/limits/limits.ts';
import { createTooManyRequests } from '../../../infra/local/sandbox/limits/too-many-requests.ts';
import type { SandboxRequest } from '../../../infra/local/sandbox/request.ts';
import type { OutboundAnswer, Send } from '../../../lib/platform/outbound.ts';
import { createInProcessZoho } from '../../support/faults/in-process-zoho.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** The organisation that every contender talks to. */
export const ORGANISATION = { edition: 'enterprise', users: 1_000 } as const;
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

const successesIn = (body: string): number => body.split('"status":"success"').length - 1;

/**
 * The sandbox in virtual time with its own limits of calls and credits, and an answer takes its time. Every contender
 * talks to one of these.
 */
export const createLimitedZoho = ({
  clock,
  origin,
  latencyMs,
  organisation = ORGANISATION,
  hangs = () => false,
  onWritten,
}: {
  clock: SimulatedClock;
  origin: string;
  latencyMs: () => number;
  organisation?: LimitsWish;
  /** While it holds, calls are taken and never answered. */
  hangs?: () => boolean;
  /** Told of each write that was answered: how many records, at that moment. */
  onWritten?: (body: string, records: number) => void;
}) => {
  const sandbox = createInProcessZoho(clock.now, origin);
  const limits = createLimits({ now: clock.now, random: () => 0.5, start: organisation });
  const tooManyRequests = createTooManyRequests();
  let counts = noCounts();
  let firstCallAtMs: number | undefined;

  const ask = async (request: SandboxRequest, deadlineMs = Infinity): Promise<SandboxAnswer | 'timeout'> => {
    const isToken = request.path === '/oauth/v2/token';
    if (isToken) counts.tokenRequests += 1;
    else {
      counts.crmCalls += 1;
      firstCallAtMs ??= clock.now();
    }
    if (hangs() && !isToken) {
      await clock.sleep(deadlineMs);
      return 'timeout';
    }
    const isWrite = request.method === 'POST' && request.path.startsWith('/crm/v8/Leads');
    const leave = isToken ? () => undefined : limits.enter(isHeavy(request));
    if (leave === undefined) {
      counts.refused += 1;
      await clock.sleep(REFUSAL_MS);
      return tooManyRequests();
    }
    await clock.sleep(latencyMs());
    const answer = await clock.track(sandbox.handle(request));
    leave();
    limits.spend(answer.credits);
    counts.credits += answer.credits;
    if (answer.minted) counts.mints += 1;
    if (isWrite) {
      const written = successesIn(answer.body);
      counts.written += written;
      if (written > 0) onWritten?.(request.body.toString('utf8'), written);
    }
    const left = isToken ? undefined : limits.shownCredits();
    const shown = left === undefined ? {} : { 'x-api-credits-remaining': String(left) };
    return { ...answer, headers: { ...answer.headers, ...shown } };
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
    return { status: 'answered', httpStatus: answer.status, headers: answer.headers, body: answer.body };
  };

  return {
    origin,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    newCode: sandbox.newCode,
    ask,
    send,
    /** Other programs of the organisation use so many of its credits at this moment. */
    useElsewhere: (credits: number): void => limits.set({ ...organisation, usedElsewhere: credits }),
    creditsRemaining: limits.creditsRemaining,
    counts: (): ZohoCounts => ({ ...counts, peakConcurrency: limits.peakConcurrency() }),
    /** When the CRM was called for the first time. */
    firstCallAtMs: () => firstCallAtMs,
    clear: (): void => {
      counts = noCounts();
      firstCallAtMs = undefined;
      limits.clear();
    },
    close: sandbox.close,
  };
};
export type LimitedZoho = ReturnType<typeof createLimitedZoho>;
