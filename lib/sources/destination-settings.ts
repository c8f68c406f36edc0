import * as z from 'zod/mini';
import { httpUrl } from './names.ts';

/** Generic HTTP webhook, signed as Standard Webhooks. Its `whsec_` secret lives in Secrets Manager. */
export const webhookDestination = z.strictObject({
  type: z.literal('webhook'),
  url: httpUrl,
});

export const destinationSettings = z.discriminatedUnion('type', [webhookDestination]);
export type DestinationSettings = z.infer<typeof destinationSettings>;
