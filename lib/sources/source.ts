import * as z from 'zod/mini';
import { destinationSettings } from './destination-settings.ts';
import { formSchema } from './form.ts';
import { duration, name, sourceId } from './names.ts';
import { webhookSettings } from './webhook-settings.ts';
import { zohoSettings } from './zoho-settings.ts';

/**
 * One client's integration, as its source file says it. Parsing is idempotent: a parsed source parses to itself,
 * so files, stored items and tests all speak one shape.
 */
export const sourceSchema = z
  .strictObject({
    id: sourceId,
    /** The OAuth link to one Zoho org; several sources may share one. Absent: the id (see `connectionOf`). */
    connection: z.optional(sourceId),
    zoho: z._default(zohoSettings, zohoSettings.parse({})),
    /** Saves credits: forms without a `gather` of their own wait this long for nine others. */
    economy: z.optional(duration),
    forms: z._default(z.record(name, formSchema), {}),
    webhook: z.optional(webhookSettings),
    destinations: z._default(z.record(name, destinationSettings), {}),
  })
  .check(
    z.refine(({ webhook, destinations }) => webhook !== undefined || Object.keys(destinations ?? {}).length === 0, {
      path: ['webhook'],
      error: 'is required by the destinations: without it no event is ever made. It needs exchangeRate and currency',
      when: ({ value }) => typeof value === 'object' && value !== null, // beside other problems, not after them
    }),
  );
export type Source = z.infer<typeof sourceSchema>;

export const connectionOf = (source: Source): string => source.connection ?? source.id;
