import { parseArgs } from 'node:util';
import { ConfigurationError, codeOf, PlatformError } from '../../lib/platform/errors.ts';
import { CliError, type Command, type Given, type Surroundings, usageError } from './command.ts';
import { commandHelp, commonFlags, overview, unknownCommand, usageOf } from './help.ts';
import type { Target } from './target.ts';

export type Printed = { stdout: string; stderr: string; exitCode: 0 | 1 | 2 | 3 };

const readArguments = (command: Command, argv: string[]): { values: Given['flags']; positionals: string[] } => {
  try {
    const options = Object.fromEntries(
      Object.entries({ ...command.flags, ...commonFlags }).map(([name, { type }]) => [name, { type }]),
    );
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    return { values: values as Given['flags'], positionals };
  } catch (error) {
    const [message = ''] = error instanceof Error ? error.message.split(/\. (?=To specify)/) : [];
    throw usageError(`${message.replace(/\.$/, '')}.\nUsage: ${usageOf(command)}`);
  }
};

const WHEN_UNREACHABLE: Record<string, string> = {
  'table.unreachable': 'The table does not answer.',
  'table.throttled': 'The table is busy; try again in a moment.',
  'secrets.unreachable': 'Secrets Manager does not answer.',
};

/** Whatever went wrong, as a code, a sentence and an exit code. Messages of other libraries could quote data: not shown. */
const failureOf = (error: unknown, target: Target | undefined): CliError => {
  if (error instanceof CliError) return error;
  if (error instanceof ConfigurationError) return new CliError(1, error.code, error.message);
  if (!(error instanceof PlatformError))
    return new CliError(1, codeOf(error), `Something unexpected happened (${codeOf(error)}).`);
  const where =
    target?.isLocal === false
      ? `Check credentials and region for stage "${target.stage}".`
      : 'Is npm start still running?';
  const message = WHEN_UNREACHABLE[error.code];
  return message === undefined
    ? new CliError(3, error.code, `${error.message} (${error.code})`)
    : new CliError(3, error.code, `${message} ${where}`);
};

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The command the words name, and the rest of them; undefined when they name none. */
const find = (argv: string[], commands: readonly Command[]): { command: Command; rest: string[] } | undefined => {
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => argv[index] === word));
  return command === undefined ? undefined : { command, rest: argv.slice(command.name.split(' ').length) };
};

/** One run of the command line, without touching the process. */
export const run = async (
  argv: string[],
  commands: readonly Command[],
  surroundings: Surroundings,
): Promise<Printed> => {
  const wantsJson = argv.includes('--json');
  let opened: Promise<Target> | undefined;
  try {
    const found = find(argv, commands);
    const words = argv.filter((word) => !word.startsWith('-'));
    if (found === undefined) {
      const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
      const asksForHelp =
        words.length === 0 ||
        argv.includes('--help') ||
        words[0] === 'help' ||
        (group.length > 0 && words.length === 1);
      if (!asksForHelp) throw unknownCommand(words, commands);
      return { stdout: `${overview(commands, group.length > 0 ? words[0] : '')}\n`, stderr: '', exitCode: 0 };
    }
    const { command, rest } = found;
    const { values, positionals } = readArguments(command, rest);
    if (values.help === true) return { stdout: `${commandHelp(command)}\n`, stderr: '', exitCode: 0 };
    const [least, most] = command.takes;
    if (positionals.length < least || positionals.length > most)
      throw usageError(
        `${positionals.length < least ? 'Something is missing' : 'That is too much'}.\nUsage: ${usageOf(command)}`,
      );
    const stage = typeof values.stage === 'string' ? values.stage : undefined;
    const target = () => (opened ??= surroundings.openTarget(stage));
    const result = await command.run({ positionals, flags: values, target }, surroundings);
    return { stdout: wantsJson ? asJson(result.json) : `${result.text}\n`, stderr: '', exitCode: result.exitCode ?? 0 };
  } catch (error) {
    const { exitCode, code, message } = failureOf(error, await opened?.catch(() => undefined));
    return wantsJson
      ? { stdout: asJson({ error: { code, message } }), stderr: '', exitCode }
      : { stdout: '', stderr: `${message}\n`, exitCode };
  } finally {
    (await opened?.catch(() => undefined))?.close();
  }
};
