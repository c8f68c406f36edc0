import * as z from 'zod/mini';

/** The standard events a status change can become. */
export const eventNames = [
  'LeadContacted',
  'QualifiedLead',
  'ConvertedLead',
  'Opportunity',
  'WonDeal',
  'LostLead',
] as const;
export type EventName = (typeof eventNames)[number];

export const amountFormats = ['1,234.50', '1.234,50', '1 234,50', '1234.50'] as const;
export type AmountFormat = (typeof amountFormats)[number];

/** Lower case, underscores: the normalised name of a webhook parameter. */
const parameterName = z
  .string()
  .check(z.regex(/^[a-z0-9_]{1,64}$/, 'must be lower-case letters, digits and underscores'));

const repeatedStatus = (statuses: string[]): string | undefined =>
  statuses.find((status, index) => statuses.findIndex((other) => other.toLowerCase() === status.toLowerCase()) < index);

/** Status (Zoho's actual or display value) → event; null drops a default. */
const statusTable = z
  .record(z.string().check(z.regex(/\S/, 'must name a status')), z.union([z.enum(eventNames), z.null()]))
  .check((payload) => {
    const repeated = repeatedStatus(Object.keys(payload.value));
    if (repeated === undefined) return;
    const message = 'is listed twice; statuses compare without case';
    payload.issues.push({ code: 'custom', path: [repeated], message, input: payload.value });
  });

const isCurrency = (code: string): boolean => Intl.supportedValuesOf('currency').includes(code);

export const webhookSettings = z.strictObject({
  /** The parameter that carries the money; Deals use `amount` unless said otherwise. */
  amountField: z._default(
    z.union([parameterName, z.strictObject({ Leads: parameterName, Deals: parameterName })]),
    'annual_revenue',
  ),
  amountFormat: z._default(z.enum(amountFormats), '1,234.50'),
  /** Target units for one source unit, as exact decimal text. */
  exchangeRate: z.string().check(
    z.regex(
      /^\d{1,9}(\.\d{1,12})?$/,
      'must be a plain decimal number such as "0.1282", at most 9 digits before and 12 after the point',
    ),
    z.refine((text) => /[1-9]/.test(text) || !/^\d/.test(text), 'must not be zero'),
  ),
  /** ISO 4217 code of the target currency. */
  currency: z.string().check(z.refine(isCurrency, 'must be an ISO 4217 currency code in capitals, such as USD')),
  /** Each event name once per record, or on every real transition. */
  count: z._default(z.enum(['once', 'every']), 'once'),
  /** Absent: both default tables. Present: only the listed modules count, their entries added to that module's defaults. */
  statuses: z.optional(z.strictObject({ Leads: z.optional(statusTable), Deals: z.optional(statusTable) })),
  /** Further parameters that travel in the event's `data.extra`. */
  extra: z._default(z.array(parameterName), []),
});
export type WebhookSettings = z.infer<typeof webhookSettings>;
