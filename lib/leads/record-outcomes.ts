import type { ItemOutcome } from '../work/outcome.ts';
import { type RecordOutcome, readUpsertAnswer } from '../zoho/upsert-answer.ts';
import { type LeadPayload, receiptOf } from './lead-payload.ts';
import type { Reading } from './zoho-calls.ts';

/** A top-level error gives every record the same outcome, and its fault is not the records'. */
export const readOutcomes = (httpStatus: number, body: string, count: number): Reading<RecordOutcome[]> => {
  const outcomes = readUpsertAnswer(httpStatus, body, count);
  const [first] = outcomes;
  if (first?.status !== 'retry' || first.fault === 'item') return { status: 'read', answer: outcomes };
  const isWhole = outcomes.every((one) => one.status === 'retry' && one.code === first.code);
  if (!isWhole) return { status: 'read', answer: outcomes };
  const { fault, code, afterSeconds } = first;
  return { status: 'fault', fault, code, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
};

/** What one record's result means for its submission. `receipt`: what the submission keeps when it was taken. */
export const toItemOutcome = (
  outcome: RecordOutcome | undefined,
  payload: LeadPayload,
  receipt: (recordId: string, action: 'insert' | 'update') => ReturnType<typeof receiptOf> = (recordId, action) =>
    receiptOf(payload, recordId, action),
): ItemOutcome => {
  if (outcome === undefined) return { status: 'retry', code: 'no_result', maybeSent: true };
  switch (outcome.status) {
    case 'delivered':
      return { status: 'delivered', receipt: receipt(outcome.recordId, outcome.action) };
    case 'rejected': {
      const { code, field, duplicateId } = outcome;
      // Where the marker is a unique field, Zoho itself recognises a record that an earlier try has made.
      if (duplicateId !== undefined && field !== undefined && field === payload.marker)
        return { status: 'delivered', receipt: receiptOf(payload, duplicateId, 'insert'), code };
      const duplicate = duplicateId === undefined ? {} : { duplicateId };
      const kept = { warnings: payload.warnings, ...duplicate };
      return { status: 'rejected', code, ...(field === undefined ? {} : { field }), receipt: kept };
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
