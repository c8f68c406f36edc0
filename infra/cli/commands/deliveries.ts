import { readDelivery } from '../../../lib/events/event-item.ts';
import { workStates } from '../../../lib/work/work-item.ts';
import { type Command, textFlag, usageError, wholeNumber } from '../command.ts';
import { fromNow, iso, shortDuration, utc } from '../durations.ts';
import { rerunCommand } from '../rerun-command.ts';
import { countOf } from '../source-file.ts';
import { type SubmissionView, viewsOf } from '../submission-view.ts';
import { textList, textTable } from '../text-table.ts';
import { daysKept, latestWork, workById } from '../work.ts';

const FEW = 50;
const MANY = 10_000;

const summaryJson = ({ item, lane, reason, nextTryAtMs }: SubmissionView) => ({
  id: item.id,
  source: item.source,
  event: readDelivery(item).eventId,
  destination: readDelivery(item).destination,
  createdAt: iso(item.createdAtMs),
  state: item.state,
  reason,
  attempts: item.attempts,
  nextTryAt: nextTryAtMs === undefined ? undefined : iso(nextTryAtMs),
  lane: lane?.state,
});

export const deliveriesList: Command = {
  name: 'deliveries list',
  args: '[SOURCE]',
  takes: [0, 1],
  summary: 'show what goes to destinations, newest first: state, reason, attempts, next try',
  flags: {
    state: { type: 'string', value: 'STATE', help: `only these: ${workStates.join(', ')}` },
    days: { type: 'string', value: 'N', help: 'how many days back (default 7)' },
    limit: { type: 'string', value: 'N', help: `how many at most (default ${FEW})` },
  },
  examples: ['npx leadloop deliveries list demo', 'npx leadloop deliveries list --state dead --days 30 --json'],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const state = textFlag(flags, 'state');
    if (state !== undefined && !workStates.some((one) => one === state))
      throw usageError(`--state takes one of ${workStates.join(', ')}.`);
    const days = wholeNumber(flags, 'days', 7, daysKept.delivery);
    const limit = wholeNumber(flags, 'limit', FEW, MANY);
    const { records } = await openTarget();
    const nowMs = now();
    const most = state === undefined ? limit : MANY;
    const found = await latestWork(records, 'delivery', positionals[0], { nowMs, days, limit: most });
    const wanted = found.filter((item) => state === undefined || item.state === state).slice(0, limit);
    const views = await viewsOf(wanted, records, nowMs);
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
    const none = `No delivery${state === undefined ? '' : ` in state ${state}`} in the last ${countOf(days, 'day')}.`;
    return { text: views.length === 0 ? none : table, json: { deliveries: views.map(summaryJson) } };
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
