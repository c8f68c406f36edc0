import { colourOf, round, svgDocument, textAt, ticks } from './svg.ts';

export type Line = { label: string; points: Array<[x: number, y: number]> };
export type LinePlot = {
  title: string;
  x: { title: string; logarithmic?: boolean };
  y: { title: string };
  lines: Line[];
  note: string;
};

const WIDTH = 760;
const HEIGHT = 394;
const BOX = { left: 70, right: 170, top: 64, bottom: 74 };

/** Powers of ten around the values, for an axis where each step is a factor. */
const powers = (values: number[]): number[] => {
  const positive = values.filter((value) => value > 0);
  const first = Math.floor(Math.log10(Math.min(...positive)));
  const last = Math.ceil(Math.log10(Math.max(...positive)));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
};

const shortNumber = (value: number): string =>
  value >= 1_000_000 ? `${value / 1_000_000}M` : value >= 1_000 ? `${value / 1_000}k` : String(value);

/** Lines over one pair of axes, each named at its end. Points come in the order of x; a logarithmic x leaves out zero. */
export const linePlot = ({ title, x, y, lines, note }: LinePlot): string => {
  const xs = lines.flatMap(({ points }) => points.map(([value]) => value));
  const ys = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const isLog = x.logarithmic === true;
  const xTicks = isLog ? powers(xs) : ticks(Math.max(...xs), 6);
  const yTicks = ticks(Math.max(...ys));
  const position = isLog ? Math.log10 : (value: number): number => value;
  const from = position(xTicks[0] ?? 0);
  const to = position(xTicks.at(-1) ?? 1);
  const right = WIDTH - BOX.right;
  const bottom = HEIGHT - BOX.bottom;
  const atX = (value: number): number => BOX.left + ((position(value) - from) / (to - from || 1)) * (right - BOX.left);
  const atY = (value: number): number => bottom - (value / (yTicks.at(-1) ?? 1)) * (bottom - BOX.top);
  const grid = [
    ...xTicks.flatMap((tick) => [
      `<path class="line" d="M${round(atX(tick))} ${BOX.top}V${bottom}"/>`,
      textAt(atX(tick), bottom + 16, shortNumber(tick), 'middle', 'small'),
    ]),
    ...yTicks.flatMap((tick) => [
      `<path class="line" d="M${BOX.left} ${round(atY(tick))}H${right}"/>`,
      textAt(BOX.left - 8, atY(tick) + 4, shortNumber(tick), 'end', 'small'),
    ]),
  ];
  // Names of lines that end close to each other are moved apart.
  const ends = lines
    .map(({ points }, index) => ({ index, y: atY(points.at(-1)?.[1] ?? 0) + 4 }))
    .sort((a, b) => a.y - b.y);
  for (const [at, end] of ends.entries()) end.y = Math.max(end.y, (ends[at - 1]?.y ?? Number.NEGATIVE_INFINITY) + 15);
  const drawn = lines.map(({ points }, index) => {
    const shown = points.filter(([value]) => !isLog || value > 0);
    const path = shown.map(([px, py]) => `${round(atX(px))} ${round(atY(py))}`).join('L');
    return `<path d="M${path}" fill="none" stroke="${colourOf(index)}" stroke-width="2.5" stroke-linejoin="round"/>`;
  });
  const names = ends.map(({ index, y: at }) =>
    textAt(right + 8, at, lines[index]?.label ?? '').replace('<text', `<text style="fill:${colourOf(index)}"`),
  );
  const description = lines
    .map(({ label, points }) => `${label}: from ${points[0]?.join(', ')} to ${points.at(-1)?.join(', ')}`)
    .join('. ');
  return svgDocument({ width: WIDTH, height: HEIGHT, title, description }, [
    textAt(16, 26, title, 'start', 'title'),
    ...grid,
    ...drawn,
    ...names,
    textAt((BOX.left + right) / 2, bottom + 36, x.title, 'middle'),
    textAt(BOX.left - 54, BOX.top - 12, y.title),
    textAt(16, HEIGHT - 12, note, 'start', 'small'),
  ]);
};
