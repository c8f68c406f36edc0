import * as z from 'zod/mini';
import { eventNames } from '../sources/webhook-settings.ts';
import { amountProblems } from './money.ts';

const filledText = z.string().check(z.minLength(1));
/** Counted as JSON Schema counts: by code points, not by UTF-16 units. */
const shortText = z.string().check(z.regex(/^[\s\S]{1,255}$/u));
const optionalText = z.optional(filledText);
/** At most 20 integer digits and 9 decimals; never a float. */
const money = z.string().check(z.regex(/^(0|[1-9]\d{0,19})(\.\d{1,9})?$/));

const person = z.strictObject({
  firstName: optionalText,
  lastName: optionalText,
  email: optionalText,
  phone: optionalText,
  mobile: optionalText,
  street: optionalText,
  city: optionalText,
  state: optionalText,
  zipCode: optionalText,
  country: optionalText,
  title: optionalText,
});

const amount = z.strictObject({
  /** In the target currency, rounded half up once to its minor unit. */
  value: money,
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  sourceValue: money,
  exchangeRate: z.string().check(z.regex(/^\d{1,9}(\.\d{1,12})?$/)),
});

/** The standard event a status change becomes; published as `docs/tracking-event.schema.json`. */
export const trackingEvent = z.strictObject({
  /** The occurrence's: the same on every attempt and for every destination. No dots, so that it can be a `webhook-id`. */
  id: z.string().check(z.regex(/^[a-z0-9-]{1,32}-[A-Za-z][A-Za-z0-9_]{0,99}-\d{1,20}-[A-Za-z]+-[1-9]\d{0,8}$/)),
  type: z.enum(eventNames),
  timestamp: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)),
  data: z
    .strictObject({
      source: z.string().check(z.regex(/^[a-z0-9-]{1,32}$/)),
      module: z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/)),
      recordId: z.string().check(z.regex(/^\d{1,20}$/)),
      cdpId: shortText,
      status: shortText,
      previousStatus: z.optional(shortText),
      occurrence: z.int().check(z.minimum(1)),
      amount: z.optional(amount),
      amountProblem: z.optional(z.enum(amountProblems)),
      modifiedBy: optionalText,
      person,
      clickIds: z.optional(z.record(z.string().check(z.regex(/^[a-z_]{1,64}$/)), filledText)),
      extra: z.record(z.string().check(z.regex(/^[a-z0-9_]{1,64}$/)), filledText),
    })
    .check(
      z.refine((data) => data.amount === undefined || data.amountProblem === undefined, 'an amount has no problem'),
    ),
});
export type TrackingEvent = z.infer<typeof trackingEvent>;
