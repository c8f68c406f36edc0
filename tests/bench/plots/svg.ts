/** Text in an SVG; all else we write is numbers and names of our own. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export type Anchor = 'start' | 'middle' | 'end';

export const textAt = (x: number, y: number, text: string, anchor: Anchor = 'start', style = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${style === '' ? '' : ` class="${style}"`}>${escapeText(text)}</text>`;

export const round = (value: number): number => Math.round(value * 10) / 10;

/** Six colours that stay apart for the colour-blind, and on white and on black. */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? COLOURS[0];

/** A whole picture, readable on a light and on a dark page. `description` is what it says to those who cannot see it. */
export const svgDocument = (
  { width, height, title, description }: { width: number; height: number; title: string; description: string },
  content: string[],
): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">${escapeText(title)}</title>
<desc id="d">${escapeText(description)}</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600; font-size: 15px } .small { font-size: 11px; fill: #59636e }
.line { stroke: #d1d9e0; fill: none } .spread { stroke: #1f2328; fill: none } .paper { fill: #ffffff }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .small { fill: #9198a1 } .line { stroke: #3d444d } .spread { stroke: #f0f6fc } .paper { fill: #0d1117 } }
</style>
<rect class="paper" width="${width}" height="${height}"/>
${content.join('\n')}
</svg>
`;

/** Round steps from 0 to at least `max`, about `count` of them. */
export const ticks = (max: number, count = 5): number[] => {
  if (!(max > 0)) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
};
