import type { SourceProblem } from '../../../lib/sources/read-source-file.ts';
import type { Source } from '../../../lib/sources/source.ts';
import { checkInZoho } from '../check-in-zoho.ts';
import { CliError, type Command, type Result, type Surroundings } from '../command.ts';
import { countOf, fileOf, hostProblems, isFile, problemLines, readSource } from '../source-file.ts';
import { appliedSource } from '../sources.ts';
import type { Target } from '../target.ts';

const summaryOf = (source: Source): string =>
  [
    countOf(Object.keys(source.forms).length, 'form'),
    source.webhook === undefined ? 'no webhook' : 'a webhook',
    countOf(Object.keys(source.destinations).length, 'destination'),
  ].join(', ');

const judged = (
  name: string,
  problems: SourceProblem[],
  warnings: SourceProblem[],
  source: Source | undefined,
): Result => {
  const lines = [
    ...(problems.length > 0 ? [problemLines(name, problems)] : []),
    ...(warnings.length > 0 ? [problemLines(`warning: ${name}`, warnings)] : []),
    problems.length > 0 || source === undefined
      ? `\n${countOf(problems.length, 'problem')} found.`
      : `${name} is fine: source ${source.id} with ${summaryOf(source)}.`,
  ];
  return {
    text: lines.join('\n'),
    json: { ok: problems.length === 0, checked: name, source: source?.id, problems, warnings },
    exitCode: problems.length === 0 ? 0 : 1,
  };
};

const isLoopback = (url: string): boolean =>
  URL.canParse(url) && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(url).hostname);

/** A file is judged without a stack: what runs on this machine alone is worth a word, not a refusal. */
const checkFile = (path: string, surroundings: Surroundings): Result => {
  const read = readSource(path, surroundings);
  if ('problems' in read) return judged(path, read.problems, [], undefined);
  const { source } = read;
  const local = Object.entries(source.destinations).filter(([, { url }]) => isLoopback(url));
  const warnings = local.map(([name]) => ({
    path: `destinations.${name}.url`,
    message: 'is on this machine; no deployed stage can reach it',
  }));
  const localOrigins = local.map(([, { url }]) => new URL(url).origin);
  const accounts = isLoopback(source.zoho.accountsUrl) ? [new URL(source.zoho.accountsUrl).origin] : [];
  return judged(path, hostProblems(source, { accounts, api: [], destinations: localOrigins }), warnings, source);
};

const checkApplied = async (id: string, target: Target, surroundings: Surroundings): Promise<Result> => {
  const { source, keys } = await appliedSource(id, target.records);
  const keyless = keys.length > 0 ? [] : [{ path: 'keys', message: `has none: npx leadloop keys create ${id}` }];
  const warnings = await checkInZoho(source, target, surroundings);
  return judged(`${id} (applied)`, [...hostProblems(source, target.extraHosts), ...keyless], warnings, source);
};

export const sourceCheck: Command = {
  name: 'source check',
  args: 'FILE|ID',
  takes: [1, 1],
  summary: 'name every problem of a source file, each with its line and path',
  details:
    'An argument with a slash, .yml or .yaml is a file and is checked without any stack. Anything else is the id of an\napplied source, whose fields are compared with those of its connected Zoho as well (warnings only); when no stack\nruns here, its file in infra/sources is checked instead.',
  examples: [
    'npx leadloop source check infra/sources/demo.yml',
    'npx leadloop source check demo --stage prod',
    'npx leadloop source check infra/sources/demo.yml --json',
  ],
  run: async ({ positionals, flags, target }, surroundings) => {
    const [argument = ''] = positionals;
    if (isFile(argument)) return checkFile(argument, surroundings);
    try {
      return await checkApplied(argument, await target(), surroundings);
    } catch (error) {
      const isNowhere = error instanceof CliError && error.code === 'no_stack' && flags.stage === undefined;
      if (!isNowhere || !surroundings.fileExists(fileOf(argument))) throw error;
      surroundings.note('No stack runs here, so the file is checked.');
      return checkFile(`infra/sources/${argument}.yml`, surroundings);
    }
  },
};
