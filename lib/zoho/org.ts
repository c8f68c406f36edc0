import * as z from 'zod/mini';
import { isNotPermitted } from './faults.ts';
import { parseJson } from './parse-json.ts';
import { authorization } from './record-requests.ts';
import { readRefusal } from './refusal.ts';

/** Asks which organisation a token belongs to (Zoho CRM API, "Get Organization Data"; scope `ZohoCRM.org.READ`). */
export const orgRequest = ({ apiDomain, accessToken }: { apiDomain: string; accessToken: string }): Request =>
  new Request(`${apiDomain}/crm/v8/org`, { headers: { ...authorization(accessToken), accept: 'application/json' } });

export type OrgAnswer =
  | { status: 'read'; name: string }
  /** The token's scope does not include it, or the user may not see it. */
  | { status: 'not_permitted' }
  | { status: 'unreadable' };

const orgBody = z.object({
  org: z.array(z.object({ company_name: z.string().check(z.trim(), z.minLength(1)) })).check(z.minLength(1)),
});

export const readOrgAnswer = (body: unknown): OrgAnswer => {
  const parsed = parseJson(body);
  const read = orgBody.safeParse(parsed);
  if (read.success) return { status: 'read', name: read.data.org[0]?.company_name ?? '' };
  return isNotPermitted(readRefusal(parsed)?.code) ? { status: 'not_permitted' } : { status: 'unreadable' };
};
