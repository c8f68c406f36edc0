import * as z from 'zod/mini';
import { apiName } from './names.ts';

/**
 * What becomes of the record a person has already. `update`: Zoho's upsert changes it. `skip`: it stays as it is.
 * `update_only`: it gets these fields, such as click ids, and a salesperson's work on the others stays.
 */
export const ifExists = z.union([
  z.enum(['update', 'skip']),
  z.strictObject({
    update_only: z.array(apiName).check(z.minLength(1, 'must name at least one field; or write ifExists: skip')),
  }),
]);
export type IfExists = z.infer<typeof ifExists>;

/**
 * Where a customer's post goes who is a Contact by now, so that Zoho's upsert of Leads does not find them.
 * `new_lead`: becomes a lead like anybody's. `contact`: changes the Contact. `deal_note`: a note on the deal they were
 * converted to, or on the Contact where there is none.
 */
export const onConverted = z.enum(['new_lead', 'contact', 'deal_note']);
export type OnConverted = z.infer<typeof onConverted>;
