import type { Table } from '../../lib/platform/table.ts';
import { workStates } from '../../lib/work/work-item.ts';
import { type Flag, type Given, textFlag, usageError, wholeNumber } from './command.ts';
import { iso } from './durations.ts';
import { countOf } from './source-file.ts';
import { type SubmissionView, viewsOf } from './submission-view.ts';
import { daysKept, latestWork, type WorkKind } from './work.ts';

const FEW = 50;
const MANY = 10_000;

export const listFlags: Record<string, Flag> = {
  state: { type: 'string', value: 'STATE', help: `only these: ${workStates.join(', ')}` },
  days: { type: 'string', value: 'N', help: 'how many days back (default 7)' },
  limit: { type: 'string', value: 'N', help: `how many at most (default ${FEW})` },
};

export type Listed = {
  views: SubmissionView[];
  nowMs: number;
  /** What to say when there is nothing. */
  none: string;
  /** What to say below a list that was cut; empty when it was not. */
  more: string;
};

/** What `submissions list` and `deliveries list` have in common: the newest items of a kind, as the flags want them. */
export const listWork = async (
  kind: WorkKind,
  { positionals, flags }: Given,
  records: () => Promise<Table>,
  nowMs: number,
): Promise<Listed> => {
  const state = textFlag(flags, 'state');
  if (state !== undefined && !workStates.some((one) => one === state))
    throw usageError(`--state takes one of ${workStates.join(', ')}.`);
  const days = wholeNumber(flags, 'days', 7, daysKept[kind]);
  const limit = wholeNumber(flags, 'limit', FEW, MANY);
  const table = await records();
  const most = state === undefined ? limit : MANY;
  const found = await latestWork(table, kind, positionals[0], { nowMs, days, limit: most });
  const wanted = found.filter((item) => state === undefined || item.state === state).slice(0, limit);
  return {
    views: await viewsOf(wanted, table, nowMs),
    nowMs,
    none: `No ${kind}${state === undefined ? '' : ` in state ${state}`} in the last ${countOf(days, 'day')}.`,
    more: wanted.length === limit ? `\n\nThe newest ${limit}; --limit N shows more.` : '',
  };
};

/** What every work item says of itself in JSON. */
export const workJson = ({ item, lane, reason, nextTryAtMs }: SubmissionView) => ({
  id: item.id,
  source: item.source,
  createdAt: iso(item.createdAtMs),
  state: item.state,
  reason,
  attempts: item.attempts,
  nextTryAt: nextTryAtMs === undefined ? undefined : iso(nextTryAtMs),
  lane: lane?.state,
});
