import type { Written } from '../crm/write-records.ts';
import { fillTemplate, type ValueForms } from './merge-fields.ts';
import { pairsOf, type RuledWebhook, type Webhook } from './webhook.ts';

export type WebhookRequest = { url: string; headers: Record<string, string>; body: string };

/** Whether the rule fires for what was done to the record. */
export const fires = (webhook: RuledWebhook, change: Written): boolean =>
  webhook.module === change.module.name &&
  (webhook.when === change.when || webhook.when === 'create_or_edit') &&
  (webhook.holds?.(change) ?? true);

/** What Zoho sends: parameters urlencoded, or the raw template filled in, which counts as JSON unless a header says otherwise. */
export const webhookRequest = (webhook: Webhook, { module, record }: Written, forms: ValueForms): WebhookRequest => {
  const fill = (template: string): string => fillTemplate(template, module, record, forms);
  const isForm = webhook.type === 'form_data';
  const headers = Object.fromEntries(
    pairsOf(webhook.headers).map(([name, value]) => [name.toLowerCase(), headerText(fill(value))]),
  );
  return {
    url: webhook.url,
    headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json', ...headers },
    body: isForm
      ? new URLSearchParams(pairsOf(webhook.parameters).map(([name, value]) => [name, fill(value)])).toString()
      : fill(webhook.body),
  };
};

/** A header holds one line of Latin-1; a name in another script cannot travel there. */
const headerText = (text: string): string => text.replace(/[^\t\x20-\x7e\xa0-\xff]/g, '?');
