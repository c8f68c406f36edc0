import * as z from 'zod/mini';
import type { Stack } from '../../../infra/local/stack.ts';
import { randomId } from '../../../lib/platform/ids.ts';
import { applySource } from '../../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../../lib/sources/source.ts';
import { connectionSecretName } from '../../../lib/tokens/connection-secret.ts';
import { readTokenItem } from '../../../lib/tokens/token-item.ts';

const issued = z.object({ code: z.string() });
const report = z.object({
  tokenRequests: z.number(),
  mints: z.number(),
  calls: z.array(z.object({ path: z.string(), requestBody: z.unknown() })),
});

export type Zoho = { baseUrl: string; clientId: string; clientSecret: string };
export type Client = { id: string; apiKey: string };
export type Shown = { status: number; outcome: string | undefined; code: string | undefined; page: string };

const ask = async (url: string, method: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname} was answered ${response.status}`);
  return response.json();
};

/** A Zoho sandbox as its owner sees it. */
export const zohoOwner = ({ baseUrl }: { baseUrl: string }) => ({
  newCode: async (wish: { scope?: string; minutes?: number } = {}): Promise<string> =>
    issued.parse(await ask(`${baseUrl}/sandbox/codes`, 'POST', wish)).code,
  fault: (fault: Record<string, unknown>) => ask(`${baseUrl}/sandbox/faults`, 'POST', fault),
  calls: async () => report.parse(await ask(`${baseUrl}/sandbox/calls`, 'GET')),
  reset: () => ask(`${baseUrl}/sandbox/reset`, 'POST'),
});

let clients = 0;

/** What an operator and a client's administrator do, over HTTP; each client has a source and a connection of its own. */
export const connectClient = ({ addresses, records, tokens, secrets, sandbox }: Stack) => ({
  addClient: async (
    stored: Partial<Zoho> | 'none' = {},
    { accountsUrl = addresses.sandbox, module = 'Leads' }: { accountsUrl?: string; module?: string } = {},
  ): Promise<Client> => {
    clients += 1;
    const id = `client-${clients}`;
    const forms = {
      contact: {
        module,
        fields: { Email: 'email', Last_Name: 'last_name' },
        duplicateCheckFields: ['Email'],
        gather: '0s',
      },
    };
    const source = sourceSchema.parse({ id, zoho: { accountsUrl }, forms });
    const deps = { table: records, secrets, stage: 'local', now: Date.now, randomId };
    const { apiKey = '' } = await applySource(source, deps);
    if (stored !== 'none') {
      const { clientId = sandbox.clientId, clientSecret = sandbox.clientSecret } = stored;
      await secrets.put(
        connectionSecretName('local', id),
        { clientId, clientSecret, accountsUrl },
        crypto.randomUUID(),
      );
    }
    return { id, apiKey };
  },
  /** `apply` with another data center. */
  setAccountsUrl: async ({ id }: Client, accountsUrl: string): Promise<void> => {
    const source = sourceSchema.parse({
      id,
      zoho: { accountsUrl },
      forms: { contact: { fields: { Last_Name: 'last_name' } } },
    });
    await applySource(source, { table: records, secrets, stage: 'local', now: Date.now, randomId });
  },
  visit: async ({ id, apiKey }: Client, code?: string, headers: Record<string, string> = {}): Promise<Shown> => {
    const query = new URLSearchParams({ api_key: apiKey, ...(code === undefined ? {} : { zoho_code: code }) });
    const response = await fetch(`${addresses.gateway}/sources/${id}?${query}`, {
      headers: { accept: 'text/html', ...headers },
    });
    const page = await response.text();
    const [, outcome, refusal] = /<main data-outcome="(\w+)"(?: data-code="(\w+)")?/.exec(page) ?? [];
    return { status: response.status, outcome, code: refusal, page };
  },
  post: ({ id }: Client, fields: Record<string, string>) =>
    fetch(`${addresses.gateway}/sources/${id}/forms/contact`, { method: 'POST', body: new URLSearchParams(fields) }),
  token: ({ id }: Client) => readTokenItem(tokens, id),
  secret: ({ id }: Client) => secrets.get(connectionSecretName('local', id)),
  lane: ({ id }: Client) => records.get(`lane#zoho#${id}`),
});
