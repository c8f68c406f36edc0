import { join } from 'node:path';
import { type UrlRefusal, urlRefusal } from '../../lib/destinations/allowed-url.ts';
import { readSourceFile, type SourceProblem } from '../../lib/sources/read-source-file.ts';
import type { Source } from '../../lib/sources/source.ts';
import { accountsServerOf } from '../../lib/zoho/data-centers.ts';
import { CliError, type Surroundings, usageError } from './command.ts';
import { sourceFolder, type Target } from './target.ts';
import { printable } from './text-table.ts';

/** Arguments that take a file or an id: what has a slash or ends like YAML is a file. */
export const isFile = (argument: string): boolean => argument.includes('/') || /\.ya?ml$/.test(argument);

/** Where the project keeps the file of a source. */
export const fileOf = (id: string): string => join(sourceFolder, `${id}.yml`);

/** @throws {CliError} exit 2 when there is no such file */
export const readSource = (
  path: string,
  { readFile, fileExists }: Surroundings,
): { source: Source } | { problems: SourceProblem[] } => {
  if (!fileExists(path)) throw usageError(`There is no file ${path}.`);
  try {
    return readSourceFile(readFile(path));
  } catch (error) {
    throw new CliError(
      2,
      'unreadable_file',
      `${path} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}).`,
    );
  }
};

const WHY_NOT: Record<UrlRefusal, string> = {
  not_a_url: 'is no URL',
  not_https: 'must begin with https://',
  credentials_in_url: 'must not hold a user name or password',
  private_address: 'is an address that cannot be reached from outside',
  local_name: 'is a name that cannot be reached from outside',
};

/** What the schema cannot know: which hosts are let out. On this machine the sandbox and the inbox are. */
export const hostProblems = (source: Source, extraHosts: Target['extraHosts']): SourceProblem[] => [
  ...Object.entries(source.destinations).flatMap(([name, { url }]) => {
    const refusal = urlRefusal(url, extraHosts.destinations);
    return refusal === undefined ? [] : [{ path: `destinations.${name}.url`, message: WHY_NOT[refusal] }];
  }),
  ...(accountsServerOf(source.zoho.accountsUrl, extraHosts) === undefined
    ? [{ path: 'zoho.accountsUrl', message: 'is not an accounts server of Zoho’s' }]
    : []),
];

export const problemLines = (file: string, problems: SourceProblem[]): string =>
  problems
    .map(({ path, message, line }) =>
      printable(`${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path} `}${message}`),
    )
    .join('\n');

export const countOf = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
