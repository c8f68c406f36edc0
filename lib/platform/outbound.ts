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

const causeCode = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError) return causeCode(new Error('', { cause: cause.errors[0] }));
  return cause instanceof Error && 'code' in cause ? String(cause.code) : codeOf(error);
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
    try {
      const response = await fetch(request, {
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.max(1, deadlineMs)),
      });
      const body = await readLimited(response);
      if (body === undefined) return { status: 'failed', code: 'answer_too_large', maybeSent: true };
      return { status: 'answered', httpStatus: response.status, headers: Object.fromEntries(response.headers), body };
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === 'TimeoutError';
      return {
        status: 'failed',
        code: isTimeout ? 'timeout' : 'network',
        maybeSent: !NEVER_SENT.has(causeCode(error)),
      };
    }
  };
