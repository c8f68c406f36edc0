import * as z from 'zod/mini';

/** The standard events a status change can become. */
export const eventNames = ['LeadContacted', 'QualifiedLead', 'ConvertedLead', 'Opportunity', 'WonDeal', 'LostLead'] as const;
export type EventName = (typeof eventNames)[number];

export const amountFormats = ['1,234.50', '1.234,50', '1 234,50', '1234.50'] as const;
export type AmountFormat = (typeof amountFormats)[number];

/** Lower case, underscores: the normalised name of a webhook parameter. */
const parameterName = z.string().check(z.regex(/^[a-z0-9_]{1,64}$/, 'must be lower-case letters, digits and underscores'));

/** Status (Zoho's actual or display value) → event; null drops a default. */
const statusTable = z.record(z.string(), z.union([z.enum(eventNames), z.null()]));

export const webhookSettings = z.strictObject({
  /** The parameter that carries the money; Deals use `amount` unless said otherwise. */
  amountField: z._default(z.union([parameterName, z.strictObject({ Leads: parameterName, Deals: parameterName })]), 'annual_revenue'),
  amountFormat: z._default(z.enum(amountFormats), '1,234.50'),
  /** Target units for one source unit, as exact decimal text. */
  exchangeRate: z
    .string()
    .check(
      z.regex(/^\d{1,9}(\.\d{1,12})?$/, 'must be a decimal number such as "0.1282"'),
      z.refine((text) => /[1-9]/.test(text), 'must not be zero'),
    ),
  /** ISO 4217 code of the target currency. */
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD')),
  /** Each event name once per record, or on every real transition. */
  count: z._default(z.enum(['once', 'every']), 'once'),
  /** Absent: both default tables. Present: only the listed modules count, their entries added to that module's defaults. */
  statuses: z.optional(z.record(z.string(), statusTable)),
  /** Further parameters that travel in the event's `data.extra`. */
  extra: z._default(z.array(parameterName), []),
});
export type WebhookSettings = z.infer<typeof webhookSettings>;
