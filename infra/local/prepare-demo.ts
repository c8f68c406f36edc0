import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { randomId } from '../../lib/platform/ids.ts';
import { applySource } from '../../lib/sources/apply-source.ts';
import { readSourceFile } from '../../lib/sources/read-source-file.ts';
import { connectionOf, type Source } from '../../lib/sources/source.ts';
import { STAGE, type Stack } from './stack.ts';

const DEMO_FILE = resolve(import.meta.dirname, '../sources/demo.yml');

const keyFileContent = z.object({ apiKey: z.string() });
const code = z.object({ code: z.string() });

/** The demo file with this machine's addresses in place of its own. */
const demoSource = ({ addresses }: Pick<Stack, 'addresses'>): Source => {
  const read = readSourceFile(readFileSync(DEMO_FILE, 'utf8'));
  if ('problems' in read)
    throw new Error(
      `infra/sources/demo.yml: ${read.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    );
  const { source } = read;
  const hook = `${addresses.inbox}/hooks/${source.id}`;
  return {
    ...source,
    zoho: { accountsUrl: addresses.sandbox },
    forms: Object.fromEntries(
      Object.entries(source.forms).map(([name, form]) => [
        name,
        { ...form, origins: [addresses.inbox], redirect: `${addresses.inbox}/thanks` },
      ]),
    ),
    destinations: Object.fromEntries(
      Object.entries(source.destinations).map(([name, destination]) => [name, { ...destination, url: hook }]),
    ),
  };
};

/** The workflow rules a Zoho admin would make: on create or edit, one webhook per module, form data. */
const workflowWebhooks = (url: string) =>
  [
    {
      module: 'Leads',
      own: {
        lead_id: '${Leads.Lead Id}',
        lead_status: '${Leads.Lead Status}',
        annual_revenue: '${Leads.Annual Revenue}',
      },
    },
    { module: 'Deals', own: { deal_id: '${Deals.Deal Id}', stage: '${Deals.Stage}', amount: '${Deals.Amount}' } },
  ].map(({ module, own }) => ({
    module,
    url,
    when: 'create_or_edit',
    type: 'form_data',
    parameters: {
      ...own,
      cdp_id: `\${${module}.CDP ID}`,
      modified_by: `\${${module}.Modified By}`,
      ...(module === 'Leads' ? leadParameters : {}),
    },
    headers: {},
  }));
const leadParameters = {
  first_name: '${Leads.First Name}',
  last_name: '${Leads.Last Name}',
  email: '${Leads.Email}',
  phone: '${Leads.Phone}',
  country: '${Leads.Country}',
};

const ask = async (url: string, method: string, body?: unknown): Promise<Response> => {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname} was answered ${response.status}`);
  return response;
};

/** The one visit, as the client's browser makes it. */
const visit = async ({ addresses }: Pick<Stack, 'addresses'>, source: string, apiKey: string): Promise<void> => {
  const grant = code.parse(await (await ask(`${addresses.sandbox}/sandbox/codes`, 'POST')).json());
  const url = `${addresses.gateway}/sources/${source}?${new URLSearchParams({ api_key: apiKey, zoho_code: grant.code })}`;
  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  const outcome = /data-outcome="([a-z]+)"(?:\s+data-code="([a-z_]+)")?/.exec(page);
  if (outcome?.[1] !== 'connected')
    throw new Error(`the demo source could not be connected (${outcome?.[2] ?? 'no page'})`);
};

export type PreparedDemo = { source: string; apiKey: string; forms: string[]; connected: boolean };

/**
 * What an operator and a Zoho admin do for a new client, done for the demo: apply the source, keep its key, store the
 * client's id and secret, make the workflow rules and, if asked, connect by a code.
 * @param keyFile keeps the key for the next start, readable by its owner alone
 */
export const prepareDemo = async (
  stack: Stack,
  { connect, keyFile }: { connect: boolean; keyFile?: string },
): Promise<PreparedDemo> => {
  const { addresses, records, tokens, secrets, sandbox } = stack;
  const source = demoSource(stack);
  const applied = await applySource(source, { table: records, secrets, stage: STAGE, now: Date.now, randomId });

  const kept =
    keyFile !== undefined && existsSync(keyFile)
      ? keyFileContent.parse(JSON.parse(readFileSync(keyFile, 'utf8')))
      : undefined;
  const apiKey = applied.apiKey ?? kept?.apiKey;
  if (apiKey === undefined) throw new Error('the demo key is gone; begin anew with npm start -- --fresh');
  if (keyFile !== undefined) writeFileSync(keyFile, JSON.stringify({ apiKey }), { mode: 0o600 });

  const secretName = `leadloop/${STAGE}/connections/${connectionOf(source)}`;
  const connection = await secrets.get(secretName);
  // Kept state on other ports: what was granted belongs to a sandbox that is not there any more.
  const hasMoved = connection !== undefined && connection.value.accountsUrl !== addresses.sandbox;
  if (connection === undefined || hasMoved) {
    const value = { clientId: sandbox.clientId, clientSecret: sandbox.clientSecret, accountsUrl: addresses.sandbox };
    await secrets.put(secretName, value, crypto.randomUUID());
  }
  const webhook = `${addresses.gateway}/sources/${source.id}?${new URLSearchParams({ api_key: apiKey })}`;
  await ask(`${addresses.sandbox}/sandbox/webhooks`, 'PUT', workflowWebhooks(webhook));

  const isConnected = async () => ((await tokens.get(`token#${connectionOf(source)}`))?.grant ?? 0) !== 0;
  if (connect && (hasMoved || !(await isConnected()))) await visit(stack, source.id, apiKey);
  return { source: source.id, apiKey, forms: Object.keys(source.forms), connected: await isConnected() };
};
