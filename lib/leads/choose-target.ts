import { toContactRecord } from '../mapping/to-contact-record.ts';
import type { IfExists } from '../sources/existing-records.ts';
import type { ZohoRecord } from '../zoho/record-requests.ts';
import type { LeadPayload } from './lead-payload.ts';
import type { NotPermitted } from './not-permitted.ts';

/** What Zoho holds of the person behind a submission. */
export type Person = {
  /** A record of the form's module that is not converted. */
  recordId?: string;
  contactId?: string;
  /** The deal that the person's lead was converted to. */
  dealId?: string;
  /** What was not looked at, because the grant does not let us: they may be a customer all the same. */
  unseen?: NotPermitted;
};

/** Where a submission goes. */
export type Target =
  /** As the form says: Zoho's upsert, or an insert. */
  | { kind: 'write' }
  /** Into one record. `written`: the fields by the names the form maps them to; `dropped`: those with no place there. */
  | { kind: 'update'; module: string; id: string; record: ZohoRecord; written: string[]; dropped: string[] }
  | { kind: 'note'; module: 'Deals' | 'Contacts'; id: string }
  | { kind: 'skip'; reason: 'exists' | 'nothing_to_update'; module: string; id: string };

const APPEND = '$append_values';

/** The fields that an existing record may be given. */
const allowed = (record: ZohoRecord, ifExists: IfExists): ZohoRecord => {
  if (typeof ifExists === 'string') return record;
  const only = new Set(ifExists.update_only);
  const kept = Object.fromEntries(Object.entries(record).filter(([field]) => only.has(field)));
  const appended = Object.entries({ ...(record[APPEND] ?? {}) }).filter(([field]) => only.has(field));
  return appended.length === 0 ? kept : { ...kept, [APPEND]: Object.fromEntries(appended) };
};

/** A record that is there already, and is to be changed by its id as far as the form lets it. */
export const existingTarget = (
  { record, options: { module: formModule, ifExists = 'update' } }: Pick<LeadPayload, 'record' | 'options'>,
  { module, id }: { module: string; id: string },
): Target => {
  if (ifExists === 'skip') return { kind: 'skip', reason: 'exists', module, id };
  const change = allowed(record, ifExists);
  const fits =
    module === 'Contacts' && formModule === 'Leads' ? toContactRecord(change) : { record: change, dropped: [] };
  const written = Object.keys(change).filter((field) => field !== APPEND && !fits.dropped.includes(field));
  return written.length === 0
    ? { kind: 'skip', reason: 'nothing_to_update', module, id }
    : { kind: 'update', module, id, record: fits.record, written, dropped: fits.dropped };
};

/**
 * A record of the form's own module comes first: that is where the work on this person goes on. Somebody who is a
 * customer by now has none there, and goes where the form says.
 */
export const chooseTarget = (payload: Pick<LeadPayload, 'record' | 'options'>, person: Person): Target => {
  const { module, ifExists, onConverted = 'new_lead' } = payload.options;
  if (person.recordId !== undefined)
    return ifExists === undefined ? { kind: 'write' } : existingTarget(payload, { module, id: person.recordId });
  if (onConverted === 'deal_note') {
    if (person.dealId !== undefined) return { kind: 'note', module: 'Deals', id: person.dealId };
    if (person.contactId !== undefined) return { kind: 'note', module: 'Contacts', id: person.contactId };
  }
  if (onConverted === 'contact' && person.contactId !== undefined)
    return existingTarget(payload, { module: 'Contacts', id: person.contactId });
  return { kind: 'write' };
};
