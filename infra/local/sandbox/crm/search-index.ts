import type { Now } from '../../../../lib/platform/clock.ts';
import type { CrmRecord } from './record-store.ts';

export type SearchIndex = {
  /** A record is about to be added or changed; `before` as it is, undefined for a new one. */
  changing(id: string, before: CrmRecord | undefined): void;
  /** The records as search sees them now. */
  view(records: Iterable<CrmRecord>): CrmRecord[];
  clear(): void;
};

/** What search still sees of a record, until when; `seen` undefined for one it does not know yet. */
type Stale = { untilMs: number; seen: CrmRecord | undefined };

/** Search sees a write only after the lag that held when it was made; the lag may change in between. */
export const createSearchIndex = (now: Now, lagMs: () => number): SearchIndex => {
  const stale = new Map<string, Stale[]>(); // oldest first

  return {
    changing(id, before) {
      const lag = lagMs();
      if (lag <= 0) return;
      const left = (stale.get(id) ?? []).filter(({ untilMs }) => untilMs > now());
      const seen = before && { ...before, values: { ...before.values } };
      stale.set(id, [...left, { untilMs: now() + lag, seen }]);
    },
    view(records) {
      const view: CrmRecord[] = [];
      for (const record of records) {
        const first = stale.get(record.id)?.find(({ untilMs }) => untilMs > now());
        if (!first) {
          stale.delete(record.id);
          view.push(record);
        } else if (first.seen) view.push(first.seen);
      }
      return view;
    },
    clear: () => stale.clear(),
  };
};
