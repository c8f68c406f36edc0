import type { CallOutcome } from '../../work/outcome.ts';
import type { ReceiverAnswer } from '../destination.ts';
import { retryAfterMs } from '../retry-after.ts';

/**
 * Refusals that say nothing about the event: the receiver does not know us, or is not there (any more). Charged to the
 * events, an endpoint deployed wrongly for four days would use up their schedules.
 */
const OF_THE_ENDPOINT: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 408, 421, 423, 425, 429, 451]);

/**
 * What an answer means (Standard Webhooks, "Deliverability and reliability"): 2xx is delivered and nothing else is;
 * a redirect is a failure and not followed; 410 wants no more. The body says nothing.
 */
export const readAnswer = ({ httpStatus, headers }: ReceiverAnswer, nowMs: number): CallOutcome => {
  const code = `http_${httpStatus}`;
  if (httpStatus >= 200 && httpStatus < 300) return { status: 'answered', outcomes: [{ status: 'delivered' }] };
  if (httpStatus === 410) return { status: 'connection_fault', code };
  const afterMs = retryAfterMs(headers['retry-after'], nowMs);
  const wait = afterMs === undefined ? {} : { afterMs };
  // Behind a 5xx the receiver may have acted before it failed; a refusal or redirect means that it did not.
  if (httpStatus >= 500) return { status: 'lane_fault', code, ...wait, maybeSent: true };
  if (httpStatus < 400 || OF_THE_ENDPOINT.has(httpStatus))
    return { status: 'lane_fault', code, ...wait, maybeSent: false };
  return { status: 'answered', outcomes: [{ status: 'retry', code, ...wait }] };
};
