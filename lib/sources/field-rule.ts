import * as z from 'zod/mini';
import { formFieldName } from './names.ts';
import { transform } from './transform.ts';

const number = z
  .number()
  .check(z.refine((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER, 'has more digits than a number keeps'));
const filledText = z.string().check(z.regex(/\S/, 'must not be blank; leave the key out instead'));

/** A value that Zoho gets as it is written. */
export const constant = z.union([
  filledText,
  number,
  z.boolean(),
  z.array(filledText).check(z.minLength(1, 'must not be empty')),
]);
export type Constant = z.infer<typeof constant>;

export const fieldRule = z
  .strictObject({
    /** One form field, or several of which the first filled one wins (with `join`: all filled ones). */
    from: z.union([formFieldName, z.array(formFieldName).check(z.minLength(1, 'must name at least one form field'))]),
    transform: z.optional(transform),
    /** Used when no form field is filled: a value, or the part of an e-mail field's value before its @ (at most 80 characters). */
    default: z.optional(z.union([constant, z.strictObject({ emailName: formFieldName })])),
    /** A submission without it is refused. Absent: true for the fields that `emailFieldsOf` names, else false. */
    required: z.optional(z.boolean()),
    /** Multiselect only: add to the values Zoho has instead of replacing them. */
    append: z.optional(z.boolean()),
  })
  .check(
    z.refine((rule) => rule.append !== true || rule.transform === 'multiselect', {
      path: ['append'],
      error: 'works with transform: multiselect only',
    }),
  );
export type FieldRule = z.infer<typeof fieldRule>;

/** The form fields a rule reads, in order. */
export const sourcesOf = (rule: string | FieldRule): string[] =>
  typeof rule === 'string' ? [rule] : typeof rule.from === 'string' ? [rule.from] : rule.from;

/** The rule as an object, whichever way the file writes it. */
export const ruleOf = (rule: string | FieldRule): FieldRule => (typeof rule === 'string' ? { from: rule } : rule);
