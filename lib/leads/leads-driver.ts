import { toZohoRecord } from '../mapping/to-zoho-record.ts';
import type { Table } from '../platform/table.ts';
import type { Form } from '../sources/form.ts';
import type { LoadSource } from '../sources/load-source.ts';
import type { ZohoSettings } from '../sources/zoho-settings.ts';
import type { Budget } from '../work/allowance.ts';
import type { Batch, LaneDriver, Prepared } from '../work/lane-driver.ts';
import type { ItemOutcome } from '../work/outcome.ts';
import type { WorkItem } from '../work/work-item.ts';
import { DEFAULT_DAILY_CREDITS } from '../zoho/credits.ts';
import { isNotPermitted } from '../zoho/faults.ts';
import type { ZohoRecord } from '../zoho/record-requests.ts';
import { beforeSending } from './before-sending.ts';
import { findEachPerson } from './find-each-person.ts';
import { findPeople } from './find-people.ts';
import { callOptionsOf, type LeadPayload, needsLookUp, type WriteOptions } from './lead-payload.ts';
import { lookUpLeads } from './look-up-leads.ts';
import { fieldsWrittenSince } from './newer-fields.ts';
import { queryNotPermitted, rejectedFor } from './not-permitted.ts';
import { readLead } from './submission-item.ts';
import { writeTargets } from './write-targets.ts';
import { writeToPeople } from './write-to-people.ts';
import { CALL_DEADLINE_MS, createZohoCalls, type ZohoCallsDeps } from './zoho-calls.ts';

export type LeadsDriverDeps = ZohoCallsDeps & {
  loadSource: LoadSource;
  table: Table;
  /** From the deadline of a call in doubt to its look-up. @default 60 s: Zoho may store records after our time-out */
  lookUpAfterMs?: number;
};

const LOOK_UP_AFTER_MS = 60_000;
/** Two queries, a write, and a change of what turned out to be there. */
const LOOKED_UP_REQUESTS = 4;
/**
 * Zoho takes ten calls with more than ten records at once in every edition ("API Limits", sub-concurrency); of smaller
 * ones the Free edition takes five. What is less than this the lane learns.
 */
export const MAX_CONCURRENT = 10;

/**
 * Zoho compares unique values without case, so two spellings of one e-mail are one person. Who may be changed as a
 * Contact is one there, too.
 */
const keysOf = ({ module, duplicateCheckFields, onConverted }: Form, record: ZohoRecord): string[] =>
  [
    ...duplicateCheckFields.map((field) => [module, field] as const),
    ...(onConverted === 'contact' ? [['Contacts', 'Email'] as const] : []),
  ].flatMap(([place, field]) => {
    const value = record[field];
    return value === undefined ? [] : [JSON.stringify([place, field, String(value).toLowerCase()])];
  });

/** Where submissions may end up. */
const modulesOf = ({ module, onConverted }: WriteOptions): string[] =>
  onConverted === 'contact' ? [module, 'Contacts'] : [module];

const refused = (code: string, field?: string): Prepared<LeadPayload> => ({
  status: 'settled',
  outcome: { status: 'rejected', code, ...(field === undefined ? {} : { field }) },
});

/** Delivers a connection's submissions to Zoho: one call per started hundred records of one module and set of options. */
export const createLeadsDriver = ({
  loadSource,
  table,
  lookUpAfterMs = LOOK_UP_AFTER_MS,
  ...deps
}: LeadsDriverDeps): LaneDriver<LeadPayload> => {
  const zoho = createZohoCalls(deps);
  /** What the sources of this connection say of their one Zoho. */
  const zohoOf = new Map<string, ZohoSettings>();

  const prepare = async (item: WorkItem): Promise<Prepared<LeadPayload>> => {
    const submission = readLead(item);
    const loaded = await loadSource(item.source);
    if (loaded === undefined) return refused('source_removed');
    zohoOf.set(item.source, loaded.source.zoho);
    const form = loaded.source.forms[submission.form];
    if (form === undefined) return refused('form_removed');

    // Mapped now, not when it was accepted: a re-run uses today's mapping.
    const mapped = toZohoRecord(form, submission.fields);
    if ('refused' in mapped) return refused(mapped.refused.code, mapped.refused.fields?.[0]);
    const record = { ...mapped.record };
    const { options, group } = callOptionsOf(form);
    const keys = keysOf(form, record);
    // Without a value to look up Zoho inserts, and a repeat would make another record. Only then is the record marked:
    // one that is found by its values keeps the marker of the submission that made it.
    const isInserted = keys.length === 0;
    const marker = isInserted ? form.marker : undefined;
    if (marker !== undefined) record[marker] = item.id;
    return {
      status: 'ready',
      group,
      keys,
      repeatable: !isInserted,
      ...(needsLookUp(options) ? { requests: LOOKED_UP_REQUESTS } : {}),
      // A note is found again only once Zoho shows it.
      ...(options.onConverted === 'deal_note' ? { repeatAfterMs: lookUpAfterMs } : {}),
      ...(marker === undefined ? {} : { lookUpGroup: JSON.stringify([options.module, marker]) }),
      payload: {
        record,
        options,
        form: submission.form,
        warnings: mapped.warnings,
        ...(marker === undefined ? {} : { marker }),
      },
    };
  };

  /** Asked right before the call: while an older submission waited, a newer one may have come through. */
  const withoutNewerFields = async ({ item, payload }: Batch<LeadPayload>[number]): Promise<LeadPayload> => {
    const { options, record } = payload;
    const checked = new Set(options.duplicateCheckFields);
    const newer = await fieldsWrittenSince(table, item, modulesOf(options));
    // An insert makes a record of its own, which nobody else has written to: it needs all its fields.
    if (checked.size === 0) return { ...payload, newer };
    const fields = Object.entries(record).filter(([field]) => checked.has(field) || !newer.has(field));
    return { ...payload, record: Object.fromEntries(fields) };
  };

  const send: LaneDriver<LeadPayload>['send'] = async (batch, mayCall) => {
    const { options } = batch[0]?.payload ?? {};
    if (options === undefined) return { status: 'not_sent' };
    const payloads = await beforeSending(() => Promise.all(batch.map(withoutNewerFields)));
    if (!Array.isArray(payloads)) return payloads;
    const current = batch.map((one, index) => ({ ...one, payload: payloads[index] ?? one.payload }));
    if (!needsLookUp(options)) return writeTargets(current, [], zoho, mayCall);
    const records = payloads.map(({ record }) => record);
    const found = await findEachPerson(records, options.duplicateCheckFields, (some) =>
      findPeople(some, options, zoho, mayCall),
    );
    if (found.status === 'refused') {
      const { code, usage } = found;
      const closed = isNotPermitted(code) ? queryNotPermitted(options.module) : undefined;
      const outcomes = payloads.map(
        (payload): ItemOutcome => (closed === undefined ? { status: 'rejected', code } : rejectedFor(payload, closed)),
      );
      return { status: 'answered', outcomes, usage };
    }
    if (found.status !== 'found') return found;
    return writeToPeople(current, found, zoho, mayCall);
  };

  return {
    limits: { maxConcurrent: MAX_CONCURRENT, maxPerCall: 100, fillTo: 10, callDeadlineMs: CALL_DEADLINE_MS },
    budget: () => budgetOf([...zohoOf.values()]),
    prepare,
    open: zoho.open,
    send,
    lookUp: { afterMs: lookUpAfterMs, find: (batch, mayCall) => lookUpLeads(batch, zoho, mayCall) },
  };
};

/** Sources that share a connection and disagree are served by the most careful of them. */
const budgetOf = (settings: ZohoSettings[]): Budget => {
  const named = settings.flatMap(({ dailyCredits }) => dailyCredits ?? []);
  const perDay = named.length === 0 ? DEFAULT_DAILY_CREDITS : Math.min(...named);
  const kept = settings.flatMap(({ keepCredits }) => keepCredits ?? []);
  return { perDay, keep: kept.length === 0 ? Math.floor(perDay / 50) : Math.max(...kept) };
};
