import { quantile, type Summary, summarize } from '../measure/statistics.ts';
import { chancesOf } from './settings.ts';
import { type StreamOfLeads, streamOfLeads } from './stream-of-leads.ts';

export type ArrivalPoint = {
  perSecond: number;
  leads: number;
  creditsPerLead: Summary;
  /** Medians of the rounds. */
  callsPerLead: number;
  deliveredP50Ms: number;
  deliveredP99Ms: number;
};
/** Credits per lead against how fast leads come, for one way of gathering. */
export type ArrivalCurve = { label: string; gather: string; points: ArrivalPoint[] };

const WAYS = [
  { label: 'gather 2 s (default)', gather: '2s', slowest: 0.01 },
  { label: 'gather 30 s', gather: '30s', slowest: 0.01 },
  { label: 'economy 5 min', gather: '5m', slowest: 0.003 },
] as const;

const RATES = { quick: [0.05, 1, 6, 20], full: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 6, 8, 10, 20, 50, 100] };
const ROUNDS = { quick: 1, full: 3 };

const measure = async (perSecond: number, gather: string, leads: number, rounds: number): Promise<ArrivalPoint> => {
  const streams: StreamOfLeads[] = [];
  for (const chance of chancesOf(rounds)) streams.push(await streamOfLeads(leads, perSecond, { gather, chance }));
  const median = (of: (stream: StreamOfLeads) => number): number => quantile(streams.map(of), 0.5);
  return {
    perSecond,
    leads,
    creditsPerLead: summarize(streams.map(({ zoho }) => zoho.credits / zoho.written)),
    callsPerLead: median(({ zoho }) => zoho.crmCalls / zoho.written),
    deliveredP50Ms: median(({ deliveredP50Ms }) => deliveredP50Ms),
    deliveredP99Ms: median(({ deliveredP99Ms }) => deliveredP99Ms),
  };
};

/** Through the whole stage, whose stream comes in four shards. */
export const measureArrival = async (quick: boolean): Promise<ArrivalCurve[]> => {
  const size = quick ? 'quick' : 'full';
  const curves: ArrivalCurve[] = [];
  for (const { label, gather, slowest } of quick ? WAYS.slice(0, 1) : WAYS) {
    const points: ArrivalPoint[] = [];
    for (const perSecond of RATES[size].filter((rate) => rate >= slowest))
      points.push(await measure(perSecond, gather, leadsAt(perSecond, quick), ROUNDS[size]));
    curves.push({ label, gather, points });
  }
  return curves;
};

/** Many windows' worth of leads, so that the last one, which nobody fills any more, counts for little. */
const leadsAt = (perSecond: number, quick: boolean): number =>
  Math.max(quick ? 100 : 400, Math.min(quick ? 600 : 3_000, Math.ceil(perSecond * 100)));
