import type { ItemOutcome } from '../work/outcome.ts';
import { isNotPermitted } from '../zoho/faults.ts';
import type { RecordOutcome } from '../zoho/upsert-answer.ts';
import type { LeadPayload } from './lead-payload.ts';
import type { Reading } from './zoho-calls.ts';

/**
 * What a form asks of Zoho beside writing to its own module, and the grant does not let us do. It is said on the
 * submission, like a warning of its mapping; `needs` are the scopes to ask for.
 */
export type NotPermitted = { field: string; code: string; needs: string };

export const queryNotPermitted = (module: string): NotPermitted => ({
  field: 'COQL',
  code: 'look_up_not_permitted',
  needs: `ZohoCRM.coql.READ,ZohoCRM.modules.${module.toLowerCase()}.READ`,
});
export const contactsNotPermitted = (operation: 'READ' | 'UPDATE'): NotPermitted => ({
  field: 'Contacts',
  code: 'contacts_not_permitted',
  needs: `ZohoCRM.modules.contacts.${operation}`,
});
export const notesNotPermitted = (operation: 'READ' | 'CREATE'): NotPermitted => ({
  field: 'Notes',
  code: 'notes_not_permitted',
  needs: `ZohoCRM.modules.notes.${operation}`,
});

/**
 * Another module than the form's own may be closed to the grant. That is no fault of the connection, which leads are
 * written with: the submissions that have to go there are set apart, each with that reason.
 */
export const settleClosed = (
  reading: Reading<RecordOutcome[]>,
  { code }: NotPermitted,
  count: number,
): Reading<RecordOutcome[]> =>
  reading.status === 'fault' && isNotPermitted(reading.code)
    ? { status: 'read', answer: Array.from({ length: count }, () => ({ status: 'rejected', code })) }
    : reading;

/** It waits for a person, who asks for the scope and runs it again. */
export const rejectedFor = (payload: LeadPayload, closed: NotPermitted): ItemOutcome => ({
  status: 'rejected',
  code: closed.code,
  receipt: { warnings: withWarning(payload, closed).warnings },
});
export const withWarning = (payload: LeadPayload, warning: NotPermitted): LeadPayload => ({
  ...payload,
  warnings: [...payload.warnings, warning],
});
/** The submission's payload, with the scope it needs where the lack of it is what became of it. */
export const toldOf = (
  payload: LeadPayload,
  closed: NotPermitted | undefined,
  outcome: RecordOutcome | undefined,
): LeadPayload =>
  closed !== undefined && outcome?.status === 'rejected' && outcome.code === closed.code
    ? withWarning(payload, closed)
    : payload;
