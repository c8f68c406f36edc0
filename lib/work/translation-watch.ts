import { equals, type Table } from '../platform/table.ts';
import { asRead } from './claim.ts';
import type { HeldLease } from './held-lease.ts';
import type { Lane } from './lane.ts';
import { setApartDead } from './settle.ts';
import { laneKey, type WorkItem, workAttributes } from './work-item.ts';

/** Deaths over one item's translation after which nobody tries again; one could have been a coincidence. */
const MAX_DEATHS = 2;

/** An item over whose translation a worker has died: it comes last, when nothing else is to be done. */
export const isFeared = ({ translationDeaths }: WorkItem): boolean => (translationDeaths ?? 0) > 0;

/**
 * An item that ends its worker while it is translated (a client's own transform that never returns) is not claimed by
 * then, so nothing on it would tell. A worker whose predecessor has died therefore notes on the lane what it translates,
 * and this charges what the predecessor had noted.
 */
export const chargeDeath = async (table: Table, { laneName, translating }: Lane, nowMs: number): Promise<void> => {
  if (translating === undefined) return;
  const found = workAttributes.safeParse(await table.get(translating)).data;
  if (found !== undefined && found.lane === laneName) {
    const deaths = (found.translationDeaths ?? 0) + 1;
    const change =
      deaths >= MAX_DEATHS ? setApartDead(found, 'ends_its_worker', nowMs) : { set: { translationDeaths: deaths } };
    await table.update(found.pk, change, asRead(found));
  }
  await table.update(laneKey(laneName), { remove: ['translating'] }, equals('translating', translating));
};

/** Notes each translation on the lane; without a reason for suspicion it costs nothing. */
export const watchTranslations = (isSuspicious: boolean, lease: Pick<HeldLease, 'change'>) => {
  let hasNoted = false;
  return {
    before: async ({ pk }: WorkItem): Promise<void> => {
      if (!isSuspicious) return;
      await lease.change({ set: { translating: pk } });
      hasNoted = true;
    },
    /** All of them are translated: what kills the worker from here on is something else. */
    after: async (): Promise<void> => {
      if (!hasNoted) return;
      await lease.change({ remove: ['translating'] });
      hasNoted = false;
    },
  };
};
export type TranslationWatch = ReturnType<typeof watchTranslations>;
