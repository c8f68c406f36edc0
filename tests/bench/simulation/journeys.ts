import { quantile } from '../measure/statistics.ts';
import { leadFields } from './leads.ts';

const emailsIn = (body: string): string[] =>
  (JSON.parse(body) as { data: Array<{ Email?: string }> }).data.map(({ Email }) => Email ?? '');

/** How long leads take from their post to Zoho. Each counts once, as it first arrives. */
export const createJourneys = (now: () => number) => {
  const underWay = new Map<string, number>();
  const tookMs: number[] = [];
  return {
    begin: (index: number): void => void underWay.set(leadFields(index).email ?? '', now()),
    /** Told of each write that Zoho has answered. */
    arrive: (body: string): void => {
      for (const email of emailsIn(body)) {
        const begunAtMs = underWay.get(email);
        if (begunAtMs !== undefined) tookMs.push(now() - begunAtMs);
        underWay.delete(email);
      }
    },
    arrived: (): number => tookMs.length,
    p50Ms: (): number => quantile(tookMs, 0.5),
    p99Ms: (): number => quantile(tookMs, 0.99),
  };
};
