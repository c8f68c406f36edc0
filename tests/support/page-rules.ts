import type { Page } from 'playwright-core';
import { isTooWide, smallTargets } from './browser.ts';
import { contrastFaults } from './contrast.ts';

/** What a page lacks before anybody touches it. */
const plainFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const faults: string[] = [];
    if (document.documentElement.lang === '') faults.push('no lang');
    if (document.title.trim() === '') faults.push('no title');
    const viewport = document.querySelector<HTMLMetaElement>('meta[name=viewport]')?.content ?? '';
    if (!viewport.includes('width=device-width')) faults.push('no viewport');
    if (/user-scalable=no|maximum-scale/.test(viewport)) faults.push('a viewport that forbids zooming');
    if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
    if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
    if (document.doctype === null) faults.push('no doctype');

    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) < index))) faults.push(`id ${id} twice`);
    const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
    const textOf = (idList: string) =>
      idList
        .split(/\s+/)
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' ');
    for (const control of document.querySelectorAll<HTMLInputElement>('input:not([type=hidden]),select,textarea')) {
      if (!isShown(control)) continue;
      const label = [...(control.labels ?? [])].map((one) => one.innerText).join(' ');
      const name = label || control.getAttribute('aria-label') || textOf(control.getAttribute('aria-labelledby') ?? '');
      if (name.trim() === '') faults.push(`no label: ${control.name || control.id}`);
    }
    for (const control of document.querySelectorAll<HTMLElement>('a[href],button,summary'))
      if (isShown(control) && (control.innerText.trim() || control.getAttribute('aria-label') || '') === '')
        faults.push(`no name: ${control.outerHTML.slice(0, 60)}`);
    for (const element of document.querySelectorAll('[aria-describedby]'))
      for (const id of (element.getAttribute('aria-describedby') ?? '').split(/\s+/))
        if (document.getElementById(id) === null) faults.push(`described by nothing: ${id}`);
    for (const table of document.querySelectorAll('table'))
      if (table.querySelector('th[scope]') === null) faults.push('a table without headings');
    return faults;
  });

const MOST_STEPS = 150;
/** Boxes that scroll are stops as well, and so is the browser itself once around. */
const OTHER_STOPS = 12;
const CONTROLS = 'a[href],button,input:not([type=hidden]),select,textarea,summary';
type Focused = { control: string; isOutlined: boolean; isInView: boolean };

/** Goes through the page by Tab, and names what cannot be seen to have the focus, or cannot be reached. */
export const focusFaults = async (page: Page): Promise<string[]> => {
  const reachable = await page.evaluate((controls) => {
    const shown = [...document.querySelectorAll<HTMLElement>(controls)].filter((element) =>
      element.checkVisibility({ visibilityProperty: true }),
    );
    const seen: Focused[] = [];
    document.addEventListener('focusin', ({ target }) => {
      if (!(target instanceof HTMLElement) || target.dataset.seen !== undefined || !target.matches(controls)) return;
      target.dataset.seen = '';
      const { outlineStyle, outlineWidth } = getComputedStyle(target);
      const { top, bottom } = target.getBoundingClientRect();
      seen.push({
        control: `${target.tagName} ${target.innerText || target.getAttribute('name') || ''}`.slice(0, 50),
        isOutlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
        isInView: bottom > 0 && top < innerHeight,
      });
      document.documentElement.dataset.focused = JSON.stringify(seen);
    });
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
    return shown.length;
  }, CONTROLS);
  for (let step = 0; step < Math.min(reachable + OTHER_STOPS, MOST_STEPS); step += 1) await page.keyboard.press('Tab');
  const seen: Focused[] = JSON.parse(await page.evaluate(() => document.documentElement.dataset.focused ?? '[]'));
  return [
    ...seen.filter(({ isOutlined }) => !isOutlined).map(({ control }) => `focus not seen: ${control}`),
    ...seen.filter(({ isInView }) => !isInView).map(({ control }) => `focus out of view: ${control}`),
    ...(seen.length < Math.min(reachable, MOST_STEPS) ? [`${seen.length} of ${reachable} controls by keyboard`] : []),
  ];
};

/** Every rule for pages that a browser can judge by looking, at one size, in dark and light. */
export const pageFaults = async (page: Page): Promise<string[]> => {
  const faults: string[] = [...(await plainFaults(page))];
  if (await isTooWide(page)) faults.push('wider than the window');
  faults.push(...(await smallTargets(page)).map((target) => `smaller than 24 px: ${target}`));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    faults.push(...(await contrastFaults(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
};

/** Watches what documents ask for beyond themselves, and what goes wrong in them. `data:` asks nobody. */
export const watchPage = (page: Page): { strangers: string[]; errors: string[] } => {
  const watched = { strangers: [] as string[], errors: [] as string[] };
  page.on('request', (request) => {
    const url = request.url();
    if (request.isNavigationRequest() || url.startsWith('data:')) return;
    if (new URL(url).origin !== new URL(request.frame().url()).origin) watched.strangers.push(url);
  });
  page.on('pageerror', (error) => watched.errors.push(error.message));
  page.on('console', (message) => {
    // A page that is itself a refusal is reported as a resource that failed.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) watched.errors.push(message.text());
  });
  return watched;
};
