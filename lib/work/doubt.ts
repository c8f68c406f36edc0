import type { WorkItem } from './work-item.ts';

/** Its worker went away without a word, and not while it only looked something up: the call may have been made. */
export const isAbandoned = (item: WorkItem): boolean => item.state === 'sending' && item.lookingUp !== true;

/** An earlier try may have reached the receiver. */
export const isInDoubt = (item: WorkItem): boolean => isAbandoned(item) || item.maybeSentAtMs !== undefined;

/** When the try in doubt must have been over: a claim outlives the deadline of its call. */
export const maybeSentUntilMs = (item: WorkItem, nowMs: number): number =>
  (isAbandoned(item) ? item.claimUntilMs : item.maybeSentAtMs) ?? nowMs;
