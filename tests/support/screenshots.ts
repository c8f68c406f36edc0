import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = process.env.SCREENSHOTS;

/** The page as it is shown now, kept as a picture if `SCREENSHOTS` names a folder: for looking at, not for comparing. */
export const keepScreenshot = async (page: Page, name: string): Promise<void> => {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
  });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, scale: 'css' });
};
