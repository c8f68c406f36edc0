import type { Batch } from '../work/lane-driver.ts';
import { type CallFault, type CallOutcome, type ItemOutcome, isCallFault, type Usage } from '../work/outcome.ts';
import { writeCredits } from '../zoho/credits.ts';
import { notesRequest, recordNotesRequest } from '../zoho/notes.ts';
import { insertRequest, updateRequest, upsertRequest } from '../zoho/record-requests.ts';
import type { RecordOutcome } from '../zoho/upsert-answer.ts';
import { addUsage } from './add-usage.ts';
import { existingTarget, type Target } from './choose-target.ts';
import { type LeadPayload, receiptOf, type WriteOptions } from './lead-payload.ts';
import {
  contactsNotPermitted,
  type NotPermitted,
  notesNotPermitted,
  rejectedFor,
  settleClosed,
  toldOf,
} from './not-permitted.ts';
import { type NoteFound, noteOf, readNoteFound } from './note.ts';
import { readOutcomes, toItemOutcome } from './record-outcomes.ts';
import type { ZohoCalls } from './zoho-calls.ts';

type End = ItemOutcome | CallFault;
type Entry<Of extends Target = Target> = Batch<LeadPayload>[number] & { target: Of; index: number };
type UpdateTarget = Extract<Target, { kind: 'update' }>;
type NoteTarget = Extract<Target, { kind: 'note' }>;

const NOT_SENT: CallFault = { status: 'not_sent' };

const hasTarget = <Kind extends Target['kind']>(
  entry: Entry,
  kind: Kind,
): entry is Entry<Extract<Target, { kind: Kind }>> => entry.target.kind === kind;

const skipped = ({ module, id, reason }: Extract<Target, { kind: 'skip' }>): ItemOutcome => ({
  status: 'skipped',
  reason,
  receipt: { zohoId: id, zohoModule: module },
});

/** The fields of a submission that have no place in the record it goes to are told, like other warnings of its mapping. */
const withDropped = (payload: LeadPayload, { dropped, module }: UpdateTarget): LeadPayload => ({
  ...payload,
  warnings: [...payload.warnings, ...dropped.map((field) => ({ field, code: `not_in_${module.toLowerCase()}` }))],
});

/**
 * Writes the submissions of one call to where they belong: as the form says, into records that are there already, or as
 * notes; each kind is one request, one after the other. Where a record turns out to be there already
 * (`DUPLICATE_DATA` naming it), it is changed instead.
 * @param targets one for each of the batch
 */
export const writeTargets = async (
  batch: Batch<LeadPayload>,
  targets: readonly Target[],
  zoho: ZohoCalls,
  mayCall: () => boolean,
): Promise<CallOutcome> => {
  const entries = batch.map((one, index): Entry => ({ ...one, index, target: targets[index] ?? { kind: 'write' } }));
  const ends: End[] = entries.map(() => NOT_SENT);
  let usage: Usage | undefined;
  let fault: CallFault | undefined;
  const count = (more: Usage | undefined): void => {
    if (more !== undefined) usage = usage === undefined ? more : addUsage(usage, more);
  };

  /**
   * One request for entries of one kind; after a fault nothing more is sent.
   * @param closed what is said where the grant does not reach there; absent: then it is the connection's fault
   */
  const request = async <Of extends Target>(
    some: Entry<Of>[],
    toRequest: (token: { apiDomain: string; accessToken: string }) => Request,
    toEnd: (outcome: RecordOutcome | undefined, entry: Entry<Of>) => ItemOutcome,
    closed?: NotPermitted,
  ): Promise<RecordOutcome[]> => {
    if (some.length === 0 || fault !== undefined) return [];
    const read = (httpStatus: number, body: string) => {
      const reading = readOutcomes(httpStatus, body, some.length);
      return closed === undefined ? reading : settleClosed(reading, closed, some.length);
    };
    const answer = await zoho.call(toRequest, read, writeCredits(some.length), mayCall);
    count(answer.usage);
    if (answer.status !== 'read') {
      const { usage: _, ...end } = answer;
      fault = end;
      for (const { index } of some) ends[index] = end;
      return [];
    }
    for (const [at, entry] of some.entries()) ends[entry.index] = toEnd(answer.answer[at], entry);
    return answer.answer;
  };

  const update = async (some: Entry<UpdateTarget>[], options: WriteOptions): Promise<void> => {
    for (const { module, entries: ofModule } of withoutRepeats(some)) {
      const records = ofModule.map(({ target }) => ({ ...target.record, id: target.id }));
      const closed = module === options.module ? undefined : contactsNotPermitted('UPDATE');
      await request(
        ofModule,
        (token) => updateRequest({ ...token, module, records, trigger: options.trigger }),
        (outcome, { payload, target }) => {
          const told = toldOf(withDropped(payload, target), closed, outcome);
          return toItemOutcome(outcome, told, (id) =>
            receiptOf(told, id, 'update', { module: target.module, written: target.written }),
          );
        },
        closed,
      );
    }
  };

  /** A note knows no duplicates: one that may have been written already is looked for first. */
  const findNote = async ({ item, target }: Entry<NoteTarget>): Promise<NoteFound | undefined> => {
    const answer = await zoho.call(
      (token) => recordNotesRequest({ ...token, module: target.module, recordId: target.id }),
      readNoteFound(item.id),
      1,
      mayCall,
    );
    count(answer.usage);
    if (answer.status === 'read') return answer.answer;
    const { usage: _, ...end } = answer;
    fault = end;
    return undefined;
  };

  const note = async (some: Entry<NoteTarget>[]): Promise<void> => {
    const missing: Entry<NoteTarget>[] = [];
    for (const entry of some) {
      const inDoubt = entry.item.maybeSentAtMs !== undefined;
      const found = inDoubt && fault === undefined ? await findNote(entry) : undefined;
      if (found === 'there') ends[entry.index] = delivered(entry, 'already_noted');
      else if (found === 'closed') ends[entry.index] = rejectedFor(entry.payload, notesNotPermitted('READ'));
      else missing.push(entry);
    }
    const closed = notesNotPermitted('CREATE');
    const notes = missing.map(({ item, payload, target }) => ({
      module: target.module,
      recordId: target.id,
      ...noteOf(payload.form, item.id, payload.record),
    }));
    await request(
      missing,
      (token) => notesRequest({ ...token, notes }),
      (outcome, entry) =>
        outcome?.status === 'delivered'
          ? delivered(entry)
          : toItemOutcome(outcome, toldOf(entry.payload, closed, outcome)),
      closed,
    );
  };
  const delivered = ({ payload, target }: Entry<NoteTarget>, code?: string): ItemOutcome => ({
    status: 'delivered',
    receipt: receiptOf(payload, target.id, 'note', { module: target.module, written: [] }),
    ...(code === undefined ? {} : { code }),
  });

  const { options } = batch[0]?.payload ?? {};
  if (options === undefined) return NOT_SENT;
  for (const entry of entries) if (hasTarget(entry, 'skip')) ends[entry.index] = skipped(entry.target);

  const written = entries.filter((entry) => hasTarget(entry, 'write'));
  const { module, duplicateCheckFields, trigger, assignmentRule } = options;
  const common = { module, trigger, assignmentRule, records: written.map(({ payload }) => payload.record) };
  const results = await request(
    written,
    (token) =>
      duplicateCheckFields.length > 0
        ? upsertRequest({ ...token, ...common, duplicateCheckFields })
        : insertRequest({ ...token, ...common }),
    (outcome, { payload }) => toItemOutcome(outcome, payload),
  );
  await update(
    entries.filter((entry) => hasTarget(entry, 'update')),
    options,
  );
  await note(entries.filter((entry) => hasTarget(entry, 'note')));

  const duplicates = written.flatMap((entry, at) => {
    const target = duplicateTarget(results[at], entry.payload);
    return target === undefined ? [] : [{ ...entry, target }];
  });
  // Should this not come to be sent, the schedule does it all again: the record will still be there.
  for (const { index } of duplicates) ends[index] = { status: 'retry', code: 'DUPLICATE_DATA' };
  await update(
    duplicates.filter((entry) => hasTarget(entry, 'update')),
    options,
  );
  for (const { index, target } of duplicates) if (target.kind === 'skip') ends[index] = skipped(target);

  const counted = usage === undefined ? {} : { usage };
  if (fault === undefined) return { ...counted, status: 'answered', outcomes: ends.filter((end) => !isCallFault(end)) };
  return ends.every(isCallFault) ? { ...counted, ...fault } : { ...counted, status: 'partly', ends, fault };
};

/** Parts of one module each, in order, in which no record stands twice: what a call would do with it is not published. */
const withoutRepeats = (some: Entry<UpdateTarget>[]) => {
  const parts: Array<{ module: string; ids: Set<string>; entries: Entry<UpdateTarget>[] }> = [];
  for (const entry of some) {
    const { module, id } = entry.target;
    let part = parts.find((one) => one.module === module && !one.ids.has(id));
    if (part === undefined) {
      part = { module, ids: new Set(), entries: [] };
      parts.push(part);
    }
    part.ids.add(id);
    part.entries.push(entry);
  }
  return parts;
};

/**
 * The record that Zoho names where a unique value is taken; the marker's is the submission's own. It keeps the marker of
 * the submission that made it.
 */
const duplicateTarget = (outcome: RecordOutcome | undefined, payload: LeadPayload): Target | undefined => {
  if (outcome?.status !== 'rejected' || outcome.code !== 'DUPLICATE_DATA') return undefined;
  const { duplicateId, duplicateModule = payload.options.module, field } = outcome;
  if (duplicateId === undefined || (field !== undefined && field === payload.marker)) return undefined;
  const kept = new Set([...(payload.newer ?? []), ...(payload.marker === undefined ? [] : [payload.marker])]);
  const record = Object.fromEntries(Object.entries(payload.record).filter(([name]) => !kept.has(name)));
  return existingTarget({ ...payload, record }, { module: duplicateModule, id: duplicateId });
};
