import { type CoqlRow, coqlText } from './coql.ts';

export type MarkerQuery = {
  /** API name of the module. */
  module: string;
  /** API name of the field that holds the marker. */
  marker: string;
  /** At most 100. */
  values: readonly string[];
};

/**
 * The query that finds records by their marker. Leads that were converted meanwhile count as well; that query names a
 * field which not every organisation shows to COQL (`INVALID_QUERY`).
 */
export const markerQuery = (
  { module, marker, values }: MarkerQuery,
  { converted }: { converted: 'as_it_comes' | 'named' },
): string => {
  const isMarked = `${marker} in (${values.map(coqlText).join(', ')})`;
  const condition =
    converted === 'named' ? `(${isMarked} and (Converted__s = true or Converted__s = false))` : isMarked;
  return `select id, ${marker} from ${module} where ${condition}`;
};

const isOlder = (id: string, than: string): boolean => BigInt(id) < BigInt(than);

/**
 * Record ids by marker. Zoho compares without case, so what it found is compared again; of several records with one
 * marker (somebody has cloned a lead) the oldest counts.
 */
export const readMarkers = (
  rows: readonly CoqlRow[],
  { marker, values }: Pick<MarkerQuery, 'marker' | 'values'>,
): Map<string, string> => {
  const wanted = new Set<unknown>(values);
  const found = new Map<string, string>();
  for (const row of rows) {
    const value = row[marker];
    if (typeof value !== 'string' || !wanted.has(value)) continue;
    const known = found.get(value);
    if (known === undefined || isOlder(row.id, known)) found.set(value, row.id);
  }
  return found;
};
