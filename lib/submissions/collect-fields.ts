import type { FormFields } from '../mapping/form-fields.ts';
import { MAX_FIELDS, MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS, MAX_VALUES } from './body-limits.ts';
import type { FieldProblem } from './field-problem.ts';

/** Names that mean something to every object in JavaScript: no form needs them, and no later reader has to beware of them. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['', '__proto__', 'constructor', 'prototype']);
const CONTROLS = /\p{Cc}/gu;
const MAX_PROBLEMS = 20;
/** What a form calls its fields. In a body that is not what its type says, values stand where names should. */
const LIKE_A_NAME = /^[\p{L}\p{N}_.:[\]-]+$/u;

/** Characters as a person counts them: a line break is one whatever the encoding made of it, an emoji's halves are one. */
const isLongerThan = (text: string, limit: number): boolean =>
  text.length > limit && [...text.replaceAll('\r\n', '\n')].length > limit;

/** A refusal names the field only if that can be nothing but a name: a value is never repeated. */
const tooLongProblem = (name: string): FieldProblem =>
  isLongerThan(name, MAX_NAME_CHARACTERS) || !LIKE_A_NAME.test(name)
    ? {
        field: '',
        code: 'too_long',
        message: `A field may have at most ${MAX_NAME_CHARACTERS} characters in its name and ${MAX_VALUE_CHARACTERS.toLocaleString('en')} in its value.`,
      }
    : {
        field: name,
        code: 'too_long',
        message: `At most ${MAX_VALUE_CHARACTERS.toLocaleString('en')} characters, please.`,
      };

export type CollectedFields =
  | { status: 'collected'; fields: FormFields }
  | { status: 'over_limit'; problems: FieldProblem[] };

/** Names and values as a form's fields: repeated names become a list, texts become well-formed, limits hold. */
export const collectFields = (pairs: Array<[name: string, value: string | string[]]>): CollectedFields => {
  const count = pairs.reduce((sum, [, value]) => sum + (Array.isArray(value) ? value.length : 1), 0);
  const fields: FormFields = Object.create(null);
  const tooLong = new Set<string>();
  for (const [rawName, rawValue] of pairs) {
    const name = rawName.toWellFormed().replace(CONTROLS, '');
    if (UNSAFE_NAMES.has(name)) continue;
    const values = (Array.isArray(rawValue) ? rawValue : [rawValue]).map((text) => text.toWellFormed());
    if (isLongerThan(name, MAX_NAME_CHARACTERS) || values.some((text) => isLongerThan(text, MAX_VALUE_CHARACTERS)))
      tooLong.add(name);
    const standing = fields[name];
    if (standing === undefined) fields[name] = Array.isArray(rawValue) ? values : (values[0] ?? '');
    else if (Array.isArray(standing)) for (const value of values) standing.push(value);
    else fields[name] = [standing, ...values];
  }
  if (Object.keys(fields).length > MAX_FIELDS)
    return {
      status: 'over_limit',
      problems: [{ field: '', code: 'too_many_fields', message: `A form may have at most ${MAX_FIELDS} fields.` }],
    };
  if (count > MAX_VALUES)
    return {
      status: 'over_limit',
      problems: [
        {
          field: '',
          code: 'too_many_values',
          message: `A form may have at most ${MAX_VALUES.toLocaleString('en')} values.`,
        },
      ],
    };
  if (tooLong.size === 0) return { status: 'collected', fields };
  const problems = new Map([...tooLong].map(tooLongProblem).map((problem) => [problem.field, problem]));
  return { status: 'over_limit', problems: [...problems.values()].slice(0, MAX_PROBLEMS) };
};
