import { applySource } from '../../../lib/sources/apply-source.ts';
import type { Source } from '../../../lib/sources/source.ts';
import type { Command } from '../command.ts';
import { countOf, hostProblems, problemLines, readSource } from '../source-file.ts';
import type { Target } from '../target.ts';
import { textList } from '../text-table.ts';

const once = 'Shown once: keep it now, only a digest of it is stored.';

const localNote = (source: Source, { isLocal, extraHosts }: Target): string[] => {
  const [sandbox] = extraHosts.accounts;
  return isLocal && sandbox !== undefined && source.zoho.accountsUrl !== sandbox
    ? [`\nThis source talks to the real Zoho (${source.zoho.accountsUrl}). The sandbox here is ${sandbox}.`]
    : [];
};

export const sourceApply: Command = {
  name: 'source apply',
  args: 'FILE',
  takes: [1, 1],
  summary: 'make a stage work by a source file; the first time, create the source with a key',
  details:
    'Writes the source with a new version, its lanes, and a signing secret for each new webhook destination. Applied\nagain unchanged it writes nothing. Functions take up a change within a minute.',
  examples: [
    'npx leadloop source apply infra/sources/demo.yml',
    'npx leadloop source apply infra/sources/acme.yml --stage prod',
  ],
  run: async ({ positionals, target: openTarget }, surroundings) => {
    const [path = ''] = positionals;
    const read = readSource(path, surroundings);
    if ('problems' in read)
      return {
        text: `${problemLines(path, read.problems)}\n\n${countOf(read.problems.length, 'problem')} found; nothing was applied.`,
        json: { ok: false, problems: read.problems },
        exitCode: 1,
      };
    const { source } = read;
    const target = await openTarget();
    const problems = hostProblems(source, target.extraHosts);
    if (problems.length > 0)
      return {
        text: `${problemLines(path, problems)}\n\n${countOf(problems.length, 'problem')} found; nothing was applied.`,
        json: { ok: false, problems },
        exitCode: 1,
      };

    const { records, secrets, stage } = target;
    const { now, randomId } = surroundings;
    const applied = await applySource(source, { table: records, secrets, stage, now, randomId });
    const { status, version, apiKey, signingSecrets } = applied;
    const words = { created: 'is created', updated: 'is updated', unchanged: 'stands as the file says already' };
    const text = [
      `Source ${source.id} ${words[status]}: version ${version}, stage ${stage}.`,
      ...(apiKey === undefined ? [] : [`\nAPI key     ${apiKey}\n${once}`]),
      ...(Object.keys(signingSecrets).length === 0
        ? []
        : [
            `\nSigning secrets of new destinations; each receiver needs its own:\n${textList(Object.entries(signingSecrets), '  ')}`,
          ]),
      ...localNote(source, target),
      ...(status === 'created'
        ? [`\nNext: npx leadloop connect ${source.id}${target.isLocal ? '' : ` --stage ${stage}`}`]
        : []),
    ].join('\n');
    return { text, json: { source: source.id, stage, status, version, apiKey, signingSecrets } };
  },
};
