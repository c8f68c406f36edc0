import type { Summary } from '../measure/statistics.ts';
import { colourOf, round, svgDocument, textAt, ticks } from './svg.ts';

export type Bar = { label: string; values: Summary[] };
export type BarPlot = { title: string; unit: string; series: string[]; bars: Bar[]; note: string };

const WIDTH = 760;
const LEFT = 260;
const RIGHT = 70;
const TOP = 74;
const ROW = 20;
const GAP = 14;

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** Lying bars, one row for each value of a bar; the thin line is the spread, from first to third quartile. */
export const barPlot = ({ title, unit, series, bars, note }: BarPlot): string => {
  const steps = ticks(Math.max(...bars.flatMap(({ values }) => values.map(({ high }) => high)), 0));
  const scale = (value: number): number => LEFT + (value / (steps.at(-1) ?? 1)) * (WIDTH - LEFT - RIGHT);
  const rows = Math.max(...bars.map(({ values }) => values.length), 1);
  const tall = rows * ROW + GAP;
  const bottom = TOP + bars.length * tall;
  const grid = steps.flatMap((step) => [
    `<path class="line" d="M${round(scale(step))} ${TOP - 6}V${bottom}"/>`,
    textAt(scale(step), bottom + 16, String(step), 'middle', 'small'),
  ]);
  const legend = series.flatMap((name, index) => [
    `<rect x="${LEFT + index * 150}" y="42" width="12" height="12" fill="${colourOf(index)}"/>`,
    textAt(LEFT + 18 + index * 150, 53, name),
  ]);
  const drawn = bars.flatMap(({ label, values }, at) => {
    const top = TOP + at * tall;
    return [
      textAt(LEFT - 10, top + (values.length * ROW) / 2 + 4, label, 'end'),
      ...values.flatMap(({ median, low, high }, index) => {
        const middle = top + index * ROW + ROW / 2;
        const width = Math.max(1, scale(median) - LEFT);
        return [
          `<rect x="${LEFT}" y="${top + index * ROW + 2}" width="${round(width)}" height="${ROW - 4}" fill="${colourOf(index)}"/>`,
          `<path class="spread" d="M${round(scale(low))} ${middle}H${round(scale(high))}"/>`,
          textAt(Math.max(scale(high), scale(median)) + 6, middle + 4, number(median), 'start', 'small'),
        ];
      }),
    ];
  });
  const description = bars
    .map(
      ({ label, values }) =>
        `${label}: ${values.map(({ median }, index) => `${series[index] ?? ''} ${number(median)} ${unit}`).join(', ')}`,
    )
    .join('. ');
  return svgDocument({ width: WIDTH, height: bottom + 46, title, description }, [
    textAt(16, 26, `${title} (${unit})`, 'start', 'title'),
    ...legend,
    ...grid,
    ...drawn,
    textAt(16, bottom + 38, note, 'start', 'small'),
  ]);
};
