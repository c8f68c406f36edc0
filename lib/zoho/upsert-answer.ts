import * as z from 'zod/mini';
import { callFaultOf, isCallCode, recordFaultOf } from './faults.ts';
import { parseJson } from './parse-json.ts';

/** What became of one record. Codes and fields are Zoho's own; ids are texts. */
export type RecordOutcome =
  | { status: 'delivered'; recordId: string; action: 'insert' | 'update'; duplicateField?: string }
  /** `duplicateId`: the record that has the unique value already, in `duplicateModule` where that is said. */
  | { status: 'rejected'; code: string; field?: string; duplicateId?: string; duplicateModule?: string }
  | { status: 'retry'; fault: 'item' | 'lane' | 'connection'; code: string; field?: string; afterSeconds?: number };

const id = z.pipe(z.union([z.string(), z.number()]), z.transform(String)).check(z.regex(/^\d{1,20}$/));
/** A name is kept only if it looks like one: codes and fields reach logs and lists. */
const name = z.string().check(z.regex(/^[A-Za-z][\w.]{0,99}$/));
const maybe = <Schema extends z.ZodMiniType>(schema: Schema) => z.catch(z.optional(schema), undefined);

const details = z.object({
  id: maybe(id),
  api_name: maybe(name),
  json_path: maybe(z.string()),
  duplicate_record: maybe(z.object({ id: maybe(id), module: maybe(z.object({ api_name: maybe(name) })) })),
  dependee: maybe(z.object({ api_name: maybe(name) })),
  expected_fields: maybe(z.array(z.object({ api_name: maybe(name) }))),
  errors: maybe(z.array(z.unknown())),
  retry_after: maybe(z.number().check(z.minimum(1), z.maximum(3600))),
});

/** One entry of `data[]`, or the whole body of a refused call: both have the same envelope. */
const entry = z.object({
  code: maybe(name),
  status: maybe(z.string()),
  action: maybe(z.string()),
  duplicate_field: maybe(name),
  message: maybe(z.string()),
  details: z.catch(details, {}),
});
type Entry = z.infer<typeof entry>;

const UNREADABLE: RecordOutcome = { status: 'retry', fault: 'item', code: 'unreadable_result' };

const readEntry = (value: unknown): Entry | undefined => entry.safeParse(value).data;
const isSuccess = ({ status, code }: Entry): boolean =>
  status === 'success' || (status === undefined && code === 'SUCCESS');

/** `$.data[3].Last_Name` names the field where `api_name` does not. */
const fieldOf = ({ details: of }: Entry): string | undefined =>
  of.api_name ??
  of.dependee?.api_name ??
  of.expected_fields?.[0]?.api_name ??
  /\.([A-Za-z]\w{0,99})$/.exec(of.json_path ?? '')?.[1];
const duplicateOf = ({ code, details: of }: Entry): { duplicateId: string; duplicateModule?: string } | undefined => {
  const duplicateId = code === 'DUPLICATE_DATA' ? (of.duplicate_record?.id ?? of.id) : undefined;
  const duplicateModule = of.duplicate_record?.module?.api_name;
  if (duplicateId === undefined) return undefined;
  return { duplicateId, ...(duplicateModule === undefined ? {} : { duplicateModule }) };
};

const withField = (field: string | undefined) => (field === undefined ? {} : { field });

/** Several errors of one record travel in one entry; one that cannot pass rejects it. */
const failedRecord = (failed: Entry): RecordOutcome => {
  const code = failed.code ?? UNREADABLE.code;
  const nested = (failed.details.errors ?? []).flatMap((error) => readEntry(error) ?? []);
  const [first = failed] = nested.filter((one) => recordFaultOf(one.code ?? '') === 'rejected').concat(nested);
  const field = fieldOf(failed) ?? fieldOf(first);
  if (recordFaultOf(nested.length > 0 ? (first.code ?? '') : code) === 'item')
    return { status: 'retry', fault: 'item', code, ...withField(field) };
  const duplicate = [failed, ...nested].map(duplicateOf).find((found) => found !== undefined);
  return { status: 'rejected', code, ...withField(field), ...duplicate };
};

const recordOutcome = (read: Entry | undefined): RecordOutcome => {
  if (read === undefined) return UNREADABLE;
  if (!isSuccess(read)) return failedRecord(read);
  if (read.details.id === undefined) return UNREADABLE;
  // `duplicate_field` stands on inserts too; only `action` tells, and an insert call's answer has none.
  const isUpdate = read.action === undefined ? /updated/i.test(read.message ?? '') : read.action === 'update';
  return {
    status: 'delivered',
    recordId: read.details.id,
    action: isUpdate ? 'update' : 'insert',
    ...(read.duplicate_field === undefined ? {} : { duplicateField: read.duplicate_field }),
  };
};

const callOutcome = (code: string, afterSeconds: number | undefined): RecordOutcome => ({
  status: 'retry',
  fault: callFaultOf(code),
  code,
  ...(afterSeconds === undefined ? {} : { afterSeconds }),
});

/** The refusal of a whole call, bare or wrapped in `data`; undefined where the records speak for themselves. */
const readCallFault = (
  httpStatus: number,
  parsed: unknown,
  entries: Array<Entry | undefined> | undefined,
): RecordOutcome | undefined => {
  if (entries === undefined) {
    const read = readEntry(parsed);
    const isRefusal = read?.code !== undefined && !isSuccess(read);
    if (isRefusal) return callOutcome(read.code ?? '', read.details.retry_after);
    return callOutcome(httpStatus >= 300 ? `http_${httpStatus}` : 'unreadable_answer', undefined);
  }
  const [first] = entries;
  if (first?.code === undefined || isSuccess(first) || !isCallCode(first.code, httpStatus)) return undefined;
  return entries.every((one) => one?.code === first.code)
    ? callOutcome(first.code, first.details.retry_after)
    : undefined;
};

const wrapper = z.object({ data: z.array(z.unknown()) });
const entriesOf = (parsed: unknown): Array<Entry | undefined> | undefined =>
  wrapper.safeParse(parsed).data?.data.map(readEntry);

/**
 * One outcome per record sent, in the order sent. The records' own results decide whatever the HTTP status: a 2xx
 * holds failed records and a 400 holds stored ones. A refused call gives every record the same outcome.
 * Results that cannot be told apart (another number than was sent) are `unreadable_result`.
 * @param body the answer's text (ids keep every digit), or what was parsed from it
 * @param count how many records were sent
 */
export const readUpsertAnswer = (httpStatus: number, body: unknown, count: number): RecordOutcome[] => {
  const parsed = parseJson(body);
  const entries = entriesOf(parsed);
  const fault = readCallFault(httpStatus, parsed, entries);
  const outcomeAt = (index: number): RecordOutcome =>
    fault ?? (entries?.length === count ? recordOutcome(entries[index]) : UNREADABLE);
  return Array.from({ length: count }, (_, index) => outcomeAt(index));
};

/** The same for an insert, whose results carry neither `action` nor `duplicate_field`. */
export const readInsertAnswer = readUpsertAnswer;
