import type { Candidate } from './plan-call.ts';

/** One worker dies for many reasons; of two in a row what they both held may be the cause. */
const SUSPECT_AFTER = 2;

export const isSuspect = ({ item }: Candidate): boolean => (item.silentClaims ?? 0) >= SUSPECT_AFTER;

/**
 * A worker that dies takes all its calls with it, not only the one that killed it. So an item whose last two claims
 * ended without a word goes when nothing else is under way, behind all others, and on its own: then only the culprit
 * comes to its fifth.
 * @param isIdle no call is in flight
 */
export const keepSuspectsApart = (candidates: Candidate[], isIdle: boolean): Candidate[] => {
  const suspects = candidates.filter(isSuspect);
  if (suspects.length === 0) return candidates;
  const trusted = candidates.filter((candidate) => !isSuspect(candidate));
  if (!isIdle || trusted.some(({ waitsMs }) => waitsMs === 0)) return trusted;
  return suspects.slice(0, 1);
};
