import type { ContenderName } from '../cold-start/contenders.ts';
import { quantile } from '../measure/statistics.ts';
import type { BenchResults } from '../measures/measure-all.ts';
import type { ZohoCounts } from '../simulation/limited-zoho.ts';

export type Figures = {
  creditsPerLead?: number;
  callsPerLead?: number;
  tokenRequestsPer1000?: number;
  leadsPerSecond?: number;
  acceptP50Ms?: number;
  acceptP99Ms?: number;
  coldStartMs?: number;
  bundleKb?: number;
  peakRssMb?: number;
};
export type Contenders = { leadloop: Figures; scriptlet: Figures; sdk?: Figures; bound: Figures };

const perLead = ({ credits, crmCalls, tokenRequests, written }: ZohoCounts): Figures => ({
  creditsPerLead: credits / written,
  callsPerLead: crmCalls / written,
  tokenRequestsPer1000: (tokenRequests / written) * 1000,
});

/** Side by side, each figure where it applies: the same stream of leads for credits, calls and tokens. */
export const contendersOf = (results: BenchResults): Contenders => {
  const { stream, drain, scriptlet, sdk, accept, coldStarts, memory } = results;
  const starts = (name: ContenderName): Figures => {
    const one = coldStarts.contenders.get(name);
    if (one === undefined) return {};
    const { kilobytes, importMs } = one;
    return { coldStartMs: importMs.median, ...(kilobytes === undefined ? {} : { bundleKb: kilobytes }) };
  };
  const rssOf = (name: ContenderName): Figures => {
    const rss = coldStarts.contenders.get(name)?.rssMb.median;
    return rss === undefined ? {} : { peakRssMb: rss };
  };
  const { patiently, asTheyCome } = scriptlet;
  const { oneByOne } = sdk ?? {};
  return {
    leadloop: {
      ...perLead(stream.zoho),
      leadsPerSecond: drain.leadloop.leadsPerSecond,
      acceptP50Ms: accept.leadloop.p50Ms,
      acceptP99Ms: accept.leadloop.p99Ms,
      ...starts('leadloop'),
      peakRssMb: memory.peakRssMb,
    },
    scriptlet: {
      ...perLead(patiently.zoho),
      leadsPerSecond: patiently.delivered / patiently.seconds,
      acceptP50Ms: asTheyCome.answerP50Ms,
      acceptP99Ms: asTheyCome.answerP99Ms,
      ...starts('scriptlet'),
      ...rssOf('scriptlet'),
    },
    ...(oneByOne === undefined
      ? {}
      : {
          sdk: {
            ...perLead(oneByOne.counts),
            leadsPerSecond: oneByOne.delivered / oneByOne.seconds,
            acceptP50Ms: quantile(oneByOne.callMs, 0.5),
            acceptP99Ms: quantile(oneByOne.callMs, 0.99),
            ...starts('sdk'),
            peakRssMb: oneByOne.peakRssMb,
          },
        }),
    bound: {
      creditsPerLead: Math.ceil(stream.leads / 10) / stream.leads,
      callsPerLead: Math.ceil(stream.leads / 100) / stream.leads,
      leadsPerSecond: drain.bound.leadsPerSecond,
      acceptP50Ms: accept.bound.p50Ms,
      acceptP99Ms: accept.bound.p99Ms,
      ...starts('bound'),
      ...rssOf('bound'),
    },
  };
};
