import * as z from 'zod/mini';
import { parseJson } from './parse-json.ts';
import { authorization } from './record-requests.ts';
import { readRefusal } from './refusal.ts';

/** Values that one `in` takes ("Get Records through COQL Query"). */
export const MAX_IN_VALUES = 100;

/** A text as COQL writes it: a quotation mark inside it stands twice. */
export const coqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Runs a query (Zoho CRM API, "Get Records through COQL Query"; scopes `ZohoCRM.coql.READ` and the module's READ).
 * @param query without a LIMIT 200 records at most are answered, for one credit
 */
export const coqlRequest = ({
  apiDomain,
  accessToken,
  query,
}: {
  apiDomain: string;
  accessToken: string;
  query: string;
}): Request =>
  new Request(`${apiDomain}/crm/v8/coql`, {
    method: 'POST',
    headers: { ...authorization(accessToken), 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ select_query: query }),
  });

export type CoqlRow = { id: string } & Record<string, unknown>;
export type CoqlAnswer =
  | { status: 'rows'; rows: CoqlRow[]; moreRecords: boolean }
  /** This query will not be answered with this grant; it says nothing about other calls. */
  | { status: 'refused'; code: string }
  /** Whose fault it is that there is no answer. */
  | { status: 'fault'; fault: 'lane' | 'connection'; code: string; afterSeconds?: number };

const row = z.looseObject({
  id: z.pipe(z.union([z.string(), z.number()]), z.transform(String)).check(z.regex(/^\d{1,20}$/)),
});
const rowsBody = z.object({
  data: z.array(row),
  info: z.optional(z.object({ more_records: z.optional(z.boolean()) })),
});

/** Of the token, not of what it may read. */
const OF_THE_TOKEN: ReadonlySet<string> = new Set(['INVALID_TOKEN', 'AUTHENTICATION_FAILURE']);

/**
 * The rows a query has found, none for 204. A grant without COQL's scope is refused for this query alone: leads can be
 * written all the same, so it is not the connection's fault.
 * @param body the answer's text (ids keep every digit), or what was parsed from it
 */
export const readCoqlAnswer = (httpStatus: number, body: unknown): CoqlAnswer => {
  if (httpStatus === 204) return { status: 'rows', rows: [], moreRecords: false };
  const parsed = parseJson(body);
  if (httpStatus >= 200 && httpStatus < 300) {
    const read = rowsBody.safeParse(parsed).data;
    return read === undefined
      ? { status: 'fault', fault: 'lane', code: 'unreadable_answer' }
      : { status: 'rows', rows: read.data, moreRecords: read.info?.more_records ?? false };
  }
  const refusal = readRefusal(parsed);
  if (refusal !== undefined && OF_THE_TOKEN.has(refusal.code))
    return { status: 'fault', fault: 'connection', code: refusal.code };
  // Without a code of Zoho's it was some server in between that answered.
  if (refusal === undefined || httpStatus === 429 || httpStatus >= 500)
    return { status: 'fault', fault: 'lane', ...(refusal ?? { code: `http_${httpStatus}` }) };
  return { status: 'refused', code: refusal.code };
};
