import type { FormFields } from '../mapping/form-fields.ts';

/** Control characters but line feed and tab: no form types them, and receivers refuse or mangle them. */
const STRAY_CONTROLS = /[^\P{Cc}\n\t]/gu;

const cleanText = (text: string): string => text.replace(/\r\n?/g, '\n').replace(STRAY_CONTROLS, '');

/** Fields as they are kept: one kind of line break whatever the encoding brought, no stray control characters. */
export const cleanFields = (fields: FormFields): FormFields => {
  const clean: FormFields = Object.create(null);
  for (const [name, value] of Object.entries(fields))
    clean[name] = Array.isArray(value) ? value.map(cleanText) : cleanText(value);
  return clean;
};
