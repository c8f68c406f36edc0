import type { DecodedBody } from '../../lib/submissions/decode-body.ts';
import type { FieldProblem } from '../../lib/submissions/field-problem.ts';
import type { Refusal } from './answers.ts';

export const unknownForm: Refusal = {
  status: 404,
  code: 'form_unknown',
  message: 'There is no such form. Check the address the form posts to.',
};

export const keyMalformed: Refusal = {
  status: 422,
  code: 'idempotency_key_malformed',
  message: 'Idempotency-Key must be 1 to 255 printable ASCII characters.',
};

export const keyReused: Refusal = {
  status: 422,
  code: 'idempotency_key_reused',
  message: 'This Idempotency-Key came before with other content. Use a new key for new content.',
};

/** An answer is at most 16 KB; a form of 200 required fields with long names would be more. */
const MAX_PROBLEM_BYTES = 12 * 1024;

/** As many problems as one answer holds, the first ones first. */
const fitting = (fields: FieldProblem[]): FieldProblem[] => {
  let bytes = 0;
  return fields.filter((problem) => {
    bytes += Buffer.byteLength(JSON.stringify(problem));
    return bytes <= MAX_PROBLEM_BYTES;
  });
};

export const invalid = (fields: FieldProblem[]): Refusal => ({
  status: 422,
  code: 'invalid',
  message: 'Some fields need another look.',
  fields: fitting(fields),
});

export const unavailable: Refusal = {
  status: 503,
  code: 'unavailable',
  message: 'We cannot take your message at this moment. Please try again in a few seconds.',
  retryAfterSeconds: 5,
};

const UNSUPPORTED = {
  type: 'Send application/x-www-form-urlencoded, multipart/form-data or application/json.',
  charset: 'Send the body as UTF-8.',
  encoding: 'Send the body without Content-Encoding.',
} as const;

/** What a body that could not be taken is answered with. */
export const bodyRefusal = (body: Exclude<DecodedBody, { status: 'decoded' }>): Refusal => {
  switch (body.status) {
    case 'unreadable':
      return { status: 400, code: 'body_unreadable', message: body.message };
    case 'too_large':
      return {
        status: 413,
        code: 'body_too_large',
        message: 'At most 64 KB can be sent. Please shorten your message.',
      };
    case 'unsupported':
      return { status: 415, code: `unsupported_${body.what}`, message: UNSUPPORTED[body.what] };
    case 'over_limit':
      return invalid(body.problems);
  }
};
