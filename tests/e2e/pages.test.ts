import { beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser, useBrowser } from '../support/browser.ts';
import { focusFaults, pageFaults, watchPage } from '../support/page-rules.ts';
import { keepScreenshot } from '../support/screenshots.ts';
import { eventually, useStack } from '../support/stack.ts';
import { connectScenes, fillBothSides, formScenes, othersideScenes, prepareThanks, type Scene } from './page-scenes.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };

describeInBrowser('every page', () => {
  const stack = useStack();
  const open = useBrowser();
  beforeAll(() => prepareThanks(stack));

  /** At both sizes, in light and dark, by keyboard, and by what the browser asked for. */
  const check = async ({ name, code, go }: Scene): Promise<void> => {
    const page = await open({ viewport: PHONE, hasTouch: true });
    const watched = watchPage(page);
    const answer = await go(page);
    if (code !== undefined) expect(await page.locator('main').getAttribute('data-code')).toBe(code);
    expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'");
    expect(answer?.headers()['content-security-policy']).toContain("frame-ancestors 'none'");

    expect(await pageFaults(page)).toEqual([]);
    await keepScreenshot(page, `${name}-phone`);
    await page.setViewportSize(DESK);
    expect(await pageFaults(page)).toEqual([]);
    await keepScreenshot(page, `${name}-desktop`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await keepScreenshot(page, `${name}-desktop-dark`);
    expect(await focusFaults(page)).toEqual([]);
    expect(watched).toEqual({ strangers: [], errors: [] });
  };

  test.each(formScenes(stack))('$name', check);
  test.each(connectScenes(stack))('$name', check);

  test('an inbox with nothing in it yet', () =>
    check({ name: 'inbox-empty', go: (page) => page.goto(`${stack().addresses.inbox}/inbox`) }));

  test('an inbox and a CRM with something in them', async () => {
    await fillBothSides(stack);
    await eventually(
      async () => (await (await fetch(`${stack().addresses.inbox}/events`)).json()) as unknown[],
      (events) => events.length >= 3,
      30_000,
    );
    await eventually(
      async () => (await fetch(stack().addresses.sandbox)).text(),
      (text) => text.includes('jane.doe@example.com'),
      30_000,
    );
    for (const scene of othersideScenes(stack)) await check(scene);
  }, 120_000);

  test('without script the connect form, the CRM screen and the inbox do their work', async () => {
    const page = await open({ viewport: PHONE, javaScriptEnabled: false });
    const { gateway, sandbox, inbox } = stack().addresses;
    await page.goto(`${gateway}/sources/demo?${new URLSearchParams({ api_key: stack().demo.apiKey })}`);
    await page.getByLabel('Code from Zoho').fill('1000.not.a.code');
    await page.getByRole('button', { name: 'Connect' }).click();
    expect(await page.locator('main').getAttribute('data-code')).toBe('expired_or_used');
    await page.getByRole('link', { name: 'To the steps' }).click();
    expect(await page.locator('main').getAttribute('data-outcome')).toBe('steps');

    await page.goto(sandbox);
    const lead = page.locator('[data-lead-id]').first();
    await lead.getByLabel('Lead status').selectOption('Contacted');
    await lead.getByRole('button', { name: 'Save' }).click();
    expect(await page.getByRole('status').innerText()).toBe('Saved.');

    await page.goto(`${inbox}/inbox`);
    await page.getByText('Event as it came').first().click();
    expect(await page.locator('pre').first().isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Look for newer events' }).click();
    expect(await page.locator('[data-event-id]').count()).toBeGreaterThan(0);
  });
});
