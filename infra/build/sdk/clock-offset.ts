/** An answer that took longer was read by an instance that had been frozen: its time of arrival says nothing. */
const MAX_ANSWER_MS = 60_000;
/** AWS refuses signatures from five minutes on. */
const WRONG_FROM_MS = 240_000;

/**
 * What an answer's `Date` header says about our clock.
 * @returns `offsetMs` to add to our time when the next request is signed; `wasWrong` when the one that was answered
 *   may have been refused for its time alone, so that it is worth sending again
 */
export const learnClock = (
  headers: Record<string, string>,
  { sentAtMs, usedOffsetMs, nowMs }: { sentAtMs: number; usedOffsetMs: number; nowMs: number },
): { offsetMs: number; wasWrong: boolean } => {
  const serverMs = Date.parse(headers.date ?? '');
  if (Number.isNaN(serverMs) || headers.age !== undefined || nowMs - sentAtMs > MAX_ANSWER_MS)
    return { offsetMs: usedOffsetMs, wasWrong: false };
  const offsetMs = serverMs - nowMs;
  return { offsetMs, wasWrong: Math.abs(offsetMs - usedOffsetMs) >= WRONG_FROM_MS };
};
