import * as z from 'zod/mini';
import type { Written } from '../crm/write-records.ts';

const text = z.string();
/** `{ lead_id: '${Leads.Lead Id}' }`, or Zoho's own list of name and value. */
const pairs = z.union([z.record(text, text), z.array(z.strictObject({ name: text, value: text }))]);

const common = {
  module: z.enum(['Leads', 'Accounts', 'Contacts', 'Deals']),
  url: z.string().check(z.maxLength(2000)),
  when: z._default(z.enum(['create', 'edit', 'create_or_edit']), 'create_or_edit'),
  headers: z._default(pairs, {}),
};

/** A workflow rule and the webhook it fires, as `PUT /sandbox/webhooks` takes them. Texts may hold merge fields. */
export const webhook = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('form_data'), parameters: pairs }),
  z.strictObject({ ...common, type: z.literal('raw'), body: text }),
]);
export type Webhook = z.infer<typeof webhook>;

/** A webhook of a rule that asks for more than that something was written. */
export type RuledWebhook = Webhook & { holds?: (change: Written) => boolean };

export const webhooks = z.array(webhook);

export const pairsOf = (given: z.infer<typeof pairs>): Array<[name: string, value: string]> =>
  Array.isArray(given) ? given.map(({ name, value }) => [name, value]) : Object.entries(given);
