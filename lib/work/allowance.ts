import type { Usage } from './outcome.ts';

const HOUR_MS = 3_600_000;
const WINDOW_HOURS = 24;
/** While nothing may be spent, the receiver is asked again this often: what others spend leaves its window as well. */
const ASK_AGAIN_MS = 15 * 60_000;

/**
 * What a receiver lets a client spend in any 24 hours, as the lane knows it: what the receiver last said is left, and
 * what this lane itself has spent, by hour. Zoho counts credits, and says what is left from half of it on.
 */
export type Spending = {
  /** The receiver's own word, brought up to date with what was spent since. Absent: it says nothing. */
  remaining?: number | undefined;
  remainingAtMs?: number | undefined;
  /** What was spent, by hours since 1970; hours out of the window are dropped. */
  hours: Record<string, number>;
};

export type Budget = {
  /** What may be spent in 24 hours. */
  perDay: number;
  /** What is never touched, so that the client's other programs go on working. */
  keep: number;
};

/** `low`, `scarce`: what can wait gathers for longer. `spent`: nothing goes out until some of it is free again. */
export type AllowanceLevel = 'ample' | 'low' | 'scarce' | 'spent';

const LOW = 0.25;
const SCARCE = 0.1;

/** How long an item that is in no hurry waits for company, at the least. */
export const gatherAtLeastMs: Readonly<Record<AllowanceLevel, number>> = {
  ample: 0,
  low: 60_000,
  scarce: 5 * 60_000,
  spent: 5 * 60_000,
};

const hourOf = (atMs: number): number => Math.floor(atMs / HOUR_MS);

/** Adds what a call has cost, and what its answer said is left. */
export const spend = (
  { hours, remaining, remainingAtMs }: Spending,
  { cost, remaining: said }: Usage,
  nowMs: number,
): Spending => {
  const hour = hourOf(nowMs);
  const inWindow = Object.entries(hours).filter(([at]) => hour - Number(at) < WINDOW_HOURS);
  const spent = { ...Object.fromEntries(inWindow), [hour]: (hours[hour] ?? 0) + cost };
  // Silent again, so its last word holds no more: part of what was spent has left the window.
  if (said === 'untold') return { hours: spent };
  if (said !== undefined) return { remaining: said, remainingAtMs: nowMs, hours: spent };
  const isFresh = remainingAtMs !== undefined && nowMs - remainingAtMs < WINDOW_HOURS * HOUR_MS;
  return isFresh && remaining !== undefined
    ? { remaining: Math.max(0, remaining - cost), remainingAtMs, hours: spent }
    : { hours: spent };
};

/** What this lane has spent in the last 24 hours. */
export const ownSpending = ({ hours }: Spending, nowMs: number): number =>
  Object.entries(hours)
    .filter(([at]) => hourOf(nowMs) - Number(at) < WINDOW_HOURS)
    .reduce((sum, [, cost]) => sum + cost, 0);

/** How much is left: by the receiver's word where there is one, else by the lane's own count. */
export const remainingOf = (spending: Spending, { perDay }: Budget, nowMs: number): number => {
  const { remaining, remainingAtMs } = spending;
  const isFresh = remainingAtMs !== undefined && nowMs - remainingAtMs < WINDOW_HOURS * HOUR_MS;
  return isFresh && remaining !== undefined ? remaining : Math.max(0, perDay - ownSpending(spending, nowMs));
};

export const levelOf = (spending: Spending, budget: Budget, nowMs: number): AllowanceLevel => {
  const remaining = remainingOf(spending, budget, nowMs);
  if (remaining <= budget.keep) return 'spent';
  if (remaining <= budget.perDay * SCARCE) return 'scarce';
  return remaining <= budget.perDay * LOW ? 'low' : 'ample';
};

/** When to go on once nothing may be spent: when the lane's own oldest hour leaves the window, at the latest soon. */
export const goesOnAtMs = ({ hours }: Spending, nowMs: number): number => {
  const leaving = Object.keys(hours)
    .map((at) => (Number(at) + WINDOW_HOURS) * HOUR_MS)
    .filter((atMs) => atMs > nowMs);
  return Math.min(nowMs + ASK_AGAIN_MS, ...leaving);
};
