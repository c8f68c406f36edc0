import type { ZohoRecord } from '../zoho/record-requests.ts';

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
