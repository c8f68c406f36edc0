import { describe, expect, test } from '@jest/globals';
import { summarize } from '../../bench/measure/statistics.ts';
import { barPlot } from '../../bench/plots/bar-plot.ts';
import { linePlot } from '../../bench/plots/line-plot.ts';
import { ticks } from '../../bench/plots/svg.ts';

/** Every coordinate and size in the picture. */
const numbers = (svg: string): number[] =>
  [...svg.matchAll(/ (?:x|y|width|height|d)="([^"]+)"/g)].flatMap(([, value = '']) =>
    value.split(/[MHVL ]/).flatMap((text) => (text === '' ? [] : Number(text))),
  );
const widths = (svg: string): number[] =>
  [...svg.matchAll(/width="([\d.]+)" height="16" fill="#0072b2"/g)].map(([, text]) => Number(text));

describe('a bar plot', () => {
  const plot = barPlot({
    title: 'Cold start <of everything>',
    unit: 'ms',
    series: ['import'],
    bars: [
      { label: 'empty', values: [summarize([10])] },
      { label: 'plain & simple', values: [summarize([90, 100, 110])] },
    ],
    note: 'a machine',
  });

  test('draws values to scale', () => {
    const [empty = 0, plain = 0] = widths(plot);
    expect(plain / empty).toBeCloseTo(10, 1);
  });

  test('says in words what it shows, and takes no markup from names', () => {
    expect(plot).toContain('<desc id="d">empty: import 10.0 ms. plain &amp; simple: import 100 ms</desc>');
    expect(plot).toContain('Cold start &lt;of everything&gt;');
    expect(numbers(plot).every((value) => Number.isFinite(value) && value >= 0 && value <= 760)).toBe(true);
  });
});

describe('a line plot', () => {
  test('puts powers of ten at equal distances on a logarithmic axis', () => {
    const plot = linePlot({
      title: 'Credits per lead',
      x: { title: 'leads a second', logarithmic: true },
      y: { title: 'credits' },
      lines: [
        {
          label: 'leadloop',
          points: [
            [0.1, 1],
            [1, 0.5],
            [10, 0.1],
          ],
        },
      ],
      note: '',
    });
    const [, path = ''] = /<path d="M([^"]+)" fill="none"/.exec(plot) ?? [];
    const [first = 0, second = 0, third = 0] = path.split('L').map((point) => Number(point.split(' ')[0]));
    expect(second - first).toBeCloseTo(third - second, 1);
    expect(numbers(plot).every(Number.isFinite)).toBe(true);
  });

  test('keeps the names of lines apart that end at the same value', () => {
    const plot = linePlot({
      title: 'Drain',
      x: { title: 's' },
      y: { title: 'waiting' },
      lines: ['a', 'b'].map((label) => ({
        label,
        points: [
          [0, 100],
          [10, 0],
        ] as Array<[number, number]>,
      })),
      note: '',
    });
    const at = ['a', 'b'].map((name) => Number(new RegExp(`y="([\\d.]+)"[^>]*>${name}</text>`).exec(plot)?.[1]));
    expect(Math.abs((at[0] ?? 0) - (at[1] ?? 0))).toBeGreaterThanOrEqual(15);
  });
});

test('an axis has round steps and reaches its largest value', () => {
  expect(ticks(138)).toEqual([0, 50, 100, 150]);
  expect(ticks(0.9)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks(0)).toEqual([0, 1]);
});
