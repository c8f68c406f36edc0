/** A record by Zoho's field names, as `toZohoRecord` makes it. */
export type ZohoRecord = Record<string, unknown>;

export type InsertOptions = {
  /** From the token's answer. */
  apiDomain: string;
  accessToken: string;
  /** API name of the module, such as `Leads`. */
  module: string;
  /** At most 100. */
  records: readonly ZohoRecord[];
  /** Automations to run. Absent: all of the client's; []: none. */
  trigger?: readonly string[] | undefined;
  /** Id of the lead assignment rule to run (`lar_id`); without one none runs. */
  assignmentRule?: string | undefined;
};

export type UpsertOptions = InsertOptions & {
  /** Fields Zoho looks a record up by, in this order. Absent: its own choice. */
  duplicateCheckFields?: readonly string[] | undefined;
};

/** Zoho's own scheme: it calls its tokens Bearer and documents another name. */
export const authorization = (accessToken: string): { authorization: string } => ({
  authorization: `Zoho-oauthtoken ${accessToken}`,
});

const writeRequest = (
  path: string,
  { apiDomain, accessToken, records, trigger, assignmentRule }: InsertOptions,
  more: object = {},
  method: 'POST' | 'PUT' = 'POST',
): Request =>
  new Request(`${apiDomain}/crm/v8/${path}`, {
    method,
    headers: { ...authorization(accessToken), 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      data: records,
      ...more,
      ...(trigger === undefined ? {} : { trigger }),
      ...(assignmentRule === undefined ? {} : { lar_id: assignmentRule }),
    }),
  });

/** Updates the record that the duplicate-check fields find, or adds one (Zoho CRM API, "Upsert Records"). */
export const upsertRequest = ({ duplicateCheckFields, ...options }: UpsertOptions): Request =>
  writeRequest(
    `${encodeURIComponent(options.module)}/upsert`,
    options,
    duplicateCheckFields === undefined ? {} : { duplicate_check_fields: duplicateCheckFields },
  );

/** Adds records, whatever is there already (Zoho CRM API, "Insert Records"). */
export const insertRequest = (options: InsertOptions): Request =>
  writeRequest(encodeURIComponent(options.module), options);

/** Changes records by their ids (Zoho CRM API, "Update Records"). Each record holds its `id`. */
export const updateRequest = (options: Omit<InsertOptions, 'assignmentRule'>): Request =>
  writeRequest(encodeURIComponent(options.module), options, {}, 'PUT');
