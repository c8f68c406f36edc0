import { codeOf } from './errors.ts';

/**
 * `answered`: a complete answer, whatever its status; `body` is its text.
 * `failed`: no complete answer. `maybeSent` is true when the receiver may have acted on the request all the same.
 */
export type OutboundAnswer =
  | { status: 'answered'; httpStatus: number; headers: Record<string, string>; body: string }
  | { status: 'failed'; code: 'timeout' | 'network' | 'host_not_allowed' | 'answer_too_large'; maybeSent: boolean };

export type Send = (request: Request, options: { deadlineMs: number }) => Promise<OutboundAnswer>;

const MAX_ANSWER_BYTES = 4 * 1024 * 1024; // the largest answer we expect, 100 upsert results, is about 60 KB

/** Failures before a connection exists: nothing can have been sent. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Asked by what it has and not by its class: fetch's errors may come from another realm than ours. */
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const causeCode = (error: unknown): string => {
  const cause = isObject(error) ? error.cause : undefined;
  // A name with several addresses: each was tried.
  if (isObject(cause) && Array.isArray(cause.errors)) return causeCode({ cause: cause.errors[0] });
  return isObject(cause) && 'code' in cause ? String(cause.code) : codeOf(error);
};

const readLimited = async (response: Response): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (!response.body) return '';
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * Sends to known origins only and never follows a redirect: a 3xx comes back as the answer it is.
 * `isAllowed` is asked for every request, with the URL's origin.
 */
export const createSend =
  (fetch: typeof globalThis.fetch, isAllowed: (origin: string) => boolean): Send =>
  async (request, { deadlineMs }) => {
    const { origin } = new URL(request.url);
    if (!isAllowed(origin)) return { status: 'failed', code: 'host_not_allowed', maybeSent: false };
    const deadline = AbortSignal.timeout(Math.max(1, deadlineMs));
    try {
      const response = await fetch(request, { redirect: 'manual', signal: deadline });
      const body = await readLimited(response);
      if (body === undefined) return { status: 'failed', code: 'answer_too_large', maybeSent: true };
      return { status: 'answered', httpStatus: response.status, headers: Object.fromEntries(response.headers), body };
    } catch (error) {
      return {
        status: 'failed',
        code: deadline.aborted ? 'timeout' : 'network',
        maybeSent: !NEVER_SENT.has(causeCode(error)),
      };
    }
  };
