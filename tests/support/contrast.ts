import type { Page } from 'playwright-core';

/**
 * Texts whose contrast with what lies behind them is below AA (4.5:1; 3:1 for large ones), and borders of controls,
 * and the focus ring, below 3:1. Colours as the browser computes them: backgrounds of all ancestors laid over one
 * another, with the opacity of each.
 */
export const contrastFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    type Color = [red: number, green: number, blue: number, alpha: number];
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const parse = (text: string): Color => {
      const [, parts] = /^rgba?\(([^)]+)\)$/.exec(text) ?? [];
      if (parts !== undefined) {
        const [red = 0, green = 0, blue = 0, alpha = 1] = parts.split(/[\s,/]+/).map(Number);
        return [red, green, blue, alpha];
      }
      if (canvas === null) throw new Error('no canvas');
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = ([r, g, b, alpha]: Color, [r2, g2, b2]: Color): Color => [
      r * alpha + r2 * (1 - alpha),
      g * alpha + g2 * (1 - alpha),
      b * alpha + b2 * (1 - alpha),
      1,
    ];
    const luminance = ([red, green, blue]: Color): number => {
      const [r = 0, g = 0, b = 0] = [red, green, blue]
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (one: Color, other: Color): number => {
      const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    };
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
    const scheme = getComputedStyle(document.documentElement).colorScheme;
    const sheet: Color = isDark && scheme.includes('dark') ? [18, 18, 18, 1] : [255, 255, 255, 1];

    /** A colour of the element, and what lies behind its content, as they end up on the screen. */
    const shown = (element: Element, color: Color, pseudo?: '::before' | '::after'): { ink: Color; ground: Color } => {
      const chain: CSSStyleDeclaration[] = pseudo === undefined ? [] : [getComputedStyle(element, pseudo)];
      for (let at: Element | null = element; at !== null; at = at.parentElement) chain.push(getComputedStyle(at));
      const paint = (index: number, behind: Color): { ink: Color; ground: Color } => {
        const style = chain[index];
        if (style === undefined) return { ink: over(color, behind), ground: behind };
        if (style.backgroundImage !== 'none') throw new Error('a background image: contrast cannot be told');
        const inner = paint(index - 1, over(parse(style.backgroundColor), behind));
        const opacity = Number(style.opacity);
        const fade = ([r, g, b]: Color): Color => over([r, g, b, opacity], behind);
        return { ink: fade(inner.ink), ground: fade(inner.ground) };
      };
      return paint(chain.length - 1, sheet);
    };

    const faults = new Set<string>();
    const judge = (what: string, least: number, { ink, ground }: { ink: Color; ground: Color }): void => {
      const found = ratio(ink, ground);
      if (found < least) faults.add(`${found.toFixed(2)}:1 ${what.trim().replace(/\s+/g, ' ').slice(0, 60)}`);
    };
    const leastFor = ({ fontSize, fontWeight }: CSSStyleDeclaration): number => {
      const size = Number.parseFloat(fontSize);
      return size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
    };
    const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent ?? '';
      if (element === null || text.trim() === '' || !isShown(element)) continue;
      if (/^(SCRIPT|STYLE|NOSCRIPT|OPTION|TEXTAREA)$/.test(element.tagName)) continue;
      const style = getComputedStyle(element);
      judge(text, leastFor(style), shown(element, parse(style.color)));
    }
    for (const element of document.querySelectorAll('body *'))
      for (const pseudo of ['::before', '::after'] as const) {
        const style = getComputedStyle(element, pseudo);
        const isText = style.content !== 'none' && style.content !== 'normal' && style.content !== '""';
        if (isText && isShown(element))
          judge(`${pseudo} ${style.content}`, leastFor(style), shown(element, parse(style.color), pseudo));
      }
    for (const control of document.querySelectorAll<HTMLElement>('input:not([type=hidden]),select,textarea')) {
      const parent = control.parentElement;
      if (!isShown(control) || parent === null) continue;
      const style = getComputedStyle(control);
      judge(`text of ${control.tagName} ${control.id}`, leastFor(style), shown(control, parse(style.color)));
      if (style.appearance !== 'auto' || !/^(checkbox|radio)$/.test((control as HTMLInputElement).type))
        judge(`border of ${control.tagName} ${control.id}`, 3, shown(parent, parse(style.borderTopColor)));
    }
    for (const control of document.querySelectorAll<HTMLElement>(
      'a[href],button,input:not([type=hidden]),select,textarea,summary',
    )) {
      const parent = control.parentElement;
      if (!isShown(control) || parent === null) continue;
      // The ring lies outside, on what is behind the control.
      const ring = getComputedStyle(document.documentElement).getPropertyValue('--accent');
      judge(`focus ring of ${control.tagName} ${control.innerText}`, 3, shown(parent, parse(ring)));
    }
    return [...faults];
  });
