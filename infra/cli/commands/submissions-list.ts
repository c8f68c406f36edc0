import type { Command } from '../command.ts';
import { fromNow, shortDuration } from '../durations.ts';
import { listFlags, listWork } from '../list-work.ts';
import { summaryJson } from '../submission-json.ts';
import { textTable } from '../text-table.ts';

export const submissionsList: Command = {
  name: 'submissions list',
  args: '[SOURCE]',
  takes: [0, 1],
  summary: 'show what came in, newest first: state, reason, attempts, next try, Zoho id',
  flags: listFlags,
  examples: [
    'npx leadloop submissions list',
    'npx leadloop submissions list demo --state rejected',
    'npx leadloop submissions list acme --stage prod --days 30 --json',
  ],
  run: async (given, { now }) => {
    const records = async () => (await given.target()).records;
    const { views, nowMs, none, more } = await listWork('submission', given, records, now());
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
        given.positionals[0] === undefined ? `${item.source}/${item.form}` : item.form,
        item.state,
        reason,
        item.attempts,
        nextTryAtMs === undefined ? undefined : fromNow(nextTryAtMs, nowMs),
        item.zohoId,
      ]),
    );
    return { text: views.length === 0 ? none : table + more, json: { submissions: views.map(summaryJson) } };
  },
};
