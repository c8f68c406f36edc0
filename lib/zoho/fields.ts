import * as z from 'zod/mini';
import { parseJson } from './parse-json.ts';
import { authorization } from './record-requests.ts';
import { readRefusal } from './refusal.ts';

/** Asks for all fields of a module (Zoho CRM API, "Fields Metadata"; scope `ZohoCRM.settings.fields.READ`). */
export const fieldsRequest = ({
  apiDomain,
  accessToken,
  module,
}: {
  apiDomain: string;
  accessToken: string;
  module: string;
}): Request =>
  new Request(`${apiDomain}/crm/v8/settings/fields?${new URLSearchParams({ module, type: 'all' })}`, {
    headers: { ...authorization(accessToken), accept: 'application/json' },
  });

export type ZohoField = {
  apiName: string;
  /** As Zoho names it: `text`, `picklist`, …; undefined when it does not say. */
  dataType: string | undefined;
  /** Characters at most. */
  length: number | undefined;
  /** Whether the API may give it a value. */
  isWritable: boolean;
};
export type FieldsAnswer = { status: 'fields'; fields: ZohoField[] } | { status: 'refused'; code: string };

const flag = z.catch(z.optional(z.boolean()), undefined);
const fieldShape = z.object({
  api_name: z.string(),
  data_type: z.catch(z.optional(z.string()), undefined),
  length: z.catch(z.optional(z.number()), undefined),
  read_only: flag,
  field_read_only: flag,
  operation_type: z.catch(z.optional(z.object({ api_create: flag, api_update: flag })), undefined),
});
const fieldsBody = z.object({ fields: z.array(fieldShape) });

const fieldOf = (read: z.infer<typeof fieldShape>): ZohoField => {
  const { api_create: create, api_update: update } = read.operation_type ?? {};
  const isLocked = read.read_only === true || read.field_read_only === true;
  return {
    apiName: read.api_name,
    dataType: read.data_type,
    length: read.length,
    isWritable: !isLocked && (create !== false || update !== false),
  };
};

/** A module without fields is answered 204. */
export const readFieldsAnswer = (httpStatus: number, body: unknown): FieldsAnswer => {
  if (httpStatus === 204) return { status: 'fields', fields: [] };
  const parsed = parseJson(body);
  const read = httpStatus >= 200 && httpStatus < 300 ? fieldsBody.safeParse(parsed).data : undefined;
  if (read !== undefined) return { status: 'fields', fields: read.fields.map(fieldOf) };
  return { status: 'refused', code: readRefusal(parsed)?.code ?? `http_${httpStatus}` };
};
