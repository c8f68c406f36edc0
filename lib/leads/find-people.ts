import type { Usage } from '../work/outcome.ts';
import { type CoqlAnswer, type CoqlRow, coqlRequest, readCoqlAnswer } from '../zoho/coql.ts';
import { queryCredits } from '../zoho/credits.ts';
import { isNotPermitted } from '../zoho/faults.ts';
import { type FoundRecord, leadsQuery, readFoundRecord, recordsQuery, type Wanted } from '../zoho/person-queries.ts';
import type { ZohoRecord } from '../zoho/record-requests.ts';
import { addUsage, withUsage } from './add-usage.ts';
import type { Person } from './choose-target.ts';
import type { WriteOptions } from './lead-payload.ts';
import { contactsNotPermitted, queryNotPermitted } from './not-permitted.ts';
import type { CallFault, Reading, ZohoCalls } from './zoho-calls.ts';

/** Most rows that one query answers ("Get Records through COQL Query"). */
const MOST_ROWS = 2_000;

/**
 * Nobody can tell what Zoho holds of this person: it found more records than it tells of, or refuses the question.
 * `mayBeAnother`: which of several it does so for has not been found out yet.
 */
export type Unknown = { unknown: string; mayBeAnother?: true };

export type FoundPeople =
  /** In the order asked. */
  | { status: 'found'; people: Array<Person | Unknown>; usage: Usage }
  /** The grant has no scope for COQL, or Zoho will not answer this query: only a person can help. */
  | { status: 'refused'; code: string; usage: Usage };

type Rows = { status: 'rows'; rows: CoqlRow[]; moreRecords: boolean; usage: Usage };
type Refused = { status: 'refused'; code: string; usage: Usage };

type Told = Exclude<CoqlAnswer, { status: 'fault' }>;
const read = (httpStatus: number, body: string): Reading<Told> => {
  const answer = readCoqlAnswer(httpStatus, body);
  return answer.status === 'fault' ? answer : { status: 'read', answer };
};

const ask = async (zoho: ZohoCalls, query: string, mayCall: () => boolean): Promise<Rows | Refused | CallFault> => {
  const once = async (text: string, rows: number) => {
    const told = await zoho.call((token) => coqlRequest({ ...token, query: text }), read, queryCredits(rows), mayCall);
    return told.status === 'read' ? { ...told.answer, usage: told.usage } : told;
  };
  const first = await once(query, 200);
  if (first.status !== 'rows' || !first.moreRecords) return first;
  // A hundred people with more than two records each: the dearer query tells of all of them.
  const whole = await once(`${query} limit ${MOST_ROWS}`, MOST_ROWS);
  return withUsage(whole, first.usage);
};

const wantedOf = (records: readonly ZohoRecord[], fields: readonly string[]): Wanted[] =>
  fields
    .map((field) => ({
      field,
      values: [...new Set(records.map((record) => record[field]))].filter((one) => one !== undefined),
    }))
    .filter(({ values }) => values.length > 0);

const byAge = (a: { id: string }, b: { id: string }): number => (BigInt(a.id) < BigInt(b.id) ? -1 : 1);

/** The records of one person: those that match the first of the fields that any matches, as Zoho's upsert has it. */
const recordsOf = (found: readonly FoundRecord[], record: ZohoRecord, fields: readonly string[]): FoundRecord[] => {
  for (const field of fields) {
    const value = record[field];
    const matching = value === undefined ? [] : found.filter(({ has }) => has(field, value));
    if (matching.length > 0) return [...matching].sort(byAge);
  }
  return [];
};

/** Of several open records the oldest counts, as in Zoho; of several conversions the latest. */
const personOf = (records: FoundRecord[]): Person => {
  const open = records.find(({ isConverted }) => !isConverted);
  const converted = records.filter(({ isConverted }) => isConverted).at(-1);
  return {
    ...(open === undefined ? {} : { recordId: open.id }),
    ...(converted?.contactId === undefined ? {} : { contactId: converted.contactId }),
    ...(converted?.dealId === undefined ? {} : { dealId: converted.dealId }),
  };
};

/** The form's module, with conversions where leads are asked for and Zoho tells. */
const askForRecords = async (zoho: ZohoCalls, module: string, wanted: Wanted[], mayCall: () => boolean) => {
  if (module !== 'Leads') return ask(zoho, recordsQuery(module, wanted), mayCall);
  const told = await ask(zoho, leadsQuery(wanted), mayCall);
  const isHidden = told.status === 'refused' && told.code === 'INVALID_QUERY';
  return isHidden ? ask(zoho, recordsQuery(module, wanted), mayCall) : told;
};

/**
 * What Zoho holds of the people behind up to a hundred records: one query for the form's module, and one for Contacts
 * where the form sends customers there and somebody has no open record. COQL reads what is stored, so that a lead of a
 * second ago is found.
 *
 * Where the grant does not let us ask, people count as unknown, and say so: the worst that comes of it is another lead
 * for a customer. But a form that keeps existing records from being written over must know them.
 */
export const findPeople = async (
  records: readonly ZohoRecord[],
  { module, duplicateCheckFields, onConverted, ifExists }: WriteOptions,
  zoho: ZohoCalls,
  mayCall: () => boolean,
): Promise<FoundPeople | CallFault> => {
  const wanted = wantedOf(records, duplicateCheckFields);
  if (wanted.length === 0) return { status: 'found', people: records.map(() => ({})), usage: { cost: 0 } };
  const told = await askForRecords(zoho, module, wanted, mayCall);
  if (told.status === 'refused' && isNotPermitted(told.code) && ifExists === undefined) {
    const unseen = queryNotPermitted(module);
    return { status: 'found', people: records.map(() => ({ unseen })), usage: told.usage };
  }
  if (told.status !== 'rows') return told;
  const found = told.rows.map(readFoundRecord);
  const people: Person[] = records.map((record) => personOf(recordsOf(found, record, duplicateCheckFields)));
  const isNew = (person: Person): boolean => Object.keys(person).length === 0;
  const hidden = told.moreRecords ? people.map(isNew) : [];

  const strangers = onConverted === undefined ? [] : records.filter((_, index) => isNew(people[index] ?? {}));
  const emails = wantedOf(strangers, ['Email']);
  let { usage } = told;
  if (emails.length > 0) {
    const contacts = await ask(zoho, recordsQuery('Contacts', emails), mayCall);
    const isClosed = contacts.status === 'refused' && isNotPermitted(contacts.code);
    if (contacts.status !== 'rows' && !isClosed) return withUsage(contacts, usage);
    usage = addUsage(usage, contacts.usage);
    const known = contacts.status === 'rows' ? contacts.rows.map(readFoundRecord) : [];
    for (const [index, record] of records.entries()) {
      if (!isNew(people[index] ?? {})) continue;
      const [contact] = recordsOf(known, record, ['Email']);
      if (isClosed) people[index] = { unseen: contactsNotPermitted('READ') };
      else if (contact !== undefined) people[index] = { contactId: contact.id };
    }
  }
  const tooMany: Unknown = { unknown: 'too_many_found' };
  return { status: 'found', people: people.map((one, index) => (hidden[index] === true ? tooMany : one)), usage };
};
