import { connectionOf } from '../../../lib/sources/source.ts';
import { connectionLane } from '../../../lib/work/lane-name.ts';
import { endBackoff, type RerunOutcome, rerun } from '../../../lib/work/rerun.ts';
import { type Command, textFlag, usageError } from '../command.ts';
import { lanesByName } from '../lanes.ts';
import { countOf } from '../source-file.ts';
import { appliedSource } from '../sources.ts';
import { submissionById, unfinishedSubmissions } from '../submissions.ts';

const WORDS: Record<RerunOutcome['status'], string> = {
  rerun: 'will be sent again',
  in_flight: 'is being sent right now',
  already_delivered: 'is delivered already',
  changed_meanwhile: 'changed meanwhile; look at it again',
};

export const submissionsRerun: Command = {
  name: 'submissions rerun',
  args: '[ID …]',
  takes: [0, 100],
  summary: 'send again, with today’s mapping: some by id, or all that are not delivered',
  details:
    'Makes them due now with a fresh schedule, ends the back-off of their lane and rings it. A parked lane stays parked:\nthey go once somebody has connected. Delivered submissions are never sent again.',
  flags: {
    all: { type: 'boolean', help: 'every submission that is not delivered' },
    source: { type: 'string', value: 'SOURCE', help: 'with --all: only of this source' },
    'dry-run': { type: 'boolean', help: 'say what would be sent again, and change nothing' },
  },
  examples: [
    'npx leadloop submissions rerun ID',
    'npx leadloop submissions rerun --all --source demo --dry-run',
    'npx leadloop submissions rerun --all --stage prod',
  ],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const all = flags.all === true;
    const source = textFlag(flags, 'source');
    if (all === positionals.length > 0)
      throw usageError('Name submissions by id, or take --all; not both, not neither.');
    if (!all && source !== undefined) throw usageError('--source goes with --all.');
    const { records } = await openTarget();
    const nowMs = now();
    const items = all
      ? await unfinishedSubmissions(records, source)
      : await Promise.all([...new Set(positionals)].map((id) => submissionById(records, id, nowMs)));

    if (flags['dry-run'] === true)
      return {
        text:
          items.length === 0
            ? 'Nothing to send again.'
            : `${items.map(({ id, state }) => `${id}  ${state}`).join('\n')}\n\n${countOf(items.length, 'submission')} would be sent again; nothing was changed.`,
        json: { dryRun: true, submissions: items.map(({ id, state }) => ({ id, state })) },
      };

    const outcomes = await rerun(records, items, nowMs);
    // With nothing left to re-run an operator who asks for a source still wants its lane to go on.
    if (items.length === 0 && source !== undefined)
      await endBackoff(records, connectionLane(connectionOf((await appliedSource(source, records)).source)));
    const sent = outcomes.filter(({ status }) => status === 'rerun').length;
    const others = outcomes.filter(({ status }) => status !== 'rerun');
    const parked = [
      ...(
        await lanesByName(
          records,
          items.map(({ homeLane }) => homeLane),
        )
      ).values(),
    ].filter(({ state }) => state === 'parked');
    const text = [
      items.length === 0 ? 'Nothing to send again.' : `${countOf(sent, 'submission')} will be sent again.`,
      ...others.map(({ id, status }) => `${id} ${WORDS[status]}.`),
      ...parked.map(
        ({ laneName, reason }) =>
          `${laneName} is parked${reason === undefined ? '' : ` (${reason})`}: they go once somebody has connected.`,
      ),
    ].join('\n');
    return {
      text,
      json: { rerun: sent, submissions: outcomes, parked: parked.map(({ laneName }) => laneName) },
      exitCode: others.length > 0 ? 1 : 0,
    };
  },
};
