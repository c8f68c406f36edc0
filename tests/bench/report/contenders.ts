import type { ContenderName as StarterName } from '../cold-start/contenders.ts';
import { quantile, type Summary, summarize } from '../measure/statistics.ts';
import type { Contest } from '../measures/contest.ts';
import type { BenchResults } from '../measures/measure-all.ts';
import type { ScriptletRun } from '../measures/scriptlet-runs.ts';
import type { ZohoCounts } from '../simulation/limited-zoho.ts';

export type FigureName =
  | 'creditsPerLead'
  | 'callsPerLead'
  | 'tokenRequestsPer1000'
  | 'leadsPerSecond'
  | 'acceptP50Ms'
  | 'acceptP99Ms'
  | 'coldStartMs'
  | 'bundleKb'
  | 'peakRssMb';
export const contenderNames = ['leadloop', 'scriptlet', 'sdk', 'bound'] as const;
export type ContenderName = (typeof contenderNames)[number];

/** Median and spread of the rounds, each figure where it applies. */
export type Measured = Partial<Record<FigureName, Summary>>;
export type Figures = Partial<Record<FigureName, number>>;
type ByContender<One> = Record<Exclude<ContenderName, 'sdk'>, One> & { sdk?: One };

const perLead = (counts: ZohoCounts[]): Measured => ({
  creditsPerLead: summarize(counts.map(({ credits, written }) => credits / written)),
  callsPerLead: summarize(counts.map(({ crmCalls, written }) => crmCalls / written)),
  tokenRequestsPer1000: summarize(counts.map(({ tokenRequests, written }) => (tokenRequests / written) * 1000)),
});

const paces = (runs: Array<{ delivered: number; seconds: number }>): Summary =>
  summarize(runs.map(({ delivered, seconds }) => delivered / seconds));

const waits = (runs: Array<Pick<ScriptletRun, 'answerP50Ms' | 'answerP99Ms'>>): Measured => ({
  acceptP50Ms: summarize(runs.map(({ answerP50Ms }) => answerP50Ms)),
  acceptP99Ms: summarize(runs.map(({ answerP99Ms }) => answerP99Ms)),
});

/** What virtual time tells of each contender: the same stream of leads for credits, calls and tokens. */
export const atZoho = ({ leadloop, scriptlet, sdk, bound }: Contest): ByContender<Measured> => {
  const streams = leadloop.map(({ stream }) => stream);
  const oneByOne = sdk?.map((round) => round.oneByOne);
  const patiently = scriptlet.map((round) => round.patiently);
  return {
    leadloop: {
      ...perLead(streams.map(({ zoho }) => zoho)),
      leadsPerSecond: summarize(leadloop.map(({ drain }) => drain.leadsPerSecond)),
    },
    scriptlet: {
      ...perLead(patiently.map(({ zoho }) => zoho)),
      leadsPerSecond: paces(patiently),
      ...waits(scriptlet.map(({ asTheyCome }) => asTheyCome)),
    },
    ...(oneByOne === undefined
      ? {}
      : {
          sdk: {
            ...perLead(oneByOne.map(({ counts }) => counts)),
            leadsPerSecond: paces(oneByOne),
            ...waits(
              oneByOne.map(({ callMs }) => ({
                answerP50Ms: quantile(callMs, 0.5),
                answerP99Ms: quantile(callMs, 0.99),
              })),
            ),
          },
        }),
    bound: {
      creditsPerLead: summarize(streams.map(({ leads }) => Math.ceil(leads / 10) / leads)),
      callsPerLead: summarize(streams.map(({ leads }) => Math.ceil(leads / 100) / leads)),
      leadsPerSecond: summarize(bound.map((round) => round.leadsPerSecond)),
    },
  };
};

/** Side by side, each figure where it applies. */
export const measuredOf = (results: BenchResults): ByContender<Measured> => {
  const { contest, accept, coldStarts, memory } = results;
  const { leadloop, scriptlet, sdk, bound } = atZoho(contest);
  const starts = (name: StarterName): Measured => {
    const one = coldStarts.contenders.get(name);
    if (one === undefined) return {};
    const { kilobytes, importMs, rssMb } = one;
    const bundle = kilobytes === undefined ? {} : { bundleKb: summarize([kilobytes]) };
    return { coldStartMs: importMs, ...bundle, peakRssMb: rssMb };
  };
  const accepting = (name: 'leadloop' | 'bound'): Measured => ({
    acceptP50Ms: accept[name].p50Ms,
    acceptP99Ms: accept[name].p99Ms,
  });
  const peaks = contest.sdk?.map(({ oneByOne }) => oneByOne.peakRssMb);
  return {
    leadloop: {
      ...leadloop,
      ...accepting('leadloop'),
      ...starts('leadloop'),
      peakRssMb: summarize([memory.peakRssMb]),
    },
    scriptlet: { ...scriptlet, ...starts('scriptlet') },
    ...(sdk === undefined || peaks === undefined
      ? {}
      : { sdk: { ...sdk, ...starts('sdk'), peakRssMb: summarize(peaks) } }),
    bound: { ...bound, ...accepting('bound'), ...starts('bound') },
  };
};

const mediansOf = (measured: Measured): Figures =>
  Object.fromEntries(Object.entries(measured).map(([figure, { median }]) => [figure, median]));

/** The medians alone: what other programs read. */
export const contendersOf = (results: BenchResults): ByContender<Figures> => {
  const { sdk, leadloop, scriptlet, bound } = measuredOf(results);
  return {
    leadloop: mediansOf(leadloop),
    scriptlet: mediansOf(scriptlet),
    ...(sdk === undefined ? {} : { sdk: mediansOf(sdk) }),
    bound: mediansOf(bound),
  };
};
