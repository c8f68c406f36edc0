import * as z from 'zod/mini';
import { ifExists, onConverted } from './existing-records.ts';
import { constant, fieldRule } from './field-rule.ts';
import { formProblems } from './form-problems.ts';
import { apiName, duration, formFieldName, httpUrl, zohoId } from './names.ts';

export { type FieldRule, ruleOf, sourcesOf } from './field-rule.ts';

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
const origin = z
  .string()
  .check(z.refine(isOrigin, 'must be an exact origin without path or closing slash, such as https://www.example.com'));

export const formSchema = z
  .strictObject({
    module: z._default(apiName, 'Leads'),
    /** Zoho API field name: a form field's name, or a rule. */
    fields: z.record(apiName, z.union([formFieldName, fieldRule])),
    constants: z._default(z.record(apiName, constant), {}),
    /** Zoho looks these up in this order; none: every submission is inserted. */
    duplicateCheckFields: z._default(z.array(apiName), []),
    ifExists: z._default(ifExists, 'update'),
    onConverted: z._default(onConverted, 'new_lead'),
    /** A text field that takes the submission's id, so that an insert can be recognised later. */
    marker: z.optional(apiName),
    /** Zoho automations to run. Absent: all of the client's; []: none. */
    trigger: z.optional(z.array(z.enum(['workflow', 'approval', 'blueprint', 'pathfinder', 'orchestration']))),
    /** Id of a lead assignment rule (`lar_id`). */
    assignmentRule: z.optional(zohoId),
    /** Id of the layout the records go to. */
    layout: z.optional(zohoId),
    /** Exact origins whose pages may post this form from a script. */
    origins: z._default(z.array(origin), []),
    /** Where a person goes after the form; absent: our own thank-you page. */
    redirect: z.optional(httpUrl),
    spam: z._default(
      z.strictObject({
        /** A field people never see; filled means a bot. */
        honeypot: z.optional(formFieldName),
        /** A field with the epoch milliseconds at which the form was shown. */
        timestamp: z.optional(formFieldName),
        minSeconds: z._default(
          z.number().check(z.minimum(0, 'must be 0 or more'), z.maximum(3600, 'must be at most 3600')),
          2,
        ),
      }),
      { minSeconds: 2 },
    ),
    /** How long a submission waits for others to share a call with; see `gatherMsOf`. */
    gather: z.optional(duration),
    /** Take `text/plain` bodies holding JSON, from beacons that cannot set a JSON content type. */
    textPlain: z._default(z.boolean(), false),
  })
  .check(
    z.check<unknown>(
      (payload) => {
        for (const { path, message } of formProblems(payload.value))
          payload.issues.push({ code: 'custom', path, message, input: payload.value });
      },
      { when: () => true }, // beside the problems of single keys, not after them
    ),
  );
export type Form = z.infer<typeof formSchema>;
/** A form as a source file may write it: defaults not filled in. */
export type FormInput = z.input<typeof formSchema>;
