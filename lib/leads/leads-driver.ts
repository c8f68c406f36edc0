import { toZohoRecord } from '../mapping/to-zoho-record.ts';
import type { Now } from '../platform/clock.ts';
import type { Send } from '../platform/outbound.ts';
import type { Table, Value } from '../platform/table.ts';
import type { Form } from '../sources/form.ts';
import type { LoadSource } from '../sources/load-source.ts';
import type { ZohoSettings } from '../sources/zoho-settings.ts';
import type { createAccessTokens } from '../tokens/access-token.ts';
import type { Budget } from '../work/allowance.ts';
import type { LaneDriver, Prepared } from '../work/lane-driver.ts';
import type { CallOutcome, ItemOutcome } from '../work/outcome.ts';
import type { WorkItem } from '../work/work-item.ts';
import { DEFAULT_DAILY_CREDITS, readUsage, writeCredits } from '../zoho/credits.ts';
import { insertRequest, upsertRequest } from '../zoho/record-requests.ts';
import { type RecordOutcome, readUpsertAnswer } from '../zoho/upsert-answer.ts';
import { fieldsWrittenSince } from './newer-fields.ts';
import { readLeadItem } from './submission-item.ts';

export type LeadsDriverDeps = {
  connection: string;
  loadSource: LoadSource;
  tokens: Pick<ReturnType<typeof createAccessTokens>, 'get' | 'invalidate' | 'forget'>;
  send: Send;
  table: Table;
  now: Now;
};

type ZohoRecord = Record<string, unknown>;
/** What records must agree on to share a call. */
type WriteOptions = { module: string; duplicateCheckFields: string[]; trigger?: string[]; assignmentRule?: string };
type LeadPayload = { record: ZohoRecord; options: WriteOptions; warnings: Value[] };

const CALL_DEADLINE_MS = 20_000;
/**
 * Zoho takes ten calls with more than ten records at once in every edition ("API Limits", sub-concurrency); of smaller
 * ones the Free edition takes five. What is less than this the lane learns.
 */
const MAX_CONCURRENT = 10;

const optionsOf = (form: Form): WriteOptions => ({
  module: form.module,
  duplicateCheckFields: form.duplicateCheckFields,
  ...(form.trigger === undefined ? {} : { trigger: form.trigger }),
  ...(form.assignmentRule === undefined ? {} : { assignmentRule: form.assignmentRule }),
});

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
  connection,
  loadSource,
  tokens,
  send,
  table,
  now,
}: LeadsDriverDeps): LaneDriver<LeadPayload> => {
  /** The token Zoho refused last. When a fresh one is refused too, the fault is the connection's. */
  let refusedToken: string | undefined;
  /** What the sources of this connection say of their one Zoho. */
  const zohoOf = new Map<string, ZohoSettings>();

  const prepare = async (item: WorkItem): Promise<Prepared<LeadPayload>> => {
    const submission = readLeadItem(item);
    const loaded = await loadSource(submission.source);
    if (loaded === undefined) return refused('source_removed');
    zohoOf.set(submission.source, loaded.source.zoho);
    const form = loaded.source.forms[submission.form];
    if (form === undefined) return refused('form_removed');

    // Mapped now, not when it was accepted: a re-run uses today's mapping.
    const mapped = toZohoRecord(form, submission.fields);
    if ('refused' in mapped) return refused(mapped.refused.code, mapped.refused.fields?.[0]);
    const checked = new Set(form.duplicateCheckFields);
    // An insert makes a record of its own, which nobody else has written to: it needs all its fields.
    const newer = checked.size === 0 ? checked : await fieldsWrittenSince(table, submission, form.module);
    const record = Object.fromEntries(
      Object.entries(mapped.record).filter(([field]) => checked.has(field) || !newer.has(field)),
    );
    if (form.marker !== undefined) record[form.marker] = submission.id;
    const options = optionsOf(form);
    const keys = keysOf(form, record);
    return {
      status: 'ready',
      group: JSON.stringify(options),
      keys,
      // Without a value to look up Zoho inserts, and a repeat would make another record.
      repeatable: keys.length > 0,
      payload: { record, options, warnings: mapped.warnings },
    };
  };

  const open: LaneDriver<LeadPayload>['open'] = async () => {
    const token = await tokens.get(connection);
    switch (token.status) {
      case 'token':
        return { status: 'ready' };
      case 'wait':
        return {
          status: 'lane_fault',
          code: token.code,
          afterMs: Math.max(0, token.retryAtMs - now()),
          maybeSent: false,
        };
      case 'refused':
        return {
          status: 'connection_fault',
          code: token.code,
          ...(token.grant === undefined ? {} : { grant: token.grant }),
        };
    }
  };

  const sendBatch: LaneDriver<LeadPayload>['send'] = async (batch, mayCall) => {
    const token = await tokens.get(connection);
    if (token.status !== 'token') return open() as Promise<CallOutcome>;
    const { options } = batch[0]?.payload ?? { options: undefined };
    if (options === undefined || !mayCall()) return { status: 'not_sent' };
    const { duplicateCheckFields, ...rest } = options;
    const common = {
      apiDomain: token.apiDomain,
      accessToken: token.value,
      records: batch.map(({ payload }) => payload.record),
      ...rest,
    };
    const request =
      duplicateCheckFields.length > 0 ? upsertRequest({ ...common, duplicateCheckFields }) : insertRequest(common);
    const answer = await send(request, { deadlineMs: CALL_DEADLINE_MS });
    const credits = writeCredits(batch.length);
    if (answer.status === 'failed')
      return {
        status: 'lane_fault',
        code: answer.code,
        maybeSent: answer.maybeSent,
        ...(answer.maybeSent ? { usage: { cost: credits } } : {}),
      };
    const usage = { usage: readUsage(credits, answer) };

    const outcomes = readUpsertAnswer(answer.httpStatus, answer.body, batch.length);
    const whole = wholeCallFault(outcomes);
    if (whole === undefined) {
      refusedToken = undefined;
      return {
        ...usage,
        status: 'answered',
        outcomes: outcomes.map((outcome, index) => toItemOutcome(outcome, batch[index]?.payload)),
      };
    }
    if (whole.code === 'INVALID_TOKEN' && (refusedToken === undefined || refusedToken === token.value)) {
      refusedToken = token.value;
      await tokens.invalidate(connection, token.value);
      return { status: 'again', code: whole.code };
    }
    if (whole.fault === 'connection') {
      // A reconnect mends it with a token of another grant; this instance must not go on with the old one.
      tokens.forget(connection);
      return { status: 'connection_fault', code: whole.code, grant: token.grant };
    }
    return {
      ...usage,
      status: 'lane_fault',
      code: whole.code,
      ...(whole.afterSeconds === undefined ? {} : { afterMs: whole.afterSeconds * 1000 }),
      // A refused call did nothing; a broken answer to one says nothing of what was done.
      maybeSent: answer.httpStatus >= 500 || answer.httpStatus < 300,
      ...(answer.httpStatus === 429 ? { overload: true as const } : {}),
    };
  };

  return {
    limits: { maxConcurrent: MAX_CONCURRENT, maxPerCall: 100, fillTo: 10, callDeadlineMs: CALL_DEADLINE_MS },
    budget: () => budgetOf([...zohoOf.values()]),
    prepare,
    open,
    send: sendBatch,
  };
};

/** Sources that share a connection and disagree are served by the most careful of them. */
const budgetOf = (settings: ZohoSettings[]): Budget => {
  const named = settings.flatMap(({ dailyCredits }) => dailyCredits ?? []);
  const perDay = named.length === 0 ? DEFAULT_DAILY_CREDITS : Math.min(...named);
  const kept = settings.flatMap(({ keepCredits }) => keepCredits ?? []);
  return { perDay, keep: kept.length === 0 ? Math.floor(perDay / 50) : Math.max(...kept) };
};

type WholeFault = Extract<RecordOutcome, { status: 'retry' }>;

/** A top-level error gives every record the same outcome, and its fault is not the records'. */
const wholeCallFault = (outcomes: RecordOutcome[]): WholeFault | undefined => {
  const [first] = outcomes;
  if (first?.status !== 'retry' || first.fault === 'item') return undefined;
  return outcomes.every((one) => one.status === 'retry' && one.code === first.code) ? first : undefined;
};

const toItemOutcome = (outcome: RecordOutcome, payload: LeadPayload | undefined): ItemOutcome => {
  const warnings = payload?.warnings ?? [];
  switch (outcome.status) {
    case 'delivered':
      return {
        status: 'delivered',
        receipt: {
          zohoId: outcome.recordId,
          zohoModule: payload?.options.module ?? '',
          zohoAction: outcome.action,
          warnings,
          writtenFields: Object.keys(payload?.record ?? {}),
        },
      };
    case 'rejected':
      return {
        status: 'rejected',
        code: outcome.code,
        ...(outcome.field === undefined ? {} : { field: outcome.field }),
        receipt: { warnings, ...(outcome.duplicateId === undefined ? {} : { duplicateId: outcome.duplicateId }) },
      };
    case 'retry':
      return {
        status: 'retry',
        code: outcome.code,
        ...(outcome.code === 'unreadable_result' ? { maybeSent: true as const } : {}),
        ...(outcome.afterSeconds === undefined ? {} : { afterMs: outcome.afterSeconds * 1000 }),
      };
  }
};
