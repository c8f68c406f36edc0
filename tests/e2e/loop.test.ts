import { expect, test } from '@jest/globals';
import { createReceivers, type Receivers } from '../../infra/local/demo/receivers.ts';
import { describeInBrowser, desktop, isTooWide, phone, smallTargets, useBrowser } from '../support/browser.ts';
import { eventually, useStack } from '../support/stack.ts';

describeInBrowser('the loop in a browser', () => {
  const stack = useStack();
  const open = useBrowser();
  // One for all tests: a salesperson logs in once, and Zoho takes only ten codes in ten minutes.
  let salesperson: Receivers | undefined;
  const receivers = () => (salesperson ??= createReceivers(stack().addresses));
  const leadsOf = async (email: string) => (await receivers().leads()).filter((lead) => lead.Email === email);

  test('a visitor with JavaScript sends the form and is thanked; the lead is in Zoho with the visitor’s ids', async () => {
    const page = await open();
    await page.goto(`${stack().addresses.inbox}/form?gclid=Click-1&cdp_id=visitor-js`);
    await page.getByLabel('First name').fill('Jane');
    await page.getByLabel('Last name').fill('Doe');
    await page.getByLabel('E-mail').fill('jane-js@example.com');
    await page.getByLabel('Phone').fill('+852 5123 4567');
    await page.locator('input[name=productinterest]').first().check();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL('**/thanks');
    expect(await page.locator('main').innerText()).toContain('Thank you');
    const [lead] = await eventually(
      () => leadsOf('jane-js@example.com'),
      (found) => found.length > 0,
    );
    expect(lead).toMatchObject({ CDP_ID: 'visitor-js', Phone: '+85251234567' });
    expect(lead?.Product_Interest).toHaveLength(1);
  });

  test('a visitor without JavaScript sends the form and is thanked all the same', async () => {
    const page = await open({ ...phone, javaScriptEnabled: false });
    await page.goto(`${stack().addresses.inbox}/form`);
    await page.getByLabel('Last name').fill('Chan');
    await page.getByLabel('E-mail').fill('chan-nojs@example.com');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL('**/thanks');
    await eventually(
      () => leadsOf('chan-nojs@example.com'),
      (found) => found.length === 1,
    );
  });

  test('without JavaScript a wrong e-mail is named on a page that leads back', async () => {
    const page = await open({ ...phone, javaScriptEnabled: false });
    await page.goto(`${stack().addresses.inbox}/form`);
    await page.getByLabel('Last name').fill('Wrong');
    await page.getByLabel('E-mail').fill('secret word,@example.com');
    // The browser's own check is not ours to test: what gets past it is refused by the server.
    await page.locator('form#contact').evaluate((form) => form.setAttribute('novalidate', ''));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL('**/sources/demo/forms/contact');
    expect(await page.locator('main').innerText()).toMatch(/e-?mail/i);
    expect(await page.content()).not.toContain('secret word');
    await page.getByRole('link').first().click();
    await page.waitForURL('**/form');
  });

  test('a double click sends the form once', async () => {
    const page = await open();
    let posts = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') posts += 1;
    });
    await page.goto(`${stack().addresses.inbox}/form`);
    await page.getByLabel('Last name').fill('Double');
    await page.getByLabel('E-mail').fill('double@example.com');
    await page.getByRole('button', { name: 'Send' }).dblclick();
    await page.waitForURL('**/thanks');
    expect(posts).toBe(1);
    await eventually(
      () => leadsOf('double@example.com'),
      (found) => found.length === 1,
    );
    const writes = (await receivers().calls()).calls.filter(({ requestBody }) =>
      JSON.stringify(requestBody)?.includes('double@example.com'),
    );
    expect(writes).toHaveLength(1);
  });

  test('a salesperson sets a status in the CRM screen, and the event with its money is in the inbox', async () => {
    const { gateway, sandbox, inbox } = stack().addresses;
    await fetch(`${gateway}/sources/demo/forms/contact`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'crm@example.com', last_name: 'Screen', cdp_id: 'visitor-crm' }),
    });
    const [lead] = await eventually(
      () => leadsOf('crm@example.com'),
      (found) => found.length > 0,
    );
    const page = await open();
    await page.goto(`${sandbox}/`);
    const card = page.locator(`[data-lead-id="${lead?.id}"]`);
    await card.locator('select[name=Lead_Status]').selectOption('Pre-Qualified');
    await card.locator('input[name=Annual_Revenue]').fill('1000');
    await card.getByRole('button', { name: 'Save' }).click();
    const ours = async () => (await receivers().events()).filter((event) => event.body.data.recordId === lead?.id);
    const [event] = await eventually(ours, (found) => found.length > 0);
    expect(event).toMatchObject({
      type: 'ConvertedLead',
      verified: true,
      body: { data: { cdpId: 'visitor-crm', amount: { value: '128.20' } } },
    });

    const shown = await open(phone);
    await shown.goto(`${inbox}/inbox`);
    const text = await shown.locator('main').innerText();
    expect(text).toContain('ConvertedLead');
    expect(text).toContain('128.20');
    expect(text).toMatch(/signature verified/i);
  });

  test.each([
    ['start', 'inbox', '/'],
    ['form', 'inbox', '/form'],
    ['thanks', 'inbox', '/thanks'],
    ['inbox', 'inbox', '/inbox'],
    ['CRM screen', 'sandbox', '/'],
  ] as const)('the %s page can be read and used on a phone and on a desktop', async (_, where, path) => {
    for (const size of [phone, desktop]) {
      const page = await open(size);
      const errors: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
      await page.goto(`${stack().addresses[where]}${path}`);
      expect(await isTooWide(page)).toBe(false);
      expect(await smallTargets(page)).toEqual([]);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.title()).not.toBe('');
      expect(errors).toEqual([]);
    }
  });
});
