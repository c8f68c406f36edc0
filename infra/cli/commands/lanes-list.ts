import type { Table } from '../../../lib/platform/table.ts';
import { ownSpending } from '../../../lib/work/allowance.ts';
import type { Lane } from '../../../lib/work/lane.ts';
import { attentionLane } from '../../../lib/work/lane-name.ts';
import { workAttributes } from '../../../lib/work/work-item.ts';
import type { Command } from '../command.ts';
import { fromNow, iso, shortDuration } from '../durations.ts';
import { allLanes, standingOf, workOn } from '../lanes.ts';
import { countOf } from '../source-file.ts';
import { sourceIds } from '../sources.ts';
import { textTable } from '../text-table.ts';

/** More waiting items than this are counted as `2000+`. */
const MOST_COUNTED = 2_000;

/** What no worker touches any more, by source: rejected, dead or unclear items and quarantined calls. */
const waitingForPerson = async (records: Table) => {
  const found = await Promise.all(
    (await sourceIds(records)).map(async (source) => {
      const { pks, hasMore } = await workOn(records, attentionLane(source), MOST_COUNTED);
      return { source, count: pks.length, hasMore };
    }),
  );
  return found.filter(({ count }) => count > 0);
};

/** How fast it may go: records while it starts slowly, else calls at once as far as the receiver has taught. */
const paceOf = ({ pace, concurrency }: Lane): string => {
  if (pace !== undefined) return `${pace} at a time`;
  return concurrency === undefined ? 'full' : `${countOf(concurrency, 'call')} at once`;
};

/** API credits this lane has spent in 24 hours, by its own count: Zoho says what is left only from half of them on. */
const creditsSpent = ({ spending }: Lane, nowMs: number): number | undefined =>
  spending === undefined ? undefined : ownSpending(spending, nowMs);

export const lanesList: Command = {
  name: 'lanes list',
  args: '',
  takes: [0, 0],
  summary: 'show each receiver’s queue: state, reason, oldest due item, in flight, pace, API credits',
  details:
    'A lane is the queue of one receiver: zoho#CONNECTION or destination#SOURCE#DESTINATION. Parked waits for a connect\nvisit, or for the receiver to want events again; backing off goes on by itself.',
  examples: ['npx leadloop lanes list', 'npx leadloop lanes list --stage prod --json'],
  run: async ({ target: openTarget }, { now }) => {
    const { records } = await openTarget();
    const nowMs = now();
    const rows = await Promise.all(
      (await allLanes(records)).map(async (lane) => {
        const work = await workOn(records, lane.laneName, MOST_COUNTED);
        // The index is a moment behind: only the items tell what still waits.
        const items = (await records.getMany(work.pks)).map((item) => workAttributes.parse(item));
        const waiting = items.filter((item) => item.lane === lane.laneName && item.state === 'pending');
        const inFlight = items.filter(({ state, claimUntilMs }) => state === 'sending' && (claimUntilMs ?? 0) > nowMs);
        const due = waiting.map(({ dueAtMs }) => dueAtMs ?? nowMs).filter((dueAtMs) => dueAtMs <= nowMs);
        return {
          lane,
          standing: standingOf(lane, nowMs),
          waiting: waiting.length,
          hasMore: work.hasMore,
          inFlight: inFlight.length,
          oldestDueAtMs: due.length === 0 ? undefined : Math.min(...due),
        };
      }),
    );
    const attention = await waitingForPerson(records);
    const lanes =
      rows.length === 0
        ? 'There is no lane yet: npx leadloop source apply FILE makes them.'
        : textTable(
            [
              { title: 'lane' },
              { title: 'state' },
              { title: 'waiting', right: true },
              { title: 'oldest due', right: true },
              { title: 'in flight', right: true },
              { title: 'pace' },
              { title: 'goes on' },
              { title: 'reason' },
              { title: 'credits spent', right: true },
              { title: 'left', right: true },
            ],
            rows.map(({ lane, standing, waiting, hasMore, inFlight, oldestDueAtMs }) => [
              lane.laneName,
              standing.state,
              hasMore ? `${MOST_COUNTED}+` : waiting,
              oldestDueAtMs === undefined ? undefined : shortDuration(nowMs - oldestDueAtMs),
              inFlight,
              paceOf(lane),
              standing.untilMs === undefined ? undefined : fromNow(standing.untilMs, nowMs),
              standing.reason,
              creditsSpent(lane, nowMs),
              lane.spending?.remaining,
            ]),
          );
    const text = [
      lanes,
      ...(attention.length === 0 ? [] : ['\nWaiting for a person']),
      ...attention.map(
        ({ source, count, hasMore }) => `  ${source}  ${hasMore ? `${count}+ items` : countOf(count, 'item')}`,
      ),
    ].join('\n');
    const json = {
      attention,
      lanes: rows.map(({ lane, standing, waiting, hasMore, inFlight, oldestDueAtMs }) => ({
        lane: lane.laneName,
        state: standing.state,
        reason: standing.reason,
        until: standing.untilMs === undefined ? undefined : iso(standing.untilMs),
        waiting,
        hasMore,
        oldestDueAt: oldestDueAtMs === undefined ? undefined : iso(oldestDueAtMs),
        inFlight,
        pace: lane.pace,
        concurrency: lane.concurrency,
        creditsSpent: creditsSpent(lane, nowMs),
        creditsLeft: lane.spending?.remaining,
        creditsAt: lane.spending?.remainingAtMs === undefined ? undefined : iso(lane.spending.remainingAtMs),
        parkedAt: lane.parkedAtMs === undefined || standing.state !== 'parked' ? undefined : iso(lane.parkedAtMs),
      })),
    };
    return { text, json };
  },
};
