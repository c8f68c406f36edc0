import { type FormInput, ruleOf, sourcesOf } from '../sources/form.ts';

// The accept path reads these: they know which fields matter, and load nothing of what transforms need.

type MappedForm = Pick<FormInput, 'fields'>;

/** Form fields that a value depends on beside those it is taken from. */
const helpersOf = (rule: ReturnType<typeof ruleOf>): string[] => [
  ...(typeof rule.transform === 'object' && rule.transform.phone !== undefined ? [rule.transform.phone.country] : []),
  ...(typeof rule.default === 'object' && !Array.isArray(rule.default) ? [rule.default.emailName] : []),
];

/** Every form field that can change what Zoho gets, each once: two posts that agree in them say the same. */
export const mappedFormFields = (form: MappedForm): string[] => [
  ...new Set(Object.values(form.fields).flatMap((written) => [...sourcesOf(written), ...helpersOf(ruleOf(written))])),
];

/**
 * The form fields that carry the person's e-mail address, in order: what `Email` is mapped from; without that field
 * (a custom module, a deal), what any e-mail transform reads.
 */
export const emailFieldsOf = (form: MappedForm): string[] => {
  const own = Object.hasOwn(form.fields, 'Email') ? form.fields.Email : undefined;
  const rules =
    own === undefined ? Object.values(form.fields).filter((written) => ruleOf(written).transform === 'email') : [own];
  return [...new Set(rules.flatMap(sourcesOf))];
};
