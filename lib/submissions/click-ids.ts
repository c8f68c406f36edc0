import { filledValues } from '../mapping/filled-values.ts';
import type { FormFields } from '../mapping/form-fields.ts';

const CLICK_ID = /^(gclid|gbraid|wbraid|fbclid|fbc|fbp|ttclid|msclkid|li_fat_id|utm_[a-z_]{1,32})$/;

/** The ad platforms' click ids that came with the form, by their usual field names. */
export const clickIdsOf = (fields: FormFields): Record<string, string> =>
  Object.fromEntries(
    Object.keys(fields)
      .filter((name) => CLICK_ID.test(name))
      .flatMap((name) =>
        filledValues(fields, name)
          .slice(0, 1)
          .map((value) => [name, value] as const),
      ),
  );
