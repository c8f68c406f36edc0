import { expect, test } from '@jest/globals';
import { createReceivers } from '../../infra/local/demo/receivers.ts';
import { describeInBrowser, desktop, isTooWide, phone, smallTargets, useBrowser } from '../support/browser.ts';
import { useStack } from '../support/stack.ts';

describeInBrowser('the connect visit in a browser', () => {
  const stack = useStack({ connect: false });
  const open = useBrowser();
  const link = (more: Record<string, string> = {}): string =>
    `${stack().addresses.gateway}/sources/demo?${new URLSearchParams({ api_key: stack().demo.apiKey, ...more })}`;
  const newCode = async () => (await createReceivers(stack().addresses).newCode()).code;

  test('without a code the link shows the steps, with the scope to copy', async () => {
    const page = await open(phone);
    await page.goto(link());
    expect(await page.locator('main').getAttribute('data-outcome')).toBe('steps');
    expect(await page.getByRole('textbox', { name: 'Scope' }).inputValue()).toBe(
      'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.coql.READ',
    );
  });

  test('with a fresh code it says which organisation is connected and what comes next; a reload says the same', async () => {
    const page = await open(desktop);
    const url = link({ zoho_code: await newCode() });
    for (let visit = 0; visit < 2; visit += 1) {
      await page.goto(url);
      expect(await page.locator('main').getAttribute('data-outcome')).toBe('connected');
      const text = await page.locator('main').innerText();
      expect(text).toContain('Acme');
      for (const parameter of ['lead_id', 'cdp_id', 'lead_status', 'annual_revenue', 'modified_by'])
        expect(text).toContain(parameter);
    }
    expect((await createReceivers(stack().addresses).calls()).mints).toBe(1);
  });

  test('a code that was used already is refused with what to do next', async () => {
    const { sandbox } = stack().addresses;
    const { code, clientId, clientSecret } = await createReceivers(stack().addresses).newCode();
    await fetch(`${sandbox}/oauth/v2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: clientSecret,
        code,
      }),
    });
    const page = await open(phone);
    const answer = await page.goto(link({ zoho_code: code }));
    expect(answer?.status()).toBeGreaterThanOrEqual(400);
    expect(await page.locator('main').getAttribute('data-outcome')).toBe('refused');
    expect(await page.locator('main').getAttribute('data-code')).toBe('expired_or_used');
    expect(await page.locator('main').innerText()).toMatch(/new code|generate/i);
    expect(await page.content()).not.toContain(code);
  });

  test('when Zoho throttles, the page says to wait', async () => {
    const { sandbox } = stack().addresses;
    await fetch(`${sandbox}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        path: '/oauth/v2/token',
        times: 1,
        status: 400,
        body: {
          error_description: 'You have made too many requests continuously. Please try again after some time.',
          error: 'Access Denied',
          status: 'failure',
        },
      }),
    });
    const page = await open(desktop);
    await page.goto(link({ zoho_code: await newCode() }));
    expect(await page.locator('main').getAttribute('data-code')).toBe('throttled');
  });

  test.each([
    ['the steps', async () => link()],
    [
      'a refusal',
      async () => link({ zoho_code: '1000.00000000000000000000000000000000.00000000000000000000000000000000' }),
    ],
    ['success', async () => link({ zoho_code: await newCode() })],
  ])('%s can be read and used on a phone, on a desktop and by keyboard', async (_, url) => {
    const address = await url();
    for (const size of [phone, desktop]) {
      const page = await open(size);
      await page.goto(address);
      expect(await isTooWide(page)).toBe(false);
      expect(await smallTargets(page)).toEqual([]);
    }
  });
});
