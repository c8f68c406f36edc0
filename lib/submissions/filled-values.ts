import type { FormFields } from '../mapping/form-fields.ts';

/** The values of a field that say something, trimmed: one text and a list of one are the same, blanks are absent. */
export const filledValues = (fields: FormFields, name: string): string[] => {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return values.map((text) => text.trim()).filter((text) => text !== '');
};
