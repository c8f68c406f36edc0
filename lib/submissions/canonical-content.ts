import { filledValues } from '../mapping/filled-values.ts';
import type { FormFields } from '../mapping/form-fields.ts';
import { mappedFormFields } from '../mapping/mapped-fields.ts';
import { sha256Hex } from '../platform/ids.ts';
import type { Form } from '../sources/form.ts';

/**
 * What makes two submissions the same: the values of the form's mapped fields, whatever their order and encoding.
 * Honeypot, timestamp and unmapped fields do not count: they differ between two clicks on one button.
 */
export const contentHash = (form: Form, fields: FormFields): string => {
  const { honeypot, timestamp } = form.spam;
  const content = [...new Set(mappedFormFields(form))]
    .filter((name) => name !== honeypot && name !== timestamp)
    .sort()
    .flatMap((name) => {
      const values = filledValues(fields, name);
      return values.length === 0 ? [] : [[name, values]];
    });
  return sha256Hex(JSON.stringify(content));
};
