import { type ReplayOutcome, readStoredCall, replayCall, type StoredCall } from '../../../lib/events/replay-call.ts';
import { sleep } from '../../../lib/platform/clock.ts';
import type { Table } from '../../../lib/platform/table.ts';
import { attentionLane } from '../../../lib/work/lane-name.ts';
import { callKey, isExpired } from '../../../lib/work/work-item.ts';
import { CliError, type Command, textFlag, usageError } from '../command.ts';
import { iso, shortDuration } from '../durations.ts';
import { workOn } from '../lanes.ts';
import { countOf } from '../source-file.ts';
import { appliedSource, sourceIds } from '../sources.ts';
import { printable, textTable } from '../text-table.ts';

/** Quarantined calls wait on the attention lane of their source, oldest first. */
const waitingCalls = async (records: Table, source: string | undefined): Promise<StoredCall[]> => {
  const sources = source === undefined ? await sourceIds(records) : [(await appliedSource(source, records)).source.id];
  const pks = (
    await Promise.all(sources.map((id) => workOn(records, attentionLane(id), Number.POSITIVE_INFINITY)))
  ).flatMap((work) => work.pks.filter((pk) => pk.startsWith(callKey(''))));
  return (await records.getMany(pks))
    .map(readStoredCall)
    .filter(({ state }) => state === 'quarantined')
    .sort((a, b) => a.createdAtMs - b.createdAtMs);
};

const callById = async (records: Table, id: string, nowMs: number): Promise<StoredCall> => {
  const item = await records.get(callKey(id));
  if (item === undefined || isExpired(item, nowMs))
    throw new CliError(
      1,
      'unknown_call',
      `There is no quarantined call "${printable(id)}" here. npx leadloop webhooks list shows what there is.`,
    );
  return readStoredCall(item);
};

export const webhooksList: Command = {
  name: 'webhooks list',
  args: '[SOURCE]',
  takes: [0, 1],
  summary: 'show calls from Zoho that could not be used: reason, size, age',
  examples: ['npx leadloop webhooks list', 'npx leadloop webhooks list acme --stage prod --json'],
  run: async ({ positionals, target: openTarget }, { now }) => {
    const { records } = await openTarget();
    const calls = await waitingCalls(records, positionals[0]);
    const table = textTable(
      [
        { title: 'id' },
        { title: 'age', right: true },
        { title: 'source' },
        { title: 'reason' },
        { title: 'bytes', right: true },
      ],
      calls.map((call) => [call.id, shortDuration(now() - call.createdAtMs), call.source, call.reason, call.bodyBytes]),
    );
    const json = {
      calls: calls.map(({ id, source, reason, bodyBytes, createdAtMs }) => ({
        id,
        source,
        reason,
        bytes: bodyBytes,
        createdAt: iso(createdAtMs),
      })),
    };
    return { text: calls.length === 0 ? 'No call waits.' : table, json };
  },
};

const wordsOf = ({ status, ...more }: ReplayOutcome): string => {
  const reason = 'reason' in more && more.reason !== undefined ? ` (${more.reason})` : '';
  if (status === 'quarantined') return `still cannot be used${reason}`;
  if (status === 'replayed_already') return 'was replayed already';
  return 'eventId' in more && more.eventId !== undefined ? `recorded: ${more.eventId}` : `${status}${reason}`;
};

export const webhooksReplay: Command = {
  name: 'webhooks replay',
  args: '[ID …]',
  takes: [0, 100],
  summary: 'try quarantined calls again, by the source as it is today',
  details: 'A call that is recorded already makes nothing twice.',
  flags: {
    all: { type: 'boolean', help: 'every call that waits' },
    source: { type: 'string', value: 'SOURCE', help: 'with --all: only of this source' },
    'dry-run': { type: 'boolean', help: 'say which would be tried, and change nothing' },
  },
  examples: ['npx leadloop webhooks replay ID', 'npx leadloop webhooks replay --all --source demo'],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const all = flags.all === true;
    if (all === positionals.length > 0) throw usageError('Name calls by id, or take --all; not both, not neither.');
    const { records } = await openTarget();
    const calls = all
      ? await waitingCalls(records, textFlag(flags, 'source'))
      : await Promise.all([...new Set(positionals)].map((id) => callById(records, id, now())));
    if (flags['dry-run'] === true)
      return {
        text: `${countOf(calls.length, 'call')} would be tried; nothing was changed.`,
        json: { dryRun: true, calls: calls.map(({ id, reason }) => ({ id, reason })) },
      };
    const outcomes: Array<{ id: string; outcome: ReplayOutcome }> = [];
    // One after the other, oldest first: a record's statuses are told in the order they came.
    for (const call of calls) {
      const { source } = await appliedSource(call.source, records);
      const outcome = await replayCall(call, source, { table: records, now, sleep, random: Math.random });
      outcomes.push({ id: call.id, outcome });
    }
    const left = outcomes.filter(({ outcome }) => outcome.status === 'quarantined').length;
    return {
      text:
        outcomes.length === 0
          ? 'No call waits.'
          : outcomes.map(({ id, outcome }) => `${id}  ${wordsOf(outcome)}`).join('\n'),
      json: { calls: outcomes.map(({ id, outcome }) => ({ id, ...outcome })), left },
      exitCode: left > 0 ? 1 : 0,
    };
  },
};
