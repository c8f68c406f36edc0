import { codeOf } from '../platform/errors.ts';
import type { CallOutcome } from '../work/outcome.ts';

/**
 * What a call needs from our own stores. When they are silent the lane waits: nothing of the call has left, so no record
 * is in doubt because of it.
 */
export const beforeSending = async <Needed>(
  need: () => Promise<Needed>,
): Promise<Needed | Extract<CallOutcome, { status: 'lane_fault' }>> => {
  try {
    return await need();
  } catch (error) {
    return { status: 'lane_fault', code: codeOf(error), maybeSent: false };
  }
};
