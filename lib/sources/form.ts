import * as z from 'zod/mini';
import { apiName, duration, formFieldName } from './names.ts';

/** A transform: its name, or its name with its one argument. What each does stands in `lib/mapping/transforms`. */
export const transform = z.union([
  z.enum(['trim', 'lower', 'upper', 'email', 'phone', 'number', 'boolean', 'date', 'datetime', 'multiselect', 'hash']),
  z.strictObject({ phone: z.strictObject({ country: formFieldName }) }), // the form field that names the lead's country
  z.strictObject({ picklist: z.record(z.string(), z.string()) }), // form value → Zoho's actual value
  z.strictObject({ join: z.string() }), // the separator between several filled `from` fields
  z.strictObject({ date: z.string() }), // how the form writes it: yyyy-mm-dd, dd/mm/yyyy, mm/dd/yyyy, dd.mm.yyyy
  z.strictObject({ custom: z.string() }), // a function of lib/mapping/transforms/custom.ts
]);
export type Transform = z.infer<typeof transform>;

const constant = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

export const fieldRule = z.strictObject({
  /** One form field, or several of which the first filled one wins (with `join`: all filled ones). */
  from: z.union([formFieldName, z.array(formFieldName).check(z.minLength(1))]),
  transform: z.optional(transform),
  /** Used when no form field is filled: a value, or the part of an e-mail field's value before its @ (at most 80 characters). */
  default: z.optional(z.union([constant, z.strictObject({ emailName: formFieldName })])),
  /** A submission without it is refused. Absent: true for the field that `emailFieldsOf` names, else false. */
  required: z.optional(z.boolean()),
  /** Multiselect only: add to the values Zoho has instead of replacing them. */
  append: z.optional(z.boolean()),
});
export type FieldRule = z.infer<typeof fieldRule>;

const origin = z.string().check(
  z.refine((text) => URL.canParse(text) && new URL(text).origin === text, 'must be an exact origin, such as https://www.example.com'),
);

export const formSchema = z.strictObject({
  module: z._default(apiName, 'Leads'),
  /** Zoho API field name: a form field's name, or a rule. */
  fields: z.record(apiName, z.union([formFieldName, fieldRule])),
  constants: z._default(z.record(apiName, constant), {}),
  /** Zoho looks these up in this order; none: every submission is inserted. */
  duplicateCheckFields: z._default(z.array(apiName), []),
  /** A text field that takes the submission's id, so that an insert can be recognised later. */
  marker: z.optional(apiName),
  /** Zoho automations to run. Absent: all of the client's; []: none. */
  trigger: z.optional(z.array(z.enum(['workflow', 'approval', 'blueprint', 'pathfinder', 'orchestration']))),
  /** Id of a lead assignment rule (`lar_id`). */
  assignmentRule: z.optional(z.string().check(z.regex(/^\d{1,20}$/, 'must be the rule\'s numeric id, in quotes'))),
  /** Id of the layout the records go to. */
  layout: z.optional(z.string().check(z.regex(/^\d{1,20}$/, 'must be the layout\'s numeric id, in quotes'))),
  /** Exact origins whose pages may post this form from a script. */
  origins: z._default(z.array(origin), []),
  /** Where a person goes after the form; absent: our own thank-you page. */
  redirect: z.optional(z.url()),
  spam: z._default(
    z.strictObject({
      /** A field people never see; filled means a bot. */
      honeypot: z.optional(formFieldName),
      /** A field with the epoch milliseconds at which the form was shown. */
      timestamp: z.optional(formFieldName),
      minSeconds: z._default(z.number().check(z.minimum(0), z.maximum(3600)), 2),
    }),
    { minSeconds: 2 },
  ),
  /** How long a submission waits for others to share a call with. */
  gather: z._default(duration, '2s'),
  /** Take `text/plain` bodies holding JSON, from beacons that cannot set a JSON content type. */
  textPlain: z._default(z.boolean(), false),
});
export type Form = z.infer<typeof formSchema>;

/** The form fields a rule reads, in order. */
export const sourcesOf = (rule: string | FieldRule): string[] =>
  typeof rule === 'string' ? [rule] : typeof rule.from === 'string' ? [rule.from] : rule.from;

/** The rule as an object, whichever way the file writes it. */
export const ruleOf = (rule: string | FieldRule): FieldRule => (typeof rule === 'string' ? { from: rule } : rule);
