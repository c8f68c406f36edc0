import type { Table } from '../../lib/platform/table.ts';
import type { Source } from '../../lib/sources/source.ts';
import { readSourceItem, SOURCES_LIST, type SourceItem } from '../../lib/sources/source-item.ts';
import { sourceKey } from '../../lib/work/work-item.ts';
import { CliError } from './command.ts';
import { printable } from './text-table.ts';

export type AppliedSource = SourceItem & { source: Source };

/** Ids of all applied sources, in alphabetical order. */
export const sourceIds = async (records: Table): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await records.query({
      index: 'list',
      partition: SOURCES_LIST,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.rows.map(({ pk }) => pk.slice(sourceKey('').length)));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids.sort();
};

export const unknownSource = async (id: string, records: Table): Promise<CliError> => {
  const known = await sourceIds(records);
  const hint =
    known.length === 0 ? 'None is applied yet: npx leadloop source apply FILE.' : `Applied are: ${known.join(', ')}.`;
  return new CliError(1, 'unknown_source', `There is no source "${printable(id)}" here. ${hint}`);
};

/** @throws {CliError} exit 1 when there is no such source */
export const appliedSource = async (id: string, records: Table): Promise<AppliedSource> => {
  const item = await records.get(sourceKey(id));
  if (item === undefined) throw await unknownSource(id, records);
  return readSourceItem(item);
};
