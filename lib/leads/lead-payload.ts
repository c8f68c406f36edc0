import type { Value } from '../platform/table.ts';
import type { IfExists, OnConverted } from '../sources/existing-records.ts';
import type { Form } from '../sources/form.ts';
import type { ZohoRecord } from '../zoho/record-requests.ts';

/** What records must agree on to share a call. */
export type WriteOptions = {
  module: string;
  duplicateCheckFields: string[];
  trigger?: string[];
  assignmentRule?: string;
  /** Absent: Zoho's upsert decides, and nobody has to be looked up before. */
  ifExists?: IfExists;
  /** Absent: a customer's post becomes a lead like anybody's. */
  onConverted?: OnConverted;
};

/** One submission as it goes to Zoho. */
export type LeadPayload = {
  record: ZohoRecord;
  options: WriteOptions;
  warnings: Value[];
  /** The form's name, as a note says it. */
  form: string;
  /** The field that holds the submission's id, by which an inserted record is found again. */
  marker?: string;
  /** Fields that a newer submission of the same person has written: a record that is there already keeps them. */
  newer?: ReadonlySet<string>;
};

const writeOptionsOf = (form: Form): WriteOptions => ({
  module: form.module,
  duplicateCheckFields: form.duplicateCheckFields,
  ...(form.trigger === undefined ? {} : { trigger: form.trigger }),
  ...(form.assignmentRule === undefined ? {} : { assignmentRule: form.assignmentRule }),
  ...(form.ifExists === 'update' ? {} : { ifExists: form.ifExists }),
  ...(form.onConverted === 'new_lead' ? {} : { onConverted: form.onConverted }),
});

const callOf = new WeakMap<Form, { options: WriteOptions; group: string }>();

/** The same for every submission of a form, as long as it is not changed. `group`: what may share a call agrees in it. */
export const callOptionsOf = (form: Form): { options: WriteOptions; group: string } => {
  const known = callOf.get(form);
  if (known !== undefined) return known;
  const options = writeOptionsOf(form);
  const made = { options, group: JSON.stringify(options) };
  callOf.set(form, made);
  return made;
};

/** Whether a person's records must be known before anything is written. */
export const needsLookUp = ({ ifExists, onConverted }: WriteOptions): boolean =>
  ifExists !== undefined || onConverted !== undefined;

/**
 * What a delivered submission keeps of its record.
 * @param written the fields that reached Zoho, by the names the form maps them to. @default all of the record's
 */
export const receiptOf = (
  { record, options, warnings }: LeadPayload,
  recordId: string,
  action: 'insert' | 'update' | 'note',
  { module = options.module, written = Object.keys(record) }: { module?: string; written?: string[] } = {},
): Record<string, Value> => ({
  zohoId: recordId,
  zohoModule: module,
  zohoAction: action,
  warnings,
  writtenFields: written,
});
