import { readDelivery } from '../../../lib/events/event-item.ts';
import type { Command } from '../command.ts';
import { fromNow, iso, shortDuration, utc } from '../durations.ts';
import { listFlags, listWork, workJson } from '../list-work.ts';
import { rerunCommand } from '../rerun-command.ts';
import { type SubmissionView, viewsOf } from '../submission-view.ts';
import { textList, textTable } from '../text-table.ts';
import { workById } from '../work.ts';

const summaryJson = (view: SubmissionView) => {
  const { eventId, destination } = readDelivery(view.item);
  return { ...workJson(view), event: eventId, destination };
};

export const deliveriesList: Command = {
  name: 'deliveries list',
  args: '[SOURCE]',
  takes: [0, 1],
  summary: 'show what goes to destinations, newest first: state, reason, attempts, next try',
  flags: listFlags,
  examples: ['npx leadloop deliveries list demo', 'npx leadloop deliveries list --state dead --days 30 --json'],
  run: async (given, { now }) => {
    const records = async () => (await given.target()).records;
    const { views, nowMs, none, more } = await listWork('delivery', given, records, now());
    const table = textTable(
      [
        { title: 'id' },
        { title: 'age', right: true },
        { title: 'state' },
        { title: 'reason' },
        { title: 'attempts', right: true },
        { title: 'next try' },
      ],
      views.map(({ item, reason, nextTryAtMs }) => [
        item.id,
        shortDuration(nowMs - item.createdAtMs),
        item.state,
        reason,
        item.attempts,
        nextTryAtMs === undefined ? undefined : fromNow(nextTryAtMs, nowMs),
      ]),
    );
    return { text: views.length === 0 ? none : table + more, json: { deliveries: views.map(summaryJson) } };
  },
};

export const deliveriesShow: Command = {
  name: 'deliveries show',
  args: 'ID',
  takes: [1, 1],
  summary: 'show one delivery with every attempt',
  details: 'Quote the id: it holds #.',
  examples: ["npx leadloop deliveries show 'demo-Leads-5725767000000524157-ConvertedLead-1#inbox'"],
  run: async ({ positionals, target: openTarget }, { now }) => {
    const [id = ''] = positionals;
    const { records } = await openTarget();
    const nowMs = now();
    const [view] = await viewsOf([await workById(records, 'delivery', id, nowMs)], records, nowMs);
    if (view === undefined) throw new TypeError('one item has one view');
    const { item, reason, nextTryAtMs } = view;
    const { eventId, destination, destinationType } = readDelivery(item);
    const attempts = textTable(
      [{ title: 'at' }, { title: 'outcome' }, { title: 'code' }, { title: 'took', right: true }],
      item.history.map(({ atMs, outcome, code, durationMs }) => [
        utc(atMs),
        outcome,
        code,
        durationMs === undefined ? undefined : `${durationMs} ms`,
      ]),
    );
    const text = [
      textList([
        ['id', item.id],
        ['event', eventId],
        ['destination', `${destination} (${destinationType})`],
        ['made', utc(item.createdAtMs)],
        ['state', item.state],
        ['reason', reason],
        ['attempts', item.attempts],
        ['next try', nextTryAtMs === undefined ? undefined : fromNow(nextTryAtMs, nowMs)],
      ]),
      ...(attempts === '' ? [] : [`\nAttempts\n${attempts.replace(/^/gm, '  ')}`]),
    ].join('\n');
    const history = item.history.map(({ atMs, ...attempt }) => ({ at: iso(atMs), ...attempt }));
    return { text, json: { ...summaryJson(view), destinationType, history } };
  },
};

export const deliveriesRerun: Command = rerunCommand('delivery', {
  summary: 'send events again: some deliveries by id, or all that are not delivered',
  opens: 'the lane is opened',
});
