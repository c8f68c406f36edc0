import type { Value } from '../platform/table.ts';
import type { Form } from '../sources/form.ts';
import type { ZohoRecord } from '../zoho/record-requests.ts';

/** What records must agree on to share a call. */
export type WriteOptions = {
  module: string;
  duplicateCheckFields: string[];
  trigger?: string[];
  assignmentRule?: string;
};

/** One submission as it goes to Zoho. */
export type LeadPayload = {
  record: ZohoRecord;
  options: WriteOptions;
  warnings: Value[];
  /** The field that holds the submission's id, by which an inserted record is found again. */
  marker?: string;
};

export const writeOptionsOf = (form: Form): WriteOptions => ({
  module: form.module,
  duplicateCheckFields: form.duplicateCheckFields,
  ...(form.trigger === undefined ? {} : { trigger: form.trigger }),
  ...(form.assignmentRule === undefined ? {} : { assignmentRule: form.assignmentRule }),
});

/** What a delivered submission keeps of its record. */
export const receiptOf = (
  { record, options, warnings }: LeadPayload,
  recordId: string,
  action: 'insert' | 'update',
): Record<string, Value> => ({
  zohoId: recordId,
  zohoModule: options.module,
  zohoAction: action,
  warnings,
  writtenFields: Object.keys(record),
});
