import { callFaultOf, isNotPermitted } from '../zoho/faults.ts';
import { readNotesAnswer } from '../zoho/notes.ts';
import type { ZohoRecord } from '../zoho/record-requests.ts';
import type { Reading } from './zoho-calls.ts';

/** Zoho publishes no limit for a note; this is what its long texts take. */
const MAX_CONTENT = 32_000;

/** By this line a note is recognised as a submission's. */
export const noteMark = (submissionId: string): string => `Submission ${submissionId}`;

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

/** What a customer posted, a field a line, for whoever works on the deal. */
export const noteOf = (form: string, submissionId: string, record: ZohoRecord): { title: string; content: string } => {
  const lines = Object.entries(record)
    .filter(([, value]) => typeof value !== 'object' || Array.isArray(value))
    .map(([field, value]) => `${field.replaceAll('_', ' ')}: ${textOf(value)}`);
  const mark = noteMark(submissionId);
  const text = lines.join('\n').slice(0, MAX_CONTENT - mark.length - 2);
  return { title: `Web form: ${form}`, content: `${text}\n\n${mark}` };
};

/** `closed`: the grant does not let us read notes, so nobody can tell. */
export type NoteFound = 'there' | 'not_there' | 'closed';

/** Whether a record's notes hold that of a submission. */
export const readNoteFound =
  (submissionId: string) =>
  (httpStatus: number, body: string): Reading<NoteFound> => {
    const told = readNotesAnswer(httpStatus, body);
    if (told.status === 'refused')
      return isNotPermitted(told.code)
        ? { status: 'read', answer: 'closed' }
        : { ...told, status: 'fault', fault: callFaultOf(told.code) };
    const mark = noteMark(submissionId);
    return { status: 'read', answer: told.notes.some(({ content }) => content.includes(mark)) ? 'there' : 'not_there' };
  };
