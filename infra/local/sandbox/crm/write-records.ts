import type { Now } from '../../../../lib/platform/clock.ts';
import type { NextId } from '../ids.ts';
import { type CheckedRecord, checkRecord, missingFields } from './check-record.ts';
import type { Cell } from './check-value.ts';
import {
  alreadyModified,
  duplicateData,
  type ErrorItem,
  invalidData,
  invalidId,
  mandatoryNotFound,
  oneItem,
  recordLocked,
} from './errors.ts';
import { invalidExternalValue } from './external-id.ts';
import { checkOrder } from './matching.ts';
import type { Module } from './modules.ts';
import { orgTime, user } from './org.ts';
import type { CrmRecord, RecordStore } from './record-store.ts';

export type WriteDeps = { module: Module; store: RecordStore; nextId: NextId; now: Now };
export type WriteKind = 'insert' | 'update' | 'upsert';
/**
 * `pathId`: the record of an update by path, instead of the `id`s in the body; `externalField`: the field whose values
 * stand in for those `id`s.
 */
export type WriteCall = {
  kind: WriteKind;
  data: unknown[];
  duplicateCheckFields: string[];
  pathId?: string;
  externalField?: string | undefined;
  ifUnmodifiedSinceMs?: number;
};

/** One record that was written, for what comes after: `when` is what workflow rules ask for. */
export type Written = {
  when: 'create' | 'edit';
  module: Module;
  record: CrmRecord;
  /** Of an edit: the fields whose values are others now. */
  changed?: string[];
};
/** One entry of `data[]`, at the index of the record it is about. */
export type WriteItem = ErrorItem | WriteSuccess;
type WriteSuccess = {
  code: 'SUCCESS';
  /** Both only of an upsert. */
  duplicate_field?: string | null;
  action?: 'insert' | 'update';
  details: Record<string, unknown>;
  message: string;
  status: 'success';
};
export type WriteOutcome = { status: number; items: WriteItem[]; written: Written[] };

type Target =
  | { status: 'insert' }
  | { status: 'update'; record: CrmRecord; matchedBy: string | null }
  | { status: 'unknown'; error: ErrorItem };
type Prepared = { index: number; target: Target; checked: CheckedRecord } | { index: number; error: ErrorItem };

/**
 * Inserts, updates or upserts up to 100 records, each with its own result. All records are matched before the first is
 * written, so that one new person twice in a call is two leads, or one lead and one DUPLICATE_DATA if a unique field tells.
 */
export const writeRecords = (deps: WriteDeps, call: WriteCall): WriteOutcome => {
  const written: Written[] = [];
  const prepared = call.data.map((raw, index) => prepare(deps, call, raw, index));
  const results = prepared.map((record) => ('error' in record ? record.error : write(deps, call, record, written)));
  return { status: httpStatus(call.kind, results, written.length), items: results, written };
};

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

const prepare = ({ module, store }: WriteDeps, call: WriteCall, raw: unknown, index: number): Prepared => {
  if (!isObject(raw))
    return { index, error: invalidData({ expected_data_type: 'jsonobject', json_path: `$.data[${index}]` }) };
  const path = `$.data[${index}]`;
  const checked = checkRecord(module, raw, path);
  const target = findTarget(module, store, call, raw, checked.values, index);
  if (target.status === 'unknown') return { index, error: target.error };
  const missing = missingFields(module, raw, { path, mode: target.status, namesLayout: checked.namesLayout });
  const [first, ...rest] = [...missing, ...checked.errors];
  return first ? { index, error: oneItem(first, ...rest) } : { index, target, checked };
};

const findTarget = (
  module: Module,
  store: RecordStore,
  { kind, pathId, externalField, duplicateCheckFields }: WriteCall,
  raw: Record<string, unknown>,
  values: Record<string, Cell>,
  index: number,
): Target => {
  if (kind === 'insert') return { status: 'insert' };
  const path = `$.data[${index}]`;
  if (kind === 'update' && externalField !== undefined && pathId === undefined) {
    const where = { api_name: externalField, json_path: `${path}.${externalField}` };
    const value = values[externalField] ?? null;
    if (value === null) return { status: 'unknown', error: mandatoryNotFound(where.api_name, where.json_path) };
    const record = store.find(externalField, value);
    return record
      ? { status: 'update', record, matchedBy: null }
      : { status: 'unknown', error: invalidExternalValue(where) };
  }
  if (kind === 'update') {
    const id = pathId ?? raw.id;
    if (id === undefined) return { status: 'unknown', error: mandatoryNotFound('id', `${path}.id`) };
    const record = typeof id === 'string' ? store.get(id) : undefined;
    if (!record) return { status: 'unknown', error: invalidId(`${path}.id`) };
    return record.converted
      ? { status: 'unknown', error: isConverted(`${path}.id`) }
      : { status: 'update', record, matchedBy: null };
  }
  for (const name of checkOrder(module, duplicateCheckFields)) {
    const record = store.find(name, values[name] ?? null);
    if (record) return { status: 'update', record, matchedBy: name };
  }
  return { status: 'insert' };
};

const isConverted = (jsonPath: string): ErrorItem =>
  invalidData({ api_name: 'id', json_path: jsonPath }, "can't update the converted record");

const write = (
  { module, store, nextId, now }: WriteDeps,
  { kind, ifUnmodifiedSinceMs }: WriteCall,
  { index, target, checked }: Extract<Prepared, { checked: CheckedRecord }>,
  written: Written[],
): WriteItem => {
  const existing = target.status === 'update' ? target.record : undefined;
  if (existing?.locked)
    return recordLocked({ api_name: 'id', action: 'record_locking', json_path: `$.data[${index}].id` });
  const [first, ...rest] = takenValues(module, store, checked.values, existing, index);
  if (first) return oneItem(first, ...rest);
  // Zoho's times have seconds, and so has the header.
  if (
    existing &&
    ifUnmodifiedSinceMs !== undefined &&
    Math.floor(existing.modifiedAtMs / 1000) * 1000 > ifUnmodifiedSinceMs
  )
    return alreadyModified(detailsOf(existing));

  const nowMs = now();
  const values = withDerived(module, checked, existing);
  const record = existing ?? { id: nextId(), createdAtMs: nowMs, modifiedAtMs: nowMs, converted: false, values };
  const changed = existing ? changedFields(existing, values) : [];
  if (existing) store.change(existing, values, nowMs);
  else store.add(record);
  // A copy: a later record of the call may change the same one again.
  const copy = { ...record, values: { ...record.values } };
  written.push(existing ? { when: 'edit', module, record: copy, changed } : { when: 'create', module, record: copy });

  const outcome = {
    details: { ...detailsOf(record), $approval_state: 'approved' },
    message: existing ? 'record updated' : 'record added',
    status: 'success',
  } as const;
  const matchedBy = target.status === 'update' ? target.matchedBy : null;
  return kind === 'upsert'
    ? { code: 'SUCCESS', duplicate_field: matchedBy, action: existing ? 'update' : 'insert', ...outcome }
    : { code: 'SUCCESS', ...outcome };
};

/** The names under which a change brings other values than there were. */
export const changedFields = (before: CrmRecord, values: Record<string, Cell>): string[] =>
  Object.keys(values).filter(
    (name) => JSON.stringify(before.values[name] ?? null) !== JSON.stringify(values[name] ?? null),
  );

/** One error for each unique field whose value another record holds. */
const takenValues = (
  module: Module,
  store: RecordStore,
  values: Record<string, Cell>,
  existing: CrmRecord | undefined,
  index: number,
): ErrorItem[] =>
  module.uniqueFields.flatMap((name) => {
    const holder = store.holderOf(name, values[name] ?? null);
    if (!holder || holder === existing) return [];
    return [
      duplicateData({
        api_name: name,
        json_path: `$.data[${index}].${name}`,
        more_records: false,
        duplicate_record: {
          id: holder.id,
          Owner: { name: user.name, id: user.id, zuid: user.zuid },
          module: { api_name: module.name, id: module.id },
        },
      }),
    ];
  });

/** What a write brings along: lists that are added to, and a deal's probability and pipeline. */
export const withDerived = (
  module: Module,
  { values, append }: Pick<CheckedRecord, 'values' | 'append'>,
  existing: CrmRecord | undefined,
): Record<string, Cell> => {
  const result = { ...values };
  for (const name of append) {
    const before = existing?.values[name];
    const added = result[name];
    if (isTexts(before) && isTexts(added)) result[name] = [...new Set([...before, ...added])];
  }
  if (module.name === 'Deals') {
    const stage = module.fieldsByName.get('Stage')?.options.find(({ actual }) => actual === result.Stage);
    if (stage?.probability !== undefined && typeof result.Probability !== 'number')
      result.Probability = stage.probability;
    if (!existing) result.Pipeline ??= module.fieldsByName.get('Pipeline')?.options[0]?.actual ?? null;
  }
  return result;
};

const isTexts = (cell: Cell | undefined): cell is string[] =>
  Array.isArray(cell) && cell.every((item) => typeof item === 'string');

const detailsOf = (record: CrmRecord) => ({
  Modified_Time: orgTime(record.modifiedAtMs),
  Modified_By: { name: user.name, id: user.id },
  Created_Time: orgTime(record.createdAtMs),
  id: record.id,
  Created_By: { name: user.name, id: user.id },
});

const httpStatus = (kind: WriteKind, items: WriteItem[], written: number): number => {
  if (written === items.length) return kind === 'insert' ? 201 : 200;
  if (written > 0) return 207;
  return items.some(({ code }) => code === 'ALREADY_MODIFIED') ? 412 : 400;
};
