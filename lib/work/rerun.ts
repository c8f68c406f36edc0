import { exists, type Table } from '../platform/table.ts';
import { asRead } from './claim.ts';
import { isInDoubt, maybeSentUntilMs } from './doubt.ts';
import { laneKey, type WorkItem } from './work-item.ts';

export type RerunOutcome = { id: string; status: 'rerun' | 'in_flight' | 'already_delivered' | 'changed_meanwhile' };

/** Items released at once are spread out: their lane paces itself, but its index partition takes only so much. */
const PARALLEL_WRITES = 25;

/** Delivered is delivered; what a worker holds right now has its outcome soon. */
const refusal = (item: WorkItem, nowMs: number): RerunOutcome['status'] | undefined => {
  if (item.state === 'delivered') return 'already_delivered';
  return item.state === 'sending' && (item.claimUntilMs ?? 0) > nowMs ? 'in_flight' : undefined;
};

/**
 * Makes items pending and due now with a fresh schedule, ends their lanes' back-off, and rings each lane once.
 * A parked lane stays parked: its items wait for the connection. What may have been sent is looked up first where that
 * can be done; where it cannot, it goes if it was waiting for a person, who has now decided.
 */
export const rerun = async (table: Table, items: WorkItem[], nowMs: number): Promise<RerunOutcome[]> => {
  const rerunOne = async (item: WorkItem): Promise<RerunOutcome> => {
    const refused = refusal(item, nowMs);
    if (refused !== undefined) return { id: item.id, status: refused };
    const hasWaitedForPerson = item.state !== 'pending' && item.state !== 'sending';
    const doubt = isInDoubt(item)
      ? { maybeSentAtMs: maybeSentUntilMs(item, nowMs), ...(hasWaitedForPerson ? { sendAnyway: true } : {}) }
      : {};
    const written = await table.update(
      item.pk,
      {
        set: { state: 'pending', lane: item.homeLane, dueAtMs: nowMs, attempts: 0, reason: 'rerun', ...doubt },
        remove: [
          'claimOwner',
          'claimUntilMs',
          'silentClaims',
          'unclearEnds',
          'failedAloneAtMs',
          'translationDeaths',
          'lookingUp',
          'expiresAtSeconds',
          'bell',
        ],
      },
      asRead(item),
    );
    return { id: item.id, status: written.status === 'written' ? 'rerun' : 'changed_meanwhile' };
  };

  const outcomes: RerunOutcome[] = [];
  for (let at = 0; at < items.length; at += PARALLEL_WRITES)
    outcomes.push(...(await Promise.all(items.slice(at, at + PARALLEL_WRITES).map(rerunOne))));
  for (const lane of new Set(items.map(({ homeLane }) => homeLane))) await endBackoff(table, lane);
  return outcomes;
};

/** Ends a lane's back-off and rings it. The slow start stays: one item goes first. */
export const endBackoff = async (table: Table, lane: string): Promise<void> => {
  await table.update(laneKey(lane), { set: { bell: lane }, remove: ['backoffUntilMs', 'backoffMs'] }, exists('pk'));
};
