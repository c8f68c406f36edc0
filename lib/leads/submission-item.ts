import * as z from 'zod/mini';
import type { WorkItem } from '../work/work-item.ts';

/** What delivery reads of a submission beside its work attributes. The raw fields stay as they came. */
const leadAttributes = z.object({
  form: z.string(),
  connection: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  personKey: z.optional(z.string()),
  /** The module it was delivered to. */
  zohoModule: z.optional(z.string()),
  /** Zoho field names that reached Zoho with this submission. */
  writtenFields: z.optional(z.array(z.string())),
});
export type LeadAttributes = z.infer<typeof leadAttributes>;

/** The work attributes are checked already, by whoever read the item. */
export const readLead = (item: WorkItem): LeadAttributes => leadAttributes.parse(item);
