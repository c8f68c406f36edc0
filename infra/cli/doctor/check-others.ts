import { readEventItem, type StoredEvent } from '../../../lib/events/event-item.ts';
import { readStoredCall, type StoredCall } from '../../../lib/events/replay-call.ts';
import { readStatusItem } from '../../../lib/events/status-item.ts';
import type { Item } from '../../../lib/platform/table.ts';
import { lanesOf } from '../../../lib/sources/apply-source.ts';
import { readSourceItem, SOURCES_LIST } from '../../../lib/sources/source-item.ts';
import { attentionLane } from '../../../lib/work/lane-name.ts';
import { callKey, deliveryKey, eventKey, laneKey, sourceKey } from '../../../lib/work/work-item.ts';
import { findingsOn, type Question, type Verdict } from './finding.ts';

/** Undefined for what does not parse. */
const attempt = <Content>(read: (item: Item) => Content, item: Item): Content | undefined => {
  try {
    return read(item);
  } catch {
    return undefined;
  }
};

const unreadable = (item: Item, next: string): Verdict => ({
  findings: [{ pk: item.pk, rule: 'unreadable', message: 'It is not what this version reads.', next }],
});

const wrongKey = (belongsTo: string) =>
  ({
    rule: 'wrong_key',
    message: `Its attributes belong to ${belongsTo}.`,
    next: 'It was copied or edited by hand.',
  }) as const;

const mustNotExpire = (what: string) =>
  ({
    rule: 'must_not_expire',
    message: `${what} is kept for good, and this one will be deleted.`,
    next: 'Remove expiresAtSeconds.',
  }) as const;

const deliveriesOf = (pk: string, { event, destinations = [] }: StoredEvent): Question[] =>
  destinations.map((destination) => ({
    key: deliveryKey(event.id, destination),
    judge: (delivery) =>
      findingsOn(pk, [
        [
          delivery === undefined,
          {
            rule: 'delivery_missing',
            message: `It was recorded for ${destination}, and has no delivery to it.`,
            next: `npx leadloop events show '${event.id}' prints it; send it to ${destination} by hand.`,
          },
        ],
      ]),
  }));

export const checkEvent = (item: Item): Verdict => {
  const stored = attempt(readEventItem, item);
  if (stored === undefined) return unreadable(item, 'Its deliveries are set apart: cannot_be_read.');
  return {
    findings: findingsOn(item.pk, [
      [item.pk !== eventKey(stored.event.id), wrongKey(eventKey(stored.event.id))],
      [
        item.expiresAtSeconds === undefined,
        {
          rule: 'never_expires',
          message: 'It is over from birth, and nothing ends its life.',
          next: 'Set expiresAtSeconds: personal data must not stay for ever.',
        },
      ],
    ]),
    questions: deliveriesOf(item.pk, stored),
  };
};

const onWaitingCall = (item: Item, { id, source }: StoredCall) =>
  findingsOn(item.pk, [
    [
      item.lane !== attentionLane(source) || typeof item.dueAtMs !== 'number',
      {
        rule: 'wrong_lane',
        message: `It waits for a person, and is not on ${attentionLane(source)}.`,
        next: `npx leadloop webhooks replay ${id}`,
      },
    ],
    [
      item.expiresAtSeconds !== undefined,
      {
        rule: 'unfinished_expires',
        message: 'It waits for a person, and will be deleted all the same.',
        next: `Remove expiresAtSeconds, or npx leadloop webhooks replay ${id}`,
      },
    ],
  ]);

const onReplayedCall = (item: Item) =>
  findingsOn(item.pk, [
    [
      item.lane !== undefined || item.dueAtMs !== undefined,
      {
        rule: 'finished_on_index',
        message: 'It is replayed, and still on the work index (lane or dueAtMs).',
        next: 'Remove both attributes.',
      },
    ],
    [
      item.expiresAtSeconds === undefined,
      { rule: 'never_expires', message: 'It is replayed, and nothing ends its life.', next: 'Set expiresAtSeconds.' },
    ],
  ]);

export const checkCall = (item: Item): Verdict => {
  const call = attempt(readStoredCall, item);
  if (call === undefined) return unreadable(item, 'Look at it by hand: it holds a call from Zoho.');
  return {
    findings: [
      ...findingsOn(item.pk, [[item.pk !== callKey(call.id), wrongKey(callKey(call.id))]]),
      ...(call.state === 'quarantined' ? onWaitingCall(item, call) : onReplayedCall(item)),
    ],
  };
};

export const checkSource = (item: Item): Verdict => {
  const stored = attempt(readSourceItem, item);
  const apply = 'npx leadloop source apply FILE writes it anew and keeps its keys.';
  if (stored === undefined) return unreadable(item, apply);
  const { source } = stored;
  return {
    findings: findingsOn(item.pk, [
      [item.pk !== sourceKey(source.id), wrongKey(sourceKey(source.id))],
      [item.listKey !== SOURCES_LIST, { rule: 'unlisted', message: 'It is not on the list of sources.', next: apply }],
      [item.expiresAtSeconds !== undefined, mustNotExpire('A source')],
    ]),
    questions: lanesOf(source).map((lane) => ({
      key: laneKey(lane),
      judge: (found) =>
        findingsOn(item.pk, [
          [
            found === undefined,
            { rule: 'lane_missing', message: `Its lane ${lane} is not there.`, next: 'npx leadloop source apply FILE' },
          ],
        ]),
    })),
  };
};

export const checkStatus = (item: Item): Verdict =>
  attempt(readStatusItem, item) === undefined
    ? unreadable(item, 'Calls about this record fail. Delete it: the next call counts as first sight.')
    : { findings: findingsOn(item.pk, [[item.expiresAtSeconds !== undefined, mustNotExpire('A record’s status')]]) };
