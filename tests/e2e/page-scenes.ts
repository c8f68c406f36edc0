import type { Page, Response } from 'playwright-core';
import { createHandler } from '../../functions/connect-zoho/handler.ts';
import { randomId, sha256Hex } from '../../lib/platform/ids.ts';
import { applySource } from '../../lib/sources/apply-source.ts';
import { sourceSchema } from '../../lib/sources/source.ts';
import type { ConnectOutcome } from '../../lib/tokens/connect.ts';
import { loadEvent } from '../support/load-event.ts';
import type { TestStack } from '../support/stack.ts';

/** `code`: the `data-code` of the page it leads to. */
export type Scene = { name: string; code?: string; go: (page: Page) => Promise<Response | null> };
type StackOf = () => TestStack;

const KEY = 'll_0123456789abcdefghjkmnpqrs';
const CODE = '1000.00000000000000000000000000000000.ffffffffffffffffffffffffffffffff';

const ask = async (url: string, method: string, body?: unknown): Promise<void> => {
  const answer = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname} was answered ${answer.status}`);
};

const link = (stack: StackOf, more: Record<string, string> = {}): string =>
  `${stack().addresses.gateway}/sources/demo?${new URLSearchParams({ api_key: stack().demo.apiKey, ...more })}`;
const newCode = async (stack: StackOf, scope?: string): Promise<string> => {
  const answer = await fetch(`${stack().addresses.sandbox}/sandbox/codes`, {
    method: 'POST',
    body: JSON.stringify(scope === undefined ? {} : { scope }),
  });
  return (await answer.json()).code;
};

/** A refusal of Zoho's, one answer of its token endpoint after the other. */
const refused = (
  stack: StackOf,
  { name, code = name }: { name: string; code?: string },
  ...answers: Array<Record<string, unknown>>
): Scene => ({
  name: `connect-${name}`,
  code,
  go: async (page) => {
    const faults = `${stack().addresses.sandbox}/sandbox/faults`;
    await ask(faults, 'DELETE');
    for (const answer of answers) await ask(faults, 'POST', { path: '/oauth/v2/token', status: 200, ...answer });
    return page.goto(link(stack, { zoho_code: CODE }));
  },
});
const error = (code: string) => ({ body: { error: code } });

/** What only a broken secret store or table brings about: the real handler's answer, shown at the gateway's address. */
const rendered = (stack: StackOf, name: string, outcome: ConnectOutcome | Error): Scene => ({
  name: `connect-${name}`,
  go: async (page) => {
    const source = sourceSchema.parse({ id: 'demo', forms: {} });
    const handler = createHandler({
      loadSource: async () => ({
        source,
        version: 1,
        hmacKey: '',
        keys: [{ id: 'k', sha256: sha256Hex(KEY), createdAtMs: 0 }],
      }),
      connect: async () => {
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      publicUrl: 'https://api.example.com',
      extraHosts: { accounts: [], api: [] },
      log: () => undefined,
      now: Date.now,
    });
    const { statusCode, headers, body = '' } = await handler(loadEvent('connect-zoho/code'));
    const url = `${stack().addresses.gateway}/rendered`;
    await page.route(url, (route) => route.fulfill({ status: statusCode, headers, body }));
    return page.goto(url);
  },
});

/** The connect visit: steps, success and every refusal there is. */
export const connectScenes = (stack: StackOf): Scene[] => [
  { name: 'connect-steps', go: (page) => page.goto(link(stack)) },
  { name: 'connect-no-key', go: (page) => page.goto(`${stack().addresses.gateway}/sources/demo`) },
  refused(stack, { name: 'expired_or_used' }),
  refused(stack, { name: 'other_data_center' }, error('invalid_code'), error('invalid_client')),
  refused(stack, { name: 'wrong_client' }, error('invalid_client')),
  refused(stack, { name: 'not_self_client', code: 'wrong_client' }, error('invalid_redirect_uri')),
  refused(stack, { name: 'wrong_secret' }, error('invalid_client_secret')),
  refused(stack, { name: 'throttled' }, { status: 400, body: { error: 'Access Denied', status: 'failure' } }),
  refused(stack, { name: 'unavailable' }, { status: 500, body: 'no' }),
  {
    name: 'connect-missing_scope',
    code: 'missing_scope',
    go: async (page) => page.goto(link(stack, { zoho_code: await newCode(stack, 'ZohoCRM.users.READ') })),
  },
  {
    name: 'connect-connected',
    go: async (page) => page.goto(link(stack, { zoho_code: await newCode(stack) })),
  },
  rendered(stack, 'not_kept', { status: 'not_kept', refreshToken: CODE }),
  rendered(stack, 'not_opened', { status: 'not_opened' }),
  rendered(stack, 'unexpected', new Error('nobody expected this')),
];

/** A second source whose form has no redirect: the visitor is thanked by leadloop itself. */
export const prepareThanks = async (stack: StackOf): Promise<void> => {
  const { records, secrets, addresses } = stack();
  const source = sourceSchema.parse({
    id: 'plain',
    connection: 'demo',
    forms: { contact: { fields: { Email: 'email', Last_Name: 'last_name' }, origins: [addresses.inbox] } },
  });
  await applySource(source, { table: records, secrets, stage: 'local', now: Date.now, randomId });
};

/** The demo form sent as a browser without script would send it, to a form of any source. */
const sent = async (stack: StackOf, page: Page, source: string, email: string): Promise<Response | null> => {
  await page.goto(`${stack().addresses.inbox}/form`);
  const answer = page.waitForResponse((one) => one.request().method() === 'POST');
  const arrived = page.waitForURL('**/forms/contact');
  await page.evaluate(
    ([action = '', value = '']) => {
      const form = document.getElementById('contact') as HTMLFormElement;
      form.action = action;
      for (const [name, text] of Object.entries({ email: value, last_name: 'Chan' }))
        (form.elements.namedItem(name) as HTMLInputElement).value = text;
      form.submit(); // asks no script
    },
    [`${stack().addresses.gateway}/sources/${source}/forms/contact`, email],
  );
  await arrived;
  return answer;
};

export const formScenes = (stack: StackOf): Scene[] => [
  { name: 'start', go: (page) => page.goto(`${stack().addresses.inbox}/`) },
  { name: 'form', go: (page) => page.goto(`${stack().addresses.inbox}/form`) },
  {
    name: 'form-errors',
    go: async (page) => {
      const answer = await page.goto(`${stack().addresses.inbox}/form`);
      await page.getByRole('button', { name: 'Send' }).click();
      return answer;
    },
  },
  { name: 'form-refused', go: (page) => sent(stack, page, 'demo', 'nobody,') },
  { name: 'form-unknown', go: (page) => sent(stack, page, 'nobody', 'wing@example.com') },
  { name: 'form-thanks', go: (page) => sent(stack, page, 'plain', 'plain-thanks@example.com') },
  { name: 'thanks', go: (page) => page.goto(`${stack().addresses.inbox}/thanks`) },
];

/** A lead on its way around, so that CRM and inbox have something to show; and one event nobody should believe. */
export const fillBothSides = async (stack: StackOf): Promise<void> => {
  const { gateway, inbox } = stack().addresses;
  const form = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  await form(`${gateway}/sources/demo/forms/contact`, {
    email: 'jane.doe@example.com',
    first_name: 'Jane',
    last_name: 'Doe',
    company: 'A company whose name is longer than what most people would call a name Limited',
    phone: '+12025550173',
    country: 'United States',
    productinterest: 'Solar Panels',
    cdp_id: 'v-0f8fad5b-d9cb-469f-a165-70867728950e',
  });
  for (const [id, money] of [
    ['5725767000000524157', '1,000'],
    ['5725767000000524158', 'a lot'],
  ] as const)
    await form(link(stack), {
      lead_id: id,
      lead_status: 'Pre-Qualified',
      cdp_id: 'v-0f8fad5b-d9cb-469f-a165-70867728950e',
      annual_revenue: money,
      modified_by: 'Kim Lee',
    });
  await fetch(`${inbox}/hooks/demo`, {
    method: 'POST',
    headers: { 'webhook-id': 'forged-1' },
    body: '{"type":"ConvertedLead","data":{}}',
  });
};

export const othersideScenes = (stack: StackOf): Scene[] => [
  { name: 'inbox', go: (page) => page.goto(`${stack().addresses.inbox}/inbox`) },
  {
    name: 'inbox-open',
    go: async (page) => {
      const answer = await page.goto(`${stack().addresses.inbox}/inbox`);
      await page.getByText('Event as it came').last().click();
      return answer;
    },
  },
  { name: 'crm', go: (page) => page.goto(`${stack().addresses.sandbox}/`) },
  {
    name: 'crm-open',
    go: async (page) => {
      const answer = await page.goto(`${stack().addresses.sandbox}/?done=code`);
      for (const summary of await page.locator('summary').all()) await summary.click();
      return answer;
    },
  },
  {
    name: 'crm-refused',
    go: async (page) => {
      await page.goto(`${stack().addresses.sandbox}/`);
      await page.getByLabel('Annual revenue').first().fill('a lot');
      const answer = page.waitForResponse((one) => one.request().method() === 'POST');
      const arrived = page.waitForURL('**/screen/leads/*');
      await page.getByRole('button', { name: 'Save' }).first().click();
      await arrived;
      return answer;
    },
  },
];
