import * as z from 'zod/mini';
import { type WorkItem, workAttributes } from '../work/work-item.ts';

/** What delivery reads of a submission beside its work attributes. The raw fields stay as they came. */
const leadAttributes = z.extend(workAttributes, {
  form: z.string(),
  connection: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  personKey: z.optional(z.string()),
  /** The module it was delivered to. */
  zohoModule: z.optional(z.string()),
  /** Zoho field names that reached Zoho with this submission. */
  writtenFields: z.optional(z.array(z.string())),
});
export type LeadItem = z.infer<typeof leadAttributes>;

export const readLeadItem = (item: WorkItem): LeadItem => leadAttributes.parse(item);
