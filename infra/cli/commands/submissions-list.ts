import { workStates } from '../../../lib/work/work-item.ts';
import { type Command, textFlag, usageError, wholeNumber } from '../command.ts';
import { fromNow, shortDuration } from '../durations.ts';
import { countOf } from '../source-file.ts';
import { summaryJson, viewsOf } from '../submission-view.ts';
import { textTable } from '../text-table.ts';
import { daysKept, latestWork } from '../work.ts';

const FEW = 50;
const MANY = 10_000;

export const submissionsList: Command = {
  name: 'submissions list',
  args: '[SOURCE]',
  takes: [0, 1],
  summary: 'show what came in, newest first: state, reason, attempts, next try, Zoho id',
  flags: {
    state: { type: 'string', value: 'STATE', help: `only these: ${workStates.join(', ')}` },
    days: { type: 'string', value: 'N', help: 'how many days back (default 7)' },
    limit: { type: 'string', value: 'N', help: `how many at most (default ${FEW})` },
  },
  examples: [
    'npx leadloop submissions list',
    'npx leadloop submissions list demo --state rejected',
    'npx leadloop submissions list acme --stage prod --days 30 --json',
  ],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const state = textFlag(flags, 'state');
    if (state !== undefined && !workStates.some((one) => one === state))
      throw usageError(`--state takes one of ${workStates.join(', ')}.`);
    const days = wholeNumber(flags, 'days', 7, daysKept.submission);
    const limit = wholeNumber(flags, 'limit', FEW, MANY);
    const { records } = await openTarget();
    const nowMs = now();
    const found = await latestWork(records, 'submission', positionals[0], {
      nowMs,
      days,
      limit: state === undefined ? limit : MANY,
    });
    const wanted = found.filter((item) => state === undefined || item.state === state).slice(0, limit);
    const views = await viewsOf(wanted, records, nowMs);
    const table = textTable(
      [
        { title: 'id' },
        { title: 'age', right: true },
        { title: 'form' },
        { title: 'state' },
        { title: 'reason' },
        { title: 'attempts', right: true },
        { title: 'next try' },
        { title: 'Zoho id' },
      ],
      views.map(({ item, reason, nextTryAtMs }) => [
        item.id,
        shortDuration(nowMs - item.createdAtMs),
        positionals[0] === undefined ? `${item.source}/${item.form}` : item.form,
        item.state,
        reason,
        item.attempts,
        nextTryAtMs === undefined ? undefined : fromNow(nextTryAtMs, nowMs),
        item.zohoId,
      ]),
    );
    const none = `No submission${state === undefined ? '' : ` in state ${state}`} in the last ${countOf(days, 'day')}.`;
    const more = views.length === limit ? `\n\nThe newest ${limit}; --limit N shows more.` : '';
    return { text: views.length === 0 ? none : table + more, json: { submissions: views.map(summaryJson) } };
  },
};
