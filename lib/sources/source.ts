import * as z from 'zod/mini';
import { destinationSettings } from './destination-settings.ts';
import { formSchema } from './form.ts';
import { httpUrl, name, sourceId } from './names.ts';
import { webhookSettings } from './webhook-settings.ts';

const DEFAULT_ACCOUNTS_URL = 'https://accounts.zoho.com';

/**
 * One client's integration, as its source file says it. Parsing is idempotent: a parsed source parses to itself,
 * so files, stored items and tests all speak one shape.
 */
export const sourceSchema = z
  .strictObject({
    id: sourceId,
    /** The OAuth link to one Zoho org; several sources may share one. Absent: the id (see `connectionOf`). */
    connection: z.optional(sourceId),
    /** Zoho's accounts server or its token URL. Whether it is one of Zoho's is judged where secrets are sent. */
    zoho: z._default(z.strictObject({ accountsUrl: z._default(httpUrl, DEFAULT_ACCOUNTS_URL) }), {
      accountsUrl: DEFAULT_ACCOUNTS_URL,
    }),
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
