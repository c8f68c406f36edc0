import { type Command, type Flag, usageError } from './command.ts';
import { textList } from './text-table.ts';

/** Flags every command takes. */
export const commonFlags: Record<string, Flag> = {
  stage: { type: 'string', value: 'NAME', help: 'a deployed stage; without it, the stack that npm start runs here' },
  json: { type: 'boolean', help: 'print the result as JSON' },
  help: { type: 'boolean', help: 'print this text' },
};

const flagList = (flags: Record<string, Flag>): string =>
  textList(
    Object.entries(flags).map(([name, { value, help }]) => [
      `--${name}${value === undefined ? '' : ` ${value}`}`,
      help,
    ]),
    '  ',
  );

export const usageOf = ({ name, args, flags = {} }: Command): string =>
  `npx leadloop ${name}${args === '' ? '' : ` ${args}`}${Object.keys(flags).length > 0 ? ' [flags]' : ''}`;

export const commandHelp = (command: Command): string =>
  [
    `${command.summary}\n`,
    `Usage\n  ${usageOf(command)}\n`,
    ...(command.details === undefined ? [] : [`${command.details}\n`]),
    `Flags\n${flagList({ ...command.flags, ...commonFlags })}\n`,
    `Examples\n${command.examples.map((example) => `  ${example}`).join('\n')}`,
  ].join('\n');

/** All commands, or those that begin with a word such as `source`. */
export const overview = (commands: readonly Command[], beginning = ''): string =>
  [
    'leadloop: the operator’s side of closed-loop lead tracking for Zoho CRM\n',
    `Commands\n${textList(
      commands
        .filter(({ name }) => name.startsWith(beginning))
        .map(({ name, args, summary }) => [`${name} ${args}`.trim(), summary]),
      '  ',
    )}\n`,
    `Flags of every command\n${flagList(commonFlags)}\n`,
    'Exit codes\n  0  fine\n  1  something was found: a problem in a file, an item that is not there or could not be re-run\n  2  wrong use\n  3  nothing answers: no stack runs here, or the stage or AWS cannot be reached\n',
    `Environment\n${textList(
      [
        ['AWS_REGION, AWS_PROFILE, …', 'with --stage: as for every AWS tool'],
        [
          'LEADLOOP_RECORDS_TABLE, LEADLOOP_TOKENS_TABLE, LEADLOOP_URL',
          'with --stage: instead of asking Lambda for them',
        ],
        ['LEADLOOP_STACK', 'without --stage: another file than .local/stack.json'],
      ],
      '  ',
    )}\n`,
    'npx leadloop COMMAND --help tells more, with examples.',
  ].join('\n');

/** Edits that turn one word into the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, x] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, y] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (x === y ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
};

export const unknownCommand = (words: string[], commands: readonly Command[]) => {
  const given = words.slice(0, 2).join(' ');
  const [nearest] = commands
    .map(({ name }) => ({ name, edits: distance(given, name) }))
    .sort((a, b) => a.edits - b.edits);
  const hint = nearest !== undefined && nearest.edits <= 3 ? ` Did you mean ${nearest.name}?` : '';
  return usageError(`There is no command "${given}".${hint} npx leadloop --help lists all.`);
};
