import * as z from 'zod/mini';
import type { DataType } from './field.ts';

const DATA_TYPES = [
  'text',
  'textarea',
  'email',
  'phone',
  'website',
  'picklist',
  'multiselectpicklist',
  'integer',
  'bigint',
  'currency',
  'double',
  'boolean',
  'date',
  'datetime',
] as const satisfies DataType[];

/** What is particular about a field that was made through the API. */
export const addedField = z.object({
  module: z.enum(['Leads', 'Accounts', 'Contacts', 'Deals']),
  apiName: z.string(),
  label: z.string(),
  type: z.enum(DATA_TYPES),
  length: z.number(),
  unique: z.boolean(),
  external: z.boolean(),
  options: z.array(z.object({ actual: z.string(), display: z.string() })),
});
export type AddedField = z.infer<typeof addedField>;

/** A webhook or a rule as it was sent; it was judged before it was kept. */
const automationItem = z.object({
  id: z.string(),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
  content: z.record(z.string(), z.unknown()),
});
export type AutomationItem = z.infer<typeof automationItem>;

/** What the org has switched on and added; nothing in a new one. */
export const orgStateSchema = z.object({
  /** When multi-currency was switched on, epoch milliseconds; it cannot be switched off. */
  multiCurrencySinceMs: z.optional(z.number()),
  /** Whether unique values of converted leads count as taken. */
  checksConverted: z.optional(z.boolean()),
  /** In the order in which they were made. */
  fields: z.optional(z.array(addedField)),
  webhooks: z.optional(z.array(automationItem)),
  rules: z.optional(z.array(automationItem)),
});
type Switches = z.infer<typeof orgStateSchema>;

export type OrgState = {
  get(): Switches;
  set(switches: Switches): void;
};

export const createOrgState = (saved: Switches = {}, changed: () => void = () => {}): OrgState => {
  let current = saved;
  return {
    get: () => current,
    set(switches) {
      current = switches;
      changed();
    },
  };
};
