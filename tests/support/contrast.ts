import type { Page } from 'playwright-core';

/**
 * Texts with less contrast than WCAG 2.2 AA asks for (4.5 : 1, 3 : 1 for large ones), with their ratio. Backgrounds are
 * plain colours here; a text's own opacity and its parents' counts.
 */
export const lowContrasts = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const colourOf = (text: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = ([r, g, b, alpha]: Colour, below: Colour): Colour => {
      const mix = (top: number, bottom: number): number => top * alpha + bottom * (1 - alpha);
      return [mix(r, below[0]), mix(g, below[1]), mix(b, below[2]), 1];
    };
    const luminance = ([r, g, b]: Colour): number => {
      const linear = (value: number): number =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    };
    const backgroundOf = (element: Element | null): Colour => {
      if (element === null) return [255, 255, 255, 1];
      const own = colourOf(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
    };
    const opacityOf = (element: Element | null): number =>
      element === null ? 1 : Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement);
    const hasText = (element: Element): boolean =>
      [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      );

    return [...document.body.querySelectorAll<HTMLElement>('*')]
      .filter((element) => hasText(element) && element.checkVisibility({ visibilityProperty: true }))
      .flatMap((element) => {
        const { color, fontSize, fontWeight } = getComputedStyle(element);
        const background = backgroundOf(element);
        const [r, g, b, alpha] = colourOf(color);
        const shown = over([r, g, b, alpha * opacityOf(element)], background);
        const [light = 0, dark = 0] = [luminance(shown), luminance(background)].sort((one, other) => other - one);
        const ratio = (light + 0.05) / (dark + 0.05);
        const size = Number.parseFloat(fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
        return ratio >= (isLarge ? 3 : 4.5)
          ? []
          : [`${element.tagName} “${(element.textContent ?? '').trim().slice(0, 40)}” ${ratio.toFixed(2)}`];
      });
  });
