import { toZohoRecord } from '../mapping/to-zoho-record.ts';
import type { Table } from '../platform/table.ts';
import type { Form } from '../sources/form.ts';
import type { LoadSource } from '../sources/load-source.ts';
import type { Batch, LaneDriver, Prepared } from '../work/lane-driver.ts';
import type { ItemOutcome } from '../work/outcome.ts';
import type { WorkItem } from '../work/work-item.ts';
import { insertRequest, upsertRequest, type ZohoRecord } from '../zoho/record-requests.ts';
import { type RecordOutcome, readUpsertAnswer } from '../zoho/upsert-answer.ts';
import { beforeSending } from './before-sending.ts';
import { type LeadPayload, receiptOf, writeOptionsOf } from './lead-payload.ts';
import { lookUpLeads } from './look-up-leads.ts';
import { fieldsWrittenSince } from './newer-fields.ts';
import { readLeadItem } from './submission-item.ts';
import { CALL_DEADLINE_MS, createZohoCalls, type Reading, type ZohoCallsDeps } from './zoho-calls.ts';

export type LeadsDriverDeps = ZohoCallsDeps & {
  loadSource: LoadSource;
  table: Table;
  /** From the deadline of a call in doubt to its look-up. @default 60 s: Zoho may store records after our time-out */
  lookUpAfterMs?: number;
};

const LOOK_UP_AFTER_MS = 60_000;

/** Zoho compares unique values without case, so two spellings of one e-mail are one person. */
const keysOf = (form: Form, record: ZohoRecord): string[] =>
  form.duplicateCheckFields.flatMap((field) => {
    const value = record[field];
    return value === undefined ? [] : [JSON.stringify([form.module, field, String(value).toLowerCase()])];
  });

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

  const prepare = async (item: WorkItem): Promise<Prepared<LeadPayload>> => {
    const submission = readLeadItem(item);
    const loaded = await loadSource(submission.source);
    if (loaded === undefined) return refused('source_removed');
    const form = loaded.source.forms[submission.form];
    if (form === undefined) return refused('form_removed');

    // Mapped now, not when it was accepted: a re-run uses today's mapping.
    const mapped = toZohoRecord(form, submission.fields);
    if ('refused' in mapped) return refused(mapped.refused.code, mapped.refused.fields?.[0]);
    const record = { ...mapped.record };
    const options = writeOptionsOf(form);
    const keys = keysOf(form, record);
    // Without a value to look up Zoho inserts, and a repeat would make another record. Only then is the record marked:
    // one that is found by its values keeps the marker of the submission that made it.
    const isInserted = keys.length === 0;
    const marker = isInserted ? form.marker : undefined;
    if (marker !== undefined) record[marker] = submission.id;
    return {
      status: 'ready',
      group: JSON.stringify(options),
      keys,
      repeatable: !isInserted,
      ...(marker === undefined ? {} : { lookUpGroup: JSON.stringify([options.module, marker]) }),
      payload: { record, options, warnings: mapped.warnings, ...(marker === undefined ? {} : { marker }) },
    };
  };

  /** Asked right before the call: while an older submission waited, a newer one may have come through. */
  const withoutNewerFields = async ({ item, payload }: Batch<LeadPayload>[number]): Promise<LeadPayload> => {
    const { options, record } = payload;
    const checked = new Set(options.duplicateCheckFields);
    // An insert makes a record of its own, which nobody else has written to: it needs all its fields.
    if (checked.size === 0) return payload;
    const newer = await fieldsWrittenSince(table, readLeadItem(item), options.module);
    const fields = Object.entries(record).filter(([field]) => checked.has(field) || !newer.has(field));
    return { ...payload, record: Object.fromEntries(fields) };
  };

  const send: LaneDriver<LeadPayload>['send'] = async (batch, mayCall) => {
    const { options } = batch[0]?.payload ?? {};
    if (options === undefined) return { status: 'not_sent' };
    const { duplicateCheckFields, ...rest } = options;
    const payloads = await beforeSending(() => Promise.all(batch.map(withoutNewerFields)));
    if (!Array.isArray(payloads)) return payloads;
    const records = payloads.map(({ record }) => record);
    const answer = await zoho.call(
      (token) =>
        duplicateCheckFields.length > 0
          ? upsertRequest({ ...token, records, ...rest, duplicateCheckFields })
          : insertRequest({ ...token, records, ...rest }),
      (httpStatus, body) => readOutcomes(httpStatus, body, batch.length),
      mayCall,
    );
    if (answer.status !== 'read') return answer;
    const outcomes = payloads.map((payload, index) => toItemOutcome(answer.answer[index], payload));
    return { status: 'answered', outcomes };
  };

  return {
    limits: { maxConcurrent: 8, maxPerCall: 100, fillTo: 10, callDeadlineMs: CALL_DEADLINE_MS },
    prepare,
    open: zoho.open,
    send,
    lookUp: { afterMs: lookUpAfterMs, find: (batch, mayCall) => lookUpLeads(batch, zoho, mayCall) },
  };
};

/** A top-level error gives every record the same outcome, and its fault is not the records'. */
const readOutcomes = (httpStatus: number, body: string, count: number): Reading<RecordOutcome[]> => {
  const outcomes = readUpsertAnswer(httpStatus, body, count);
  const [first] = outcomes;
  if (first?.status !== 'retry' || first.fault === 'item') return { status: 'read', answer: outcomes };
  const isWhole = outcomes.every((one) => one.status === 'retry' && one.code === first.code);
  if (!isWhole) return { status: 'read', answer: outcomes };
  const { fault, code, afterSeconds } = first;
  return { status: 'fault', fault, code, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
};

const toItemOutcome = (outcome: RecordOutcome | undefined, payload: LeadPayload): ItemOutcome => {
  if (outcome === undefined) return { status: 'retry', code: 'no_result', maybeSent: true };
  switch (outcome.status) {
    case 'delivered':
      return { status: 'delivered', receipt: receiptOf(payload, outcome.recordId, outcome.action) };
    case 'rejected': {
      const { code, field, duplicateId } = outcome;
      // Where the marker is a unique field, Zoho itself recognises a record that an earlier try has made.
      if (duplicateId !== undefined && field !== undefined && field === payload.marker)
        return { status: 'delivered', receipt: receiptOf(payload, duplicateId, 'insert'), code };
      const duplicate = duplicateId === undefined ? {} : { duplicateId };
      const receipt = { warnings: payload.warnings, ...duplicate };
      return { status: 'rejected', code, ...(field === undefined ? {} : { field }), receipt };
    }
    case 'retry':
      return {
        status: 'retry',
        code: outcome.code,
        ...(outcome.code === 'unreadable_result' ? { maybeSent: true as const } : {}),
        ...(outcome.afterSeconds === undefined ? {} : { afterMs: outcome.afterSeconds * 1000 }),
      };
  }
};
