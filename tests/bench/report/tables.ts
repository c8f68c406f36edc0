import { textTable } from '../../../infra/cli/text-table.ts';
import type { Cost } from '../measures/cost.ts';
import { type BenchResults, STREAM_PER_SECOND } from '../measures/measure-all.ts';
import { prices } from '../prices.ts';
import { type Contenders, contendersOf, type Figures } from './contenders.ts';
import { realIsolationText } from './real-isolation-text.ts';

const NAMES = ['leadloop', 'scriptlet', 'sdk', 'bound'] as const;

const digits = (value: number | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if (value !== 0 && value < 0.1) return value.toPrecision(2);
  return value < 100 ? value.toFixed(value < 10 ? 2 : 1) : Math.round(value).toLocaleString('en');
};
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const whole = (value: number): string => Math.round(value).toLocaleString('en');

const ROWS: Array<[title: string, figure: keyof Figures]> = [
  ['credits a lead (v)', 'creditsPerLead'],
  ['calls a lead (v)', 'callsPerLead'],
  ['token requests a 1,000 leads (v)', 'tokenRequestsPer1000'],
  ['leads a second, sustained (v)', 'leadsPerSecond'],
  ['visitor waits, median ms', 'acceptP50Ms'],
  ['visitor waits, p99 ms', 'acceptP99Ms'],
  ['import at a cold start, ms', 'coldStartMs'],
  ['bundle, KB', 'bundleKb'],
  ['peak memory, MB', 'peakRssMb'],
];

const comparison = (contenders: Contenders): string =>
  textTable(
    [{ title: '' }, ...NAMES.map((title) => ({ title, right: true }))],
    ROWS.map(([title, figure]) => [title, ...NAMES.map((name) => digits(contenders[name]?.[figure]))]),
  );

const drained = ({ drain, memory, scriptlet, sdk }: BenchResults): string[] => {
  const { leadloop, bound, ofBound } = drain;
  const { asTheyCome, patiently } = scriptlet;
  return [
    `Drain (virtual time): ${whole(leadloop.leads)} waiting leads in ${leadloop.seconds.toFixed(1)} s, the bound ${bound.seconds.toFixed(1)} s; once started ${percent(ofBound)} of the bound's pace; ${leadloop.zoho.refused} calls refused, ${leadloop.zoho.peakConcurrency} at once.`,
    `Drain (real time, through the emulator, which is what limits it): ${whole(memory.leads)} leads in ${memory.seconds.toFixed(1)} s; memory ${memory.secondQuarterMb.toFixed(0)} MB in the second quarter, ${memory.lastQuarterMb.toFixed(0)} MB in the last; ${memory.cpuMsPerLead.toFixed(2)} ms of a processor for each lead.`,
    `The scriptlet, ${whole(asTheyCome.leads)} leads at ${STREAM_PER_SECOND} a second: ${whole(asTheyCome.delivered)} stored, ${whole(asTheyCome.lost)} lost to Zoho's limit of ten tokens in ten minutes. Where nobody gives up: ${(patiently.seconds / 3600).toFixed(1)} hours.`,
    ...(sdk === undefined
      ? []
      : [
          `Zoho's SDK in hundreds, all leads at hand: ${(sdk.inHundreds.counts.credits / sdk.inHundreds.delivered).toFixed(3)} credits a lead, ${(sdk.inHundreds.delivered / sdk.inHundreds.seconds).toFixed(0)} leads a second.`,
        ]),
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
          ...at.map((point) => point?.creditsPerLead.toFixed(3)),
          at[0] === undefined ? undefined : (at[0].deliveredP50Ms / 1000).toFixed(2),
          at[0] === undefined ? undefined : (at[0].deliveredP99Ms / 1000).toFixed(2),
        ];
      }),
  );

const others = ({ lone, isolation, tokens, accept }: BenchResults): string[] => {
  const { alone, beside, waiting } = isolation;
  const { stampede, steady } = tokens;
  return [
    `Accept: ${accept.ratio.toFixed(2)} × a bare conditional put, over ${whole(accept.requests)} requests on ${accept.emulator}.`,
    `A lone lead is in Zoho after ${(lone.deliveredP50Ms / 1000).toFixed(2)} s (p99 ${(lone.deliveredP99Ms / 1000).toFixed(2)} s), 2 s of them gathering and 0.5 s Zoho's (virtual time).`,
    `Isolation (virtual time): from accepted to delivered p50 ${whole(alone.p50Ms)} ms, p99 ${whole(alone.p99Ms)} ms; beside ${whole(waiting)} waiting leads of a client whose Zoho hangs ${whole(beside.p50Ms)} and ${whole(beside.p99Ms)} ms.`,
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
    ],
    growth.map((point) => [
      whole(point.leads),
      point.creditsPerLead.toFixed(3),
      point.writeUnitsPerLead.toFixed(2),
      point.readUnitsPerLead.toFixed(2),
      (point.deliveredP50Ms / 1000).toFixed(2),
      (point.deliveredP99Ms / 1000).toFixed(2),
    ]),
  );

/** Everything as a person reads it. */
export const reportText = (results: BenchResults): string =>
  [
    comparison(contendersOf(results)),
    '(v): in virtual time, Zoho answers after 0.5 s. Scriptlet and SDK: the visitor waits for Zoho, in virtual time too.',
    ...(results.sdk === undefined ? ['skipped: Zoho’s SDK is not installed (npm ci --prefix infra/tools)'] : []),
    '',
    ...drained(results),
    '',
    ...others(results),
    '',
    arrivals(results),
    '',
    costs(results),
    '',
    growing(results),
  ].join('\n');
