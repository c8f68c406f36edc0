import { textTable } from '../../../infra/cli/text-table.ts';
import type { Latency } from '../../../infra/local/sandbox/limits/latency.ts';
import { type Summary, summarize } from '../measure/statistics.ts';
import type { Contest } from '../measures/contest.ts';
import type { Cost } from '../measures/cost.ts';
import type { BenchResults } from '../measures/measure-all.ts';
import { prices } from '../prices.ts';
import { atZoho, contenderNames, type FigureName, type Measured, measuredOf } from './contenders.ts';
import { realIsolationText } from './real-isolation-text.ts';

const digits = (value: number | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if (value !== 0 && value < 1) return value.toFixed(3);
  return value < 100 ? value.toFixed(value < 10 ? 2 : 1) : Math.round(value).toLocaleString('en');
};
/** The median, and the quartiles where the rounds differ. */
const spread = (
  summary: Summary | undefined,
  text: (value: number) => string | undefined = digits,
): string | undefined => {
  if (summary === undefined) return undefined;
  const [median, low, high] = [text(summary.median), text(summary.low), text(summary.high)];
  return low === median && high === median ? median : `${median} (${low}–${high})`;
};
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const seconds = (ms: number): string => (ms / 1000).toFixed(2);

type Rows = Array<[title: string, figure: FigureName]>;
const CALLS: Rows = [
  ['credits a lead (v)', 'creditsPerLead'],
  ['calls a lead (v)', 'callsPerLead'],
];
const TOKENS: Rows = [['token requests a 1,000 leads (v)', 'tokenRequestsPer1000']];
const PACE: Rows = [['leads a second, sustained (v)', 'leadsPerSecond']];
const WAITS: Rows = [
  ['visitor waits, median ms', 'acceptP50Ms'],
  ['visitor waits, p99 ms', 'acceptP99Ms'],
];
const HERE: Rows = [
  ['import at a cold start, ms', 'coldStartMs'],
  ['bundle, KB', 'bundleKb'],
  ['peak memory, MB', 'peakRssMb'],
];

const comparison = (measured: Partial<Record<(typeof contenderNames)[number], Measured>>, rows: Rows): string =>
  textTable(
    [{ title: '' }, ...contenderNames.map((title) => ({ title, right: true }))],
    rows.map(([title, figure]) => [title, ...contenderNames.map((name) => spread(measured[name]?.[figure]))]),
  );

/** Of the bound's pace, round by round. */
export const shareOfBound = ({ leadloop, bound }: Contest): Summary =>
  summarize(
    leadloop.flatMap(({ drain }, round) => {
      const best = bound[round];
      return best === undefined ? [] : drain.leadsPerSecond / best.leadsPerSecond;
    }),
  );

const latencyText = ({ medianMs, p99Ms = medianMs }: Latency): string =>
  p99Ms === medianMs
    ? `Zoho answers after ${medianMs / 1000} s`
    : `Zoho answers half of its calls within ${medianMs / 1000} s and 99 of 100 within ${p99Ms / 1000} s`;

const drain = (contest: Contest): string => {
  const drains = contest.leadloop.map((round) => round.drain);
  const refused = Math.max(...drains.map(({ zoho }) => zoho.refused));
  const peak = Math.max(...drains.map(({ zoho }) => zoho.peakConcurrency));
  return (
    `${whole(drains[0]?.leads ?? 0)} waiting leads in ${spread(summarize(drains.map((one) => one.seconds)))} s, ` +
    `the bound ${spread(summarize(contest.bound.map((one) => one.seconds)))} s; ` +
    `once started ${spread(shareOfBound(contest), percent)} of the bound's pace; ${refused} calls refused, ${peak} at once.`
  );
};

/** A worker's processor time, apart: what it takes in any case, and what each lead adds. */
const workerCpu = ({ memory, shortMemory }: BenchResults): string => {
  const each = `${memory.cpuMsPerLead.toFixed(2)} ms of a processor for each lead`;
  if (shortMemory === undefined) return each;
  const [all, some] = [memory.cpuMsPerLead * memory.leads, shortMemory.cpuMsPerLead * shortMemory.leads];
  const further = (all - some) / (memory.leads - shortMemory.leads);
  return `${each}, ${further.toFixed(2)} of them for one more`;
};

const drained = (results: BenchResults): string[] => {
  const { contest, memory } = results;
  const [asTheyCome, patiently] = [contest.scriptlet[0]?.asTheyCome, contest.scriptlet.map((one) => one.patiently)];
  const inHundreds = contest.sdk?.map((one) => one.inHundreds);
  const hours = summarize(patiently.map((one) => one.seconds / 3600));
  return [
    `Drain (virtual time): ${drain(contest)}`,
    `Drain (real time, through the emulator, which is what limits it): ${whole(memory.leads)} leads in ${memory.seconds.toFixed(1)} s; memory ${memory.secondQuarterMb.toFixed(0)} MB in the second quarter, ${memory.lastQuarterMb.toFixed(0)} MB in the last; ${workerCpu(results)}.`,
    `The scriptlet, ${whole(asTheyCome?.leads ?? 0)} leads at ${contest.perSecond} a second: ${whole(asTheyCome?.delivered ?? 0)} stored, ${whole(asTheyCome?.lost ?? 0)} lost to Zoho's limit of ten tokens in ten minutes. Where nobody gives up: ${spread(hours)} hours.`,
    ...(inHundreds === undefined
      ? []
      : [
          `Zoho's SDK in hundreds, all leads at hand: ${spread(summarize(inHundreds.map(({ counts, delivered }) => counts.credits / delivered)))} credits a lead, ${spread(summarize(inHundreds.map((run) => run.delivered / run.seconds)))} leads a second.`,
        ]),
  ];
};

/** The same contest at a Zoho that is slow at times. */
const whenScattered = ({ scattered }: BenchResults): string[] => {
  const streams = scattered.leadloop.map(({ stream }) => stream);
  const after = (of: 'deliveredP50Ms' | 'deliveredP99Ms'): string | undefined =>
    spread(summarize(streams.map((stream) => stream[of])), seconds);
  return [
    `Where ${latencyText(scattered.latency)} (v):`,
    comparison(atZoho(scattered), [...CALLS, ...PACE, ...WAITS]),
    `Drain: ${drain(scattered)}`,
    `A lead at ${scattered.perSecond} a second is in Zoho after ${after('deliveredP50Ms')} s, p99 ${after('deliveredP99Ms')} s.`,
  ];
};

const arrivals = ({ arrival }: BenchResults): string =>
  textTable(
    [
      { title: 'leads a second', right: true },
      ...arrival.flatMap(({ label }) => [{ title: `${label}: credits a lead`, right: true }]),
      { title: 'p50 s', right: true },
      { title: 'p99 s', right: true },
    ],
    [...new Set(arrival.flatMap(({ points }) => points.map(({ perSecond }) => perSecond)))]
      .sort((a, b) => a - b)
      .map((rate) => {
        const at = arrival.map(({ points }) => points.find(({ perSecond }) => perSecond === rate));
        return [
          rate,
          ...at.map((point) => spread(point?.creditsPerLead, (value) => value.toFixed(3))),
          at[0] === undefined ? undefined : seconds(at[0].deliveredP50Ms),
          at[0] === undefined ? undefined : seconds(at[0].deliveredP99Ms),
        ];
      }),
  );

const others = ({ lone, isolation, tokens, accept }: BenchResults): string[] => {
  const { alone, beside, waiting, ratio } = isolation;
  const { stampede, steady } = tokens;
  const both = ({ p50Ms, p99Ms }: typeof alone): string =>
    `p50 ${spread(p50Ms, seconds)} s, p99 ${spread(p99Ms, seconds)} s`;
  return [
    `Accept: ${spread(accept.ratio)} × a bare conditional put, over ${whole(accept.requests)} requests on ${accept.emulator}.`,
    `A lone lead is in Zoho after ${seconds(lone.deliveredP50Ms)} s (p99 ${seconds(lone.deliveredP99Ms)} s), 2 s of them gathering and 0.5 s Zoho's (virtual time).`,
    `Isolation (virtual time): from post to Zoho ${both(alone)}; beside ${whole(waiting)} waiting leads of a client whose Zoho hangs ${both(beside)}: ${spread(ratio.p50)} and ${spread(ratio.p99)} times.`,
    ...realIsolationText(isolation.real),
    `Tokens (virtual time): ${whole(stampede.instances)} cold instances, one expired token: ${stampede.refreshes} refresh, longest wait ${whole(stampede.longestWaitMs)} ms. In use all day: ${steady.perHour.toFixed(2)} requests an hour, ${steady.perDay.toFixed(0)} a day; ${steady.waited} of ${whole(steady.demands)} demands waited for Zoho.`,
  ];
};

const costs = ({ cost }: BenchResults): string =>
  textTable(
    [
      { title: `AWS, prices of ${prices.asOf}` },
      { title: 'lead, ten to a call', right: true },
      { title: 'lone lead', right: true },
      { title: 'event, delivered', right: true },
    ],
    [
      ...(
        [
          ['table requests', 'tableRequests'],
          ['write units', 'writeUnits'],
          ['read units', 'readUnits'],
          ['invocations', 'invocations'],
          ['function seconds', 'lambdaSeconds'],
          ['dollars a million', 'dollarsPerMillion'],
        ] as Array<[string, Exclude<keyof Cost, 'lines'>]>
      ).map(([title, key]) => [title, digits(cost.lead[key]), digits(cost.loneLead[key]), digits(cost.event[key])]),
    ],
  );

const growing = ({ growth }: BenchResults): string =>
  textTable(
    [
      { title: 'leads in all', right: true },
      { title: 'credits a lead', right: true },
      { title: 'write units', right: true },
      { title: 'read units', right: true },
      { title: 'p50 s', right: true },
      { title: 'p99 s', right: true },
      { title: 'simulated in s', right: true },
    ],
    growth.map((point) => [
      whole(point.leads),
      point.creditsPerLead.toFixed(3),
      point.writeUnitsPerLead.toFixed(2),
      point.readUnitsPerLead.toFixed(2),
      seconds(point.deliveredP50Ms),
      seconds(point.deliveredP99Ms),
      point.simulation.seconds.toFixed(0),
    ]),
  );

/** Everything as a person reads it. */
export const reportText = (results: BenchResults): string =>
  [
    comparison(measuredOf(results), [...CALLS, ...TOKENS, ...PACE, ...WAITS, ...HERE]),
    `Medians of the rounds, quartiles in brackets. (v): in virtual time, ${latencyText(results.contest.latency)}. Scriptlet and SDK: the visitor waits for Zoho, in virtual time too.`,
    ...(results.contest.sdk === undefined
      ? ['skipped: Zoho’s SDK is not installed (npm ci --prefix infra/tools)']
      : []),
    '',
    ...drained(results),
    '',
    ...whenScattered(results),
    '',
    ...others(results),
    '',
    arrivals(results),
    '',
    costs(results),
    '',
    'Growth, in virtual time:',
    growing(results),
  ].join('\n');
