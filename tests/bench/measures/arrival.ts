import { type StreamOfLeads, streamOfLeads } from './stream-of-leads.ts';

export type ArrivalPoint = { perSecond: number } & Pick<
  StreamOfLeads,
  'leads' | 'deliveredP50Ms' | 'deliveredP99Ms'
> & {
    creditsPerLead: number;
    callsPerLead: number;
  };
/** Credits per lead against how fast leads come, for one way of gathering. */
export type ArrivalCurve = { label: string; gather: string; points: ArrivalPoint[] };

const WAYS = [
  { label: 'gather 2 s (default)', gather: '2s', slowest: 0.01 },
  { label: 'gather 30 s', gather: '30s', slowest: 0.01 },
  { label: 'economy 5 min', gather: '5m', slowest: 0.003 },
] as const;

const RATES = { quick: [0.05, 1, 6, 20], full: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 6, 8, 10, 20, 50, 100] };

const measure = async (perSecond: number, gather: string, leads: number): Promise<ArrivalPoint> => {
  const { zoho, deliveredP50Ms, deliveredP99Ms } = await streamOfLeads(leads, perSecond, { gather });
  return {
    perSecond,
    leads,
    creditsPerLead: zoho.credits / zoho.written,
    callsPerLead: zoho.crmCalls / zoho.written,
    deliveredP50Ms,
    deliveredP99Ms,
  };
};

/** Through the whole stage, whose stream comes in four shards. */
export const measureArrival = async (quick: boolean): Promise<ArrivalCurve[]> => {
  const curves: ArrivalCurve[] = [];
  for (const { label, gather, slowest } of quick ? WAYS.slice(0, 1) : WAYS) {
    const points: ArrivalPoint[] = [];
    for (const perSecond of RATES[quick ? 'quick' : 'full'].filter((rate) => rate >= slowest))
      points.push(await measure(perSecond, gather, leadsAt(perSecond, quick)));
    curves.push({ label, gather, points });
  }
  return curves;
};

/** Many windows' worth of leads, so that the last one, which nobody fills any more, counts for little. */
const leadsAt = (perSecond: number, quick: boolean): number =>
  Math.max(quick ? 100 : 400, Math.min(quick ? 600 : 3_000, Math.ceil(perSecond * 100)));
