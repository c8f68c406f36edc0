import { type RerunOutcome, rerun } from '../../lib/work/rerun.ts';
import { type Command, textFlag, usageError } from './command.ts';
import { lanesByName } from './lanes.ts';
import { countOf } from './source-file.ts';
import { pluralOf, unfinishedWork, type WorkKind, workById } from './work.ts';

const WORDS: Record<RerunOutcome['status'], string> = {
  rerun: 'will be sent again',
  in_flight: 'is being sent right now',
  already_delivered: 'is delivered already',
  changed_meanwhile: 'changed meanwhile; look at it again',
};

/** `submissions rerun` and `deliveries rerun`: the same, for what goes to Zoho and for what goes to destinations. */
export const rerunCommand = (kind: WorkKind, { summary, opens }: { summary: string; opens: string }): Command => ({
  name: `${pluralOf(kind)} rerun`,
  args: '[ID …]',
  takes: [0, 100],
  summary,
  details: `Makes them due now with a fresh schedule, ends the back-off of their lane and rings it. A parked lane stays parked:\nthey go once ${opens}. What is delivered is never sent again.\nWhat may have arrived without an answer is looked up first where that can be done, and sent again where it cannot.`,
  flags: {
    all: { type: 'boolean', help: `every ${kind} that is not delivered` },
    source: { type: 'string', value: 'SOURCE', help: 'with --all: only of this source' },
    'dry-run': { type: 'boolean', help: 'say what would be sent again, and change nothing' },
  },
  examples: [
    `npx leadloop ${pluralOf(kind)} rerun ID`,
    `npx leadloop ${pluralOf(kind)} rerun --all --source demo --dry-run`,
    `npx leadloop ${pluralOf(kind)} rerun --all --stage prod`,
  ],
  run: async ({ positionals, flags, target: openTarget }, { now }) => {
    const all = flags.all === true;
    const source = textFlag(flags, 'source');
    if (all === positionals.length > 0)
      throw usageError(`Name ${pluralOf(kind)} by id, or take --all; not both, not neither.`);
    if (!all && source !== undefined) throw usageError('--source goes with --all.');
    const { records } = await openTarget();
    const nowMs = now();
    const items = all
      ? await unfinishedWork(records, kind, source)
      : await Promise.all([...new Set(positionals)].map((id) => workById(records, kind, id, nowMs)));

    if (flags['dry-run'] === true)
      return {
        text:
          items.length === 0
            ? 'Nothing to send again.'
            : `${items.map(({ id, state }) => `${id}  ${state}`).join('\n')}\n\n${countOf(items.length, kind, pluralOf(kind))} would be sent again; nothing was changed.`,
        json: { dryRun: true, [pluralOf(kind)]: items.map(({ id, state }) => ({ id, state })) },
      };

    const outcomes = await rerun(records, items, nowMs);
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
      items.length === 0 ? 'Nothing to send again.' : `${countOf(sent, kind, pluralOf(kind))} will be sent again.`,
      ...others.map(({ id, status }) => `${id} ${WORDS[status]}.`),
      ...parked.map(
        ({ laneName, reason }) =>
          `${laneName} is parked${reason === undefined ? '' : ` (${reason})`}: they go once ${opens}.`,
      ),
    ].join('\n');
    return {
      text,
      json: { rerun: sent, [pluralOf(kind)]: outcomes, parked: parked.map(({ laneName }) => laneName) },
      exitCode: others.length > 0 ? 1 : 0,
    };
  },
});
