import { filledValues } from '../mapping/filled-values.ts';
import type { FormFields } from '../mapping/form-fields.ts';
import { emailFieldsOf } from '../mapping/mapped-fields.ts';
import { ruleOf, sourcesOf } from '../sources/field-rule.ts';
import type { Form } from '../sources/form.ts';
import type { FieldProblem } from './field-problem.ts';

const MAX_EMAIL_CHARACTERS = 254;
const EMAIL = /^[^@\s,<>\p{Cc}]+@[^@\s,<>\p{Cc}]+$/u;
/** U+FFFD stands for bytes that were no text; direction marks show another address than the one that is written to. */
const DISGUISED = /[\ufffd\p{Bidi_Control}]/u;

const emailProblem = (field: string, fields: FormFields): FieldProblem | undefined => {
  if (Array.isArray(fields[field])) return { field, code: 'not_one_text', message: 'Give one e-mail address.' };
  const [email] = filledValues(fields, field);
  const isValid = (text: string) => text.length <= MAX_EMAIL_CHARACTERS && EMAIL.test(text) && !DISGUISED.test(text);
  if (email === undefined || isValid(email)) return undefined;
  return { field, code: 'invalid_email', message: 'Give a valid e-mail address, without blanks or commas.' };
};

/** Form fields of which at least one must be filled, one entry per rule that demands it. */
const requiredGroups = (form: Form, emailFields: string[]): string[][] =>
  Object.values(form.fields).flatMap((written) => {
    const from = sourcesOf(written);
    const required = ruleOf(written).required ?? from.some((name) => emailFields.includes(name));
    return required ? [from] : [];
  });

/** Every problem of a submission at once, each naming its field and never its value; none when it may be accepted. */
export const validate = (form: Form, fields: FormFields): FieldProblem[] => {
  const emailFields = [...new Set(emailFieldsOf(form))];
  const emailProblems = emailFields.flatMap((field) => emailProblem(field, fields) ?? []);
  const reported = new Set(emailProblems.map(({ field }) => field));
  const missing = requiredGroups(form, emailFields)
    .filter((group) => group.every((name) => filledValues(fields, name).length === 0 && !reported.has(name)))
    .map(([field = '']) => field);
  return [
    ...[...new Set(missing)].map((field) => ({ field, code: 'required', message: 'Fill in this field.' })),
    ...emailProblems,
  ];
};
