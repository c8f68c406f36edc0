import type { Item } from '../../../lib/platform/table.ts';
import { LANES_LIST, type Lane, laneAttributes } from '../../../lib/work/lane.ts';
import { readLaneName } from '../../../lib/work/lane-name.ts';
import { LEASE_MS } from '../../../lib/work/lease.ts';
import { laneKey } from '../../../lib/work/work-item.ts';
import { shortDuration } from '../durations.ts';
import { findingsOn, type Verdict } from './finding.ts';

/** Clocks differ, but not by this much. */
const CLOCK_MS = 60_000;
/** The longest a receiver may ask a lane to wait. */
const LONGEST_BACKOFF_MS = 3_600_000;

const isNamed = ({ pk, laneName }: Lane): boolean => {
  const receiver = readLaneName(laneName);
  return pk === laneKey(laneName) && receiver !== undefined && receiver.kind !== 'attention';
};

export const checkLane = (found: Item, nowMs: number): Verdict => {
  const lane = laneAttributes.safeParse(found).data;
  if (lane === undefined)
    return {
      findings: [
        {
          pk: found.pk,
          rule: 'unreadable',
          message: 'It is not a lane this version reads: dispatch fails at it, for every lane.',
          next: 'Delete it if its source is gone; npx leadloop source apply FILE makes it anew.',
        },
      ],
    };
  const { leaseOwner, leaseUntilMs, backoffMs, backoffUntilMs, state, pace } = lane;
  const leaseMs = (leaseUntilMs ?? nowMs) - nowMs;
  const waitMs = (backoffUntilMs ?? nowMs) - nowMs;
  const goOn = `npx leadloop lanes park '${lane.laneName}', then lanes open, lets it go on.`;
  return {
    findings: findingsOn(lane.pk, [
      [
        !isNamed(lane),
        {
          rule: 'wrong_key',
          message: 'Its key and its name do not belong together, or are no lane’s.',
          next: 'Delete it; npx leadloop source apply FILE makes the right one.',
        },
      ],
      [
        lane.listKey !== LANES_LIST,
        {
          rule: 'unlisted',
          message: 'It is not on the list of lanes: the minute’s tick never asks it.',
          next: `Set listKey to ${LANES_LIST}.`,
        },
      ],
      [
        (leaseOwner === undefined) !== (leaseUntilMs === undefined),
        {
          rule: 'lease_odd',
          message: 'Its lease has an owner and no end, or an end and no owner.',
          next: 'Remove leaseOwner and leaseUntilMs if no worker runs.',
        },
      ],
      [
        leaseMs > LEASE_MS + CLOCK_MS,
        {
          rule: 'lease_odd',
          message: `Its lease runs for another ${shortDuration(leaseMs)}: a clock was ahead, and no worker is started.`,
          next: 'Remove leaseOwner and leaseUntilMs if no worker runs.',
        },
      ],
      [
        waitMs > LONGEST_BACKOFF_MS + CLOCK_MS,
        {
          rule: 'backoff_odd',
          message: `It backs off for another ${shortDuration(waitMs)}; the longest there is is an hour.`,
          next: goOn,
        },
      ],
      [
        // Without a length of its own it waits for credits, or for fewer calls at once.
        backoffMs !== undefined && backoffMs <= 0,
        { rule: 'backoff_odd', message: 'It backs off by no length.', next: goOn },
      ],
      [
        state === 'parked' && (lane.reason === undefined || lane.parkedAtMs === undefined),
        {
          rule: 'parking_odd',
          message: 'It is parked, and says neither why nor since when, or only one of them.',
          next: `npx leadloop lanes open '${lane.laneName}', if nothing speaks against it.`,
        },
      ],
      [
        pace !== undefined && !(Number.isInteger(pace) && pace >= 1),
        { rule: 'pace_odd', message: 'Its pace lets no item go.', next: goOn },
      ],
    ]),
  };
};
