import { readDelivery } from '../../../lib/events/event-item.ts';
import type { Item } from '../../../lib/platform/table.ts';
import { submissionAttributes } from '../../../lib/submissions/submission-item.ts';
import { laneAttributes } from '../../../lib/work/lane.ts';
import { readLaneName } from '../../../lib/work/lane-name.ts';
import {
  deliveryKey,
  eventKey,
  laneKey,
  needsPerson,
  retentionDays,
  submissionKey,
  type WorkItem,
  workAttributes,
} from '../../../lib/work/work-item.ts';
import { shortDuration } from '../durations.ts';
import { type Finding, findingsOn, type Question, type Verdict } from './finding.ts';

/** A claim's end, the lease's take-over, a tick to start a worker, and clocks that differ: after this nobody comes. */
const PICKED_UP_AFTER_MS = 5 * 60_000;
/** No call takes this long: a claim that runs further was made by a clock that was ahead. */
const LONGEST_CLAIM_MS = 10 * 60_000;
/** A bell is on the stream for five minutes; after that nobody makes its lane any more. */
const BELL_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

const finished: ReadonlySet<string> = new Set(['delivered', 'ignored']);
const waitsForPerson: ReadonlySet<string> = new Set(['rejected', 'dead', 'unclear']);

const rerunOf = ({ kind, id }: WorkItem): string =>
  `npx leadloop ${kind === 'submission' ? 'submissions' : 'deliveries'} rerun '${id}' puts it back on its lane.`;

const keyOf = (item: WorkItem): string => {
  if (item.kind === 'submission') return submissionKey(item.id);
  const { eventId, destination } = readDelivery(item);
  return deliveryKey(eventId, destination);
};

const read = (found: Item): WorkItem | undefined => {
  const item = workAttributes.safeParse(found).data;
  if (item === undefined) return undefined;
  if (item.kind === 'submission') return submissionAttributes.safeParse(found).success ? item : undefined;
  try {
    readDelivery(item);
    return item;
  } catch {
    return undefined;
  }
};

const onFinished = (item: WorkItem): Finding[] =>
  findingsOn(item.pk, [
    [
      item.lane !== undefined || item.dueAtMs !== undefined,
      {
        rule: 'finished_on_index',
        message: `It is ${item.state}, and still on the work index (lane or dueAtMs).`,
        next: 'Remove both attributes: its lane reads it for nothing.',
      },
    ],
    [
      item.expiresAtSeconds === undefined,
      {
        rule: 'never_expires',
        message: `It is ${item.state}, and nothing ends its life.`,
        next: 'Set expiresAtSeconds: personal data must not stay for ever.',
      },
    ],
  ]);

const onUnfinished = (item: WorkItem): Finding[] => {
  const wanted = waitsForPerson.has(item.state) ? needsPerson(item.source, 0).lane : item.homeLane;
  return findingsOn(item.pk, [
    [
      item.lane === undefined,
      { rule: 'no_lane', message: `It is ${item.state}, and on no lane: nobody will find it.`, next: rerunOf(item) },
    ],
    [
      item.dueAtMs === undefined,
      {
        rule: 'no_due_time',
        message: `It is ${item.state}, and due at no time: it is not on the work index.`,
        next: rerunOf(item),
      },
    ],
    [
      item.lane !== undefined && item.lane !== wanted,
      {
        rule: 'wrong_lane',
        message: `It is ${item.state} and waits on ${item.lane}, where nobody looks for that; it belongs to ${wanted}.`,
        next: rerunOf(item),
      },
    ],
    [
      item.expiresAtSeconds !== undefined,
      {
        rule: 'unfinished_expires',
        message: `It is ${item.state}, and will be deleted all the same.`,
        next: `Remove expiresAtSeconds, or ${rerunOf(item)}`,
      },
    ],
  ]);
};

const onClaim = (item: WorkItem, nowMs: number): Finding[] => {
  if (item.state !== 'sending') return [];
  const { claimOwner, claimUntilMs } = item;
  return findingsOn(item.pk, [
    [
      claimOwner === undefined || claimUntilMs === undefined,
      { rule: 'claim_missing', message: 'It is sending, and nobody has claimed it.', next: rerunOf(item) },
    ],
    [
      claimUntilMs !== undefined && claimUntilMs > nowMs + LONGEST_CLAIM_MS,
      {
        rule: 'claim_too_long',
        message: `Its claim runs for another ${shortDuration((claimUntilMs ?? 0) - nowMs)}: a clock was ahead.`,
        next: 'Until then nobody touches it. Set claimUntilMs to now if no worker runs.',
      },
    ],
  ]);
};

/** The lane an item waits on: it must be there, and somebody must come for a claim that was left behind. */
const laneOf = (item: WorkItem, nowMs: number): Question[] => {
  const { lane, claimUntilMs } = item;
  const receiver = lane === undefined ? undefined : readLaneName(lane);
  if (lane === undefined || receiver?.kind === 'attention') return [];
  const rings = item.bell === lane && nowMs - item.createdAtMs < BELL_MS;
  const judge: Question['judge'] = (found) => {
    if (found === undefined)
      return findingsOn(item.pk, [
        [
          receiver === undefined || !rings,
          {
            rule: 'lane_missing',
            message: `It waits on ${lane}, and there is no such lane.`,
            next: 'npx leadloop source apply FILE makes the lanes of a source.',
          },
        ],
      ]);
    const standing = laneAttributes.safeParse(found).data;
    if (item.state !== 'sending' || claimUntilMs === undefined || standing === undefined) return [];
    // Parked, it waits with the lane; backing off, its lane is served afterwards.
    const servedFromMs = Math.max(claimUntilMs, standing.backoffUntilMs ?? 0);
    return findingsOn(item.pk, [
      [
        standing.state === 'open' && servedFromMs + PICKED_UP_AFTER_MS < nowMs,
        {
          rule: 'claim_left_behind',
          message: `It is sending, its claim ran out ${shortDuration(nowMs - claimUntilMs)} ago, and nobody has taken it over.`,
          next: `See that dispatch runs (its heartbeat) and npx leadloop lanes list; ${rerunOf(item)}`,
        },
      ],
    ]);
  };
  return [{ key: laneKey(lane), judge }];
};

const eventOf = (item: WorkItem, nowMs: number): Question[] => {
  // An event outlived by what waits is refused when it is sent: that is no fault of the table's.
  if (item.kind !== 'delivery' || item.createdAtMs + retentionDays.event * DAY_MS <= nowMs) return [];
  const judge: Question['judge'] = (event) =>
    findingsOn(item.pk, [
      [
        event === undefined,
        {
          rule: 'event_missing',
          message: 'The event it is to deliver is not there.',
          next: 'It will be rejected as event_expired. Restore the event, or delete the delivery.',
        },
      ],
    ]);
  return [{ key: eventKey(readDelivery(item).eventId), judge }];
};

/** A submission or a delivery. */
export const checkWork = (found: Item, nowMs: number): Verdict => {
  const item = read(found);
  if (item === undefined)
    return {
      findings: [
        {
          pk: found.pk,
          rule: 'unreadable',
          message: 'It is not what this version reads: an attribute is missing or of another type.',
          next: 'Compare it with one that is right; its lane sets it apart as malformed.',
        },
      ],
    };
  const key = findingsOn(item.pk, [
    [
      item.pk !== keyOf(item),
      {
        rule: 'wrong_key',
        message: `Its attributes belong to ${keyOf(item)}.`,
        next: 'It was copied or edited by hand.',
      },
    ],
  ]);
  if (finished.has(item.state)) return { findings: [...key, ...onFinished(item)] };
  return {
    findings: [...key, ...onUnfinished(item), ...onClaim(item, nowMs)],
    questions: [...laneOf(item, nowMs), ...eventOf(item, nowMs)],
  };
};
