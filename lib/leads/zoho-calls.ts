import type { Now } from '../platform/clock.ts';
import type { Send } from '../platform/outbound.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import type { CallOutcome, Usage, CallFault as WorkFault } from '../work/outcome.ts';
import { readUsage } from '../zoho/credits.ts';
import { beforeSending } from './before-sending.ts';

export type ZohoCallsDeps = {
  connection: string;
  tokens: Pick<AccessTokens, 'get' | 'invalidate' | 'forget'>;
  send: Send;
  now: Now;
};

/** Longest wait for an answer of Zoho's. */
export const CALL_DEADLINE_MS = 20_000;

/** No answer that could be used, and whose fault that is. */
export type CallFault = WorkFault & { usage?: Usage };
/** What a reader of answers makes of one: an answer, or the fault of a whole call. */
export type Reading<Answer> =
  | { status: 'read'; answer: Answer }
  | { status: 'fault'; fault: 'lane' | 'connection'; code: string; afterSeconds?: number };

/** Calls to the Zoho of one connection, each with its token. */
export const createZohoCalls = ({ connection, tokens, send, now }: ZohoCallsDeps) => {
  /** The token Zoho refused last. When a fresh one is refused too, the fault is the connection's. */
  let refusedToken: string | undefined;

  const token = async () => {
    const got = await beforeSending(() => tokens.get(connection));
    switch (got.status) {
      case 'token':
      case 'lane_fault':
        return got;
      case 'wait': {
        const afterMs = Math.max(0, got.retryAtMs - now());
        return { status: 'lane_fault', code: got.code, afterMs, maybeSent: false } as const;
      }
      case 'refused': {
        const grant = got.grant === undefined ? {} : { grant: got.grant };
        return { status: 'connection_fault', code: got.code, ...grant } as const;
      }
    }
  };

  const open = async (): Promise<
    { status: 'ready' } | Extract<CallOutcome, { status: 'lane_fault' | 'connection_fault' }>
  > => {
    const got = await token();
    return got.status === 'token' ? { status: 'ready' } : got;
  };

  /**
   * @param credits what Zoho counts for it
   * @param mayCall asked directly before the request leaves
   */
  const call = async <Answer>(
    toRequest: (token: { apiDomain: string; accessToken: string }) => Request,
    read: (httpStatus: number, body: string) => Reading<Answer>,
    credits: number,
    mayCall: () => boolean,
  ): Promise<{ status: 'read'; answer: Answer; usage: Usage } | CallFault> => {
    const got = await token();
    if (got.status !== 'token') return got;
    const request = toRequest({ apiDomain: got.apiDomain, accessToken: got.value });
    if (!mayCall()) return { status: 'not_sent' };
    const answer = await send(request, { deadlineMs: CALL_DEADLINE_MS });
    if (answer.status === 'failed') {
      const { code, maybeSent } = answer;
      return { status: 'lane_fault', code, maybeSent, ...(maybeSent ? { usage: { cost: credits } } : {}) };
    }
    const usage = readUsage(credits, answer);
    const reading = read(answer.httpStatus, answer.body);
    if (reading.status === 'read') {
      refusedToken = undefined;
      return { ...reading, usage };
    }
    const { fault, code, afterSeconds } = reading;
    if (code === 'INVALID_TOKEN' && (refusedToken === undefined || refusedToken === got.value)) {
      refusedToken = got.value;
      // Refused is not sent, whatever becomes of the note to the others.
      const noted = await beforeSending(() => tokens.invalidate(connection, got.value));
      return noted ?? { status: 'again', code };
    }
    if (fault === 'connection') {
      // A reconnect mends it with a token of another grant; this instance must not go on with the old one.
      tokens.forget(connection);
      return { status: 'connection_fault', code, grant: got.grant };
    }
    return {
      status: 'lane_fault',
      code,
      ...(afterSeconds === undefined ? {} : { afterMs: afterSeconds * 1000 }),
      // A refused call did nothing; a broken answer to one says nothing of what was done.
      maybeSent: answer.httpStatus >= 500 || answer.httpStatus < 300,
      ...(answer.httpStatus === 429 ? { overload: true as const } : {}),
      usage,
    };
  };

  return { open, call };
};
export type ZohoCalls = ReturnType<typeof createZohoCalls>;
