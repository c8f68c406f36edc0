import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A group of browser tests; without Chromium it is skipped, and says so. In CI nothing may be skipped. */
export const describeInBrowser = (title: string, tests: () => void): void => {
  if (executablePath !== undefined || process.env.CI === 'true') {
    describe(title, tests);
    return;
  }
  process.stderr.write(`Skipped, because there is no Chromium here (install it, or set CHROMIUM_PATH): ${title}\n`);
  describe.skip(title, tests);
};

export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** One browser for a test file; each page in a profile of its own, closed after its test. */
export const useBrowser = (): ((options?: BrowserContextOptions) => Promise<Page>) => {
  let browser: Browser | undefined;
  const closing: Array<() => Promise<void>> = [];
  beforeAll(async () => {
    if (executablePath === undefined) throw new Error('there is no Chromium on this machine: apt-get install chromium');
    browser = await chromium.launch({ executablePath, args: ARGS });
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(async () => browser?.close());
  return async (options = desktop) => {
    if (browser === undefined) throw new Error('the browser is not up');
    const context = await browser.newContext(options);
    closing.push(() => context.close());
    context.setDefaultTimeout(15_000);
    return context.newPage();
  };
};

/** No sideways scroll: nothing on the page is wider than the window. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** Links, buttons and inputs smaller than 24 px in either direction, by their text; a field's label counts as the field. */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a, button, input:not([type=hidden]), select, textarea, summary')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => {
        const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
        return width < 24 || height < 24;
      })
      .map((element) => `${element.tagName} ${element.textContent ?? ''}`.trim()),
  );
