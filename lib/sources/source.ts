import * as z from 'zod/mini';
import { formSchema } from './form.ts';
import { destinationSettings } from './destination-settings.ts';
import { name, sourceId } from './names.ts';
import { webhookSettings } from './webhook-settings.ts';

/**
 * One client's integration, as its source file says it. Parsing is idempotent: a parsed source parses to itself,
 * so files, stored items and tests all speak one shape.
 */
export const sourceSchema = z.strictObject({
  id: sourceId,
  /** The OAuth link to one Zoho org; several sources may share one. Absent: the id (see `connectionOf`). */
  connection: z.optional(sourceId),
  zoho: z._default(z.strictObject({ accountsUrl: z._default(z.url(), 'https://accounts.zoho.com') }), {
    accountsUrl: 'https://accounts.zoho.com',
  }),
  forms: z._default(z.record(name, formSchema), {}),
  webhook: z.optional(webhookSettings),
  destinations: z._default(z.record(name, destinationSettings), {}),
});
export type Source = z.infer<typeof sourceSchema>;

export const connectionOf = (source: Source): string => source.connection ?? source.id;
