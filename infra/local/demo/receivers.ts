import * as z from 'zod/mini';

/** What the demo asks, and only of the receiving sides: the sender's own word counts for nothing. */

const inboxEvents = z.array(
  z.object({
    id: z.string(),
    type: z.string(),
    verified: z.boolean(),
    attempts: z.number(),
    body: z.looseObject({
      data: z.looseObject({
        recordId: z.string(),
        cdpId: z.string(),
        amount: z.optional(
          z.object({ value: z.string(), currency: z.string(), sourceValue: z.string(), exchangeRate: z.string() }),
        ),
      }),
    }),
  }),
);
export type InboxEvent = z.infer<typeof inboxEvents>[number];

const leads = z.object({
  data: z.array(
    z.looseObject({
      id: z.string(),
      Email: z.nullable(z.string()),
      Phone: z.nullable(z.string()),
      Product_Interest: z.nullable(z.array(z.string())),
      CDP_ID: z.nullable(z.string()),
    }),
  ),
});
export type SandboxLead = z.infer<typeof leads>['data'][number];

const calls = z.object({
  mints: z.number(),
  crmCalls: z.number(),
  credits: z.number(),
  calls: z.array(
    z.object({ method: z.string(), path: z.string(), status: z.nullable(z.number()), requestBody: z.unknown() }),
  ),
});
export type SandboxCalls = z.infer<typeof calls>;

const code = z.object({ code: z.string(), clientId: z.string(), clientSecret: z.string(), accountsUrl: z.string() });

const getJson = async (url: string, init?: RequestInit): Promise<unknown> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000), ...init });
  return response.status === 204 ? undefined : response.json();
};

const asJson = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const createReceivers = ({ sandbox, inbox }: { sandbox: string; inbox: string }) => {
  let accessToken: Promise<string> | undefined;

  const newCode = async () => code.parse(await getJson(`${sandbox}/sandbox/codes`, { method: 'POST' }));

  /** A salesperson's own session: a token that has nothing to do with leadloop's connection. */
  const token = async (): Promise<string> => {
    const grant = await newCode();
    const answer = await getJson(`${sandbox}/oauth/v2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: grant.clientId,
        client_secret: grant.clientSecret,
        code: grant.code,
      }),
    });
    return z.object({ access_token: z.string() }).parse(answer).access_token;
  };
  const crm = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    accessToken ??= token();
    return getJson(`${sandbox}/crm/v8${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Zoho-oauthtoken ${await accessToken}` },
    });
  };

  return {
    newCode,
    events: async (): Promise<InboxEvent[]> => inboxEvents.parse(await getJson(`${inbox}/events`)),
    calls: async (): Promise<SandboxCalls> => calls.parse(await getJson(`${sandbox}/sandbox/calls`)),
    leads: async (): Promise<SandboxLead[]> => {
      const answer = await crm('/Leads?fields=Email,Phone,Product_Interest,CDP_ID,Lead_Status&per_page=200');
      return answer === undefined ? [] : leads.parse(answer).data;
    },
    /** A call of the CRM API with the salesperson's own token; undefined for 204. */
    crm,
    /** What a salesperson does in the CRM; its workflow rules fire. */
    editLead: (id: string, values: Record<string, unknown>) =>
      crm('/Leads', asJson('PUT', { data: [{ id, ...values }] })),
    breakZoho: (status: number) =>
      getJson(
        `${sandbox}/sandbox/faults`,
        asJson('POST', { path: '/crm/v8/Leads/upsert', status, body: 'unavailable', times: 0 }),
      ),
    mendZoho: () => getJson(`${sandbox}/sandbox/faults`, { method: 'DELETE' }),
  };
};
export type Receivers = ReturnType<typeof createReceivers>;
