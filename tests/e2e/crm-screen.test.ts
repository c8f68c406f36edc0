import { expect, test } from '@jest/globals';
import { createReceivers, type Receivers } from '../../infra/local/demo/receivers.ts';
import { describeInBrowser, desktop, isTooWide, phone, smallTargets, useBrowser } from '../support/browser.ts';
import { contrastFaults } from '../support/contrast.ts';
import { eventually, useStack } from '../support/stack.ts';

describeInBrowser('the CRM screen in a browser', () => {
  const stack = useStack({ connect: false });
  const open = useBrowser();
  let salesperson: Receivers | undefined;
  const receivers = () => (salesperson ??= createReceivers(stack().addresses));
  const newLead = async (values: Record<string, unknown>): Promise<string> => {
    const body = JSON.stringify({ data: [{ Last_Name: 'Chan', Company: 'ABC', ...values }] });
    const answer = await receivers().crm('/Leads', { method: 'POST', body });
    return (answer as { data: Array<{ details: { id: string } }> }).data[0]?.details.id ?? '';
  };
  const eventsWith = async (cdpId: string) =>
    (await receivers().events()).filter(({ body }) => body.data.cdpId === cdpId);

  test('without JavaScript a salesperson converts a lead, and the deal follows it through the loop', async () => {
    const id = await newLead({ Email: 'convert@example.com', CDP_ID: 'v-convert' });
    const page = await open({ ...phone, javaScriptEnabled: false });
    await page.goto(stack().addresses.sandbox);
    const card = page.locator(`[data-lead-id="${id}"]`);
    await card.getByLabel('Lead status').selectOption('Pre-Qualified');
    await card.getByLabel('Annual revenue').fill('1,000');
    await card.getByRole('button', { name: 'Save' }).click();

    await card.getByText('Convert', { exact: true }).click();
    expect(await card.getByLabel('Deal name').inputValue()).toBe('ABC');
    await card.getByLabel('Deal name').fill('ABC – solar roof');
    await card.getByLabel('Amount').fill('2500.50');
    expect(await smallTargets(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await card.getByRole('button', { name: 'Convert lead' }).click();

    expect(await page.getByRole('status').innerText()).toBe('Lead converted.');
    expect(await card.innerText()).toMatch(/Converted\s+Contact Chan\s+Account ABC\s+Deal ABC – solar roof/);
    expect(await card.getByRole('button').count()).toBe(0);
    await card.getByRole('link', { name: 'Deal ABC – solar roof' }).click();
    const deal = page.locator('#deals li:target');
    expect(await deal.getByLabel('Amount').inputValue()).toBe('2500.5');
    await deal.getByLabel('Stage').selectOption('Closed Won');
    await deal.getByRole('button', { name: 'Save' }).click();

    const events = await eventually(
      () => eventsWith('v-convert'),
      (found) => found.length >= 3,
    );
    const seen = events.map(({ type, body }) => [type, body.data.module, body.data.amount?.value]).sort();
    expect(seen).toEqual([
      ['ConvertedLead', 'Leads', '128.20'],
      ['Opportunity', 'Deals', '320.56'],
      ['WonDeal', 'Deals', '320.56'],
    ]);
  });

  test('a conversion that cannot be done says why and changes nothing', async () => {
    const id = await newLead({ Email: 'stays@example.com', CDP_ID: 'v-stays' });
    const page = await open({ ...phone, javaScriptEnabled: false });
    await page.goto(stack().addresses.sandbox);
    const card = page.locator(`[data-lead-id="${id}"]`);
    await card.getByText('Convert', { exact: true }).click();
    await card.getByLabel('Closing date').fill('');
    await card.getByRole('button', { name: 'Convert lead' }).click();
    expect(await page.getByRole('alert').innerText()).toMatch(/^Not converted: .*Closing Date/);
    expect(await page.locator(`[data-lead-id="${id}"]`).getByRole('button', { name: 'Save' }).count()).toBe(1);
  });

  test('the switches show what this Zoho does, and can be changed without JavaScript', async () => {
    const page = await open({ ...desktop, javaScriptEnabled: false });
    await page.goto(stack().addresses.sandbox);
    const settings = page.locator('#settings');
    await settings.getByText('Change', { exact: true }).click();
    await settings.getByLabel('Empty fields arrive as').selectOption('-None-');
    await settings.getByLabel('Each webhook is sent').selectOption('twice');
    await settings.getByRole('button', { name: 'Save settings' }).click();
    expect(await page.getByRole('status').innerText()).toBe('Settings saved.');
    expect(await page.locator('#settings dl').innerText()).toMatch(/sent\s+twice/);
    await fetch(`${stack().addresses.sandbox}/sandbox/settings`, { method: 'PUT', body: '{}' });
  });

  test('a phone shows the path of a call in whole words', async () => {
    const id = await newLead({ Email: 'paths@example.com' });
    await receivers().crm(`/Leads/${id}`, { method: 'PUT', body: JSON.stringify({ data: [{ Company: 'ABC' }] }) });
    const page = await open(phone);
    await page.goto(stack().addresses.sandbox);
    const broken = await page.locator('#calls td:nth-child(2)').evaluateAll((cells) =>
      cells
        .flatMap((cell) =>
          [...cell.childNodes].filter((node) => {
            const range = document.createRange();
            range.selectNodeContents(node);
            return node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() && range.getClientRects().length > 1;
          }),
        )
        .map((node) => node.nodeValue),
    );
    expect(broken).toEqual([]);
    expect(await page.locator('#calls').innerText()).toContain(id);
  });

  test.each(['light', 'dark'] as const)(
    'everything on it can be read and hit, opened up, in %s',
    async (colorScheme) => {
      await newLead({ Email: `look-${colorScheme}@example.com`, CDP_ID: 'v-look', Annual_Revenue: 1000 });
      for (const [name, size] of Object.entries({ phone, desktop })) {
        const page = await open({ ...size, colorScheme });
        await page.goto(stack().addresses.sandbox);
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await isTooWide(page)).toBe(false);
        expect(await smallTargets(page)).toEqual([]);
        expect(await contrastFaults(page)).toEqual([]);
        const folder = process.env.SCREENSHOTS;
        if (folder) await page.screenshot({ path: `${folder}/crm-${name}-${colorScheme}.png`, fullPage: true });
      }
    },
  );
});
