import * as z from 'zod/mini';
import { type CoqlRow, coqlText } from './coql.ts';

/** A value as COQL compares it: numbers stand bare, everything else is text. */
const coqlValue = (value: unknown): string => (typeof value === 'number' ? String(value) : coqlText(String(value)));

/** Values of one field to look records up by, at most 100. */
export type Wanted = { field: string; values: readonly unknown[] };

const anyOf = (wanted: readonly Wanted[]): string =>
  wanted
    .map(({ field, values }) => `${field} in (${values.map(coqlValue).join(', ')})`)
    .reduce((all, one) => `(${all} or ${one})`); // COQL takes criteria in pairs

/** Records of a module with one of the values ("Get Records through COQL Query"). */
export const recordsQuery = (module: string, wanted: readonly Wanted[]): string =>
  `select id, ${wanted.map(({ field }) => field).join(', ')} from ${module} where ${anyOf(wanted)}`;

/**
 * Leads with one of the values, those that were converted as well, with what they were converted to. Not every
 * organisation shows these fields to COQL (`INVALID_QUERY`).
 */
export const leadsQuery = (wanted: readonly Wanted[]): string => {
  const fields = [...wanted.map(({ field }) => field), 'Converted__s', 'Converted_Contact', 'Converted_Deal'];
  return `select id, ${fields.join(', ')} from Leads where (${anyOf(wanted)} and (Converted__s = true or Converted__s = false))`;
};

const id = z.string().check(z.regex(/^\d{1,20}$/));
const lookup = z.catch(z.nullish(z.object({ id })), undefined);
const conversion = z.object({
  Converted__s: z.catch(z.nullish(z.boolean()), undefined),
  Converted_Contact: lookup,
  Converted_Deal: lookup,
});

/** A record that was found, with what it was converted to. */
export type FoundRecord = {
  id: string;
  isConverted: boolean;
  contactId?: string;
  dealId?: string;
  /** The values it was looked up by, compared as Zoho does: without case. */
  has: (field: string, value: unknown) => boolean;
};

const folded = (value: unknown): string => String(value).toLowerCase();

export const readFoundRecord = (row: CoqlRow): FoundRecord => {
  const { Converted__s, Converted_Contact, Converted_Deal } = conversion.parse(row);
  return {
    id: row.id,
    isConverted: Converted__s === true,
    ...(Converted_Contact == null ? {} : { contactId: Converted_Contact.id }),
    ...(Converted_Deal == null ? {} : { dealId: Converted_Deal.id }),
    has: (field, value) => row[field] != null && folded(row[field]) === folded(value),
  };
};
