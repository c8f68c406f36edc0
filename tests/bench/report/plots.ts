import { coldStartPlot } from '../cold-start/cold-start-plot.ts';
import type { Machine } from '../measure/machine.ts';
import type { DrainCurve } from '../measures/drain.ts';
import type { BenchResults } from '../measures/measure-all.ts';
import { linePlot } from '../plots/line-plot.ts';

const thinned = (curve: DrainCurve, points = 200): DrainCurve =>
  curve.filter(
    (_, index) => index % Math.max(1, Math.floor(curve.length / points)) === 0 || index === curve.length - 1,
  );

/** The pictures of `docs/performance.md`, by file name. */
export const plotsOf = (results: BenchResults, machine: Machine): Map<string, string> => {
  const { arrival, contest, coldStarts } = results;
  const [leadloop, bound] = [contest.leadloop[0]?.drain, contest.bound[0]];
  if (leadloop === undefined || bound === undefined) throw new Error('nothing was measured');
  const rates = arrival.flatMap(({ points }) => points.map(({ perSecond }) => perSecond));
  const [slowest, fastest] = [Math.min(...rates), Math.max(...rates)];
  const credits = linePlot({
    title: 'Credits a lead against how fast leads come',
    x: { title: 'leads a second', logarithmic: true },
    y: { title: 'credits a lead' },
    lines: [
      ...arrival.map(({ label, points }) => ({
        label,
        points: points.map(({ perSecond, creditsPerLead }): [number, number] => [perSecond, creditsPerLead.median]),
      })),
      {
        label: 'one by one',
        points: [
          [slowest, 1],
          [fastest, 1],
        ],
      },
      {
        label: 'packed perfectly',
        points: [
          [slowest, 0.1],
          [fastest, 0.1],
        ],
      },
    ],
    note: 'Virtual time; the stream in four shards, Zoho answers after 0.5 s.',
  });
  const curve = linePlot({
    title: `Drain of ${leadloop.leads.toLocaleString('en')} waiting leads`,
    x: { title: 'seconds' },
    y: { title: 'leads in Zoho' },
    lines: [
      { label: 'leadloop', points: thinned(leadloop.curve) },
      { label: 'the bound', points: thinned(bound.curve) },
    ],
    note: 'Virtual time; ten calls of a hundred at once, Zoho answers after 0.5 s.',
  });
  const cold = coldStartPlot(Object.fromEntries(coldStarts.contenders), machine);
  return new Map([
    ['credits-per-lead.svg', credits],
    ['drain.svg', curve],
    ['cold-start.svg', cold],
  ]);
};
