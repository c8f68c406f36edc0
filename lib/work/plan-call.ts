import type { WorkItem } from './work-item.ts';

/** What a call is for: to send its items, or to look up whether they have arrived already. */
export type Errand = 'send' | 'look_up';

/** An item that could be sent: with whom it may share a call, and which values must not be in flight twice. */
export type Candidate = {
  item: WorkItem;
  errand: Errand;
  group: string;
  keys: string[];
  /** How much longer it gathers; until then it only fills up the calls of others. 0: it is due. */
  waitsMs: number;
};

/** Items that gather for longer than this go as soon as there are enough of them: more company would save nothing. */
const LONG_WAIT_MS = 10_000;

/** From its second unclear end on an item is sent alone, and once it has failed alone, so that it fails nobody else. */
export const isSentAlone = (item: WorkItem): boolean =>
  (item.unclearEnds ?? 0) >= 2 || item.failedAloneAtMs !== undefined;
const goesAlone = ({ errand, item }: Candidate): boolean => errand === 'send' && isSentAlone(item);
const sharesWith = (a: Candidate, b: Candidate | undefined): boolean =>
  a.errand === b?.errand && a.group === b.group && !goesAlone(a);

/** An older item that is only gathering goes with, or before, a newer one of the same person that is due. */
const pulledForward = (candidates: Candidate[]): Set<Candidate> => {
  if (candidates.every(({ waitsMs }) => waitsMs === 0)) return new Set(); // as in any backlog
  const dueKeys = new Set<string>();
  const pulled = new Set<Candidate>();
  for (const candidate of [...candidates].reverse()) {
    if (candidate.waitsMs === 0) for (const key of candidate.keys) dueKeys.add(key);
    else if (candidate.keys.some((key) => dueKeys.has(key))) {
      pulled.add(candidate);
      for (const key of candidate.keys) dueKeys.add(key);
    }
  }
  return pulled;
};

/**
 * The next call: one errand, one group, no key twice, none that is in flight, each person's oldest item first.
 * Started tens are filled with items that are only gathering; those that would gather for long go once they are ten.
 * @param candidates oldest first, those that failed alone behind the others
 * @param busyKeys keys of calls in flight
 * @returns the items of one call, empty when nothing may go now
 */
export const planCall = (
  candidates: Candidate[],
  busyKeys: ReadonlySet<string>,
  { maxItems, fillTo }: { maxItems: number; fillTo: number },
): Candidate[] => {
  const pulled = pulledForward(candidates);
  const isDue = (candidate: Candidate) => candidate.waitsMs === 0 || pulled.has(candidate);
  const taken: Candidate[] = [];
  const fillers: Candidate[] = [];
  const held = new Set(busyKeys);

  for (const candidate of candidates) {
    if (taken.length >= maxItems) break;
    const isFree = !candidate.keys.some((key) => held.has(key));
    // Whether taken or passed over, whatever comes later of the same person waits for it.
    for (const key of candidate.keys) held.add(key);
    if (!isFree) continue;
    if (!isDue(candidate)) {
      fillers.push(candidate);
    } else if (taken.length === 0) {
      taken.push(candidate);
      if (goesAlone(candidate)) return taken;
    } else if (sharesWith(candidate, taken[0])) taken.push(candidate);
  }
  if (taken.length === 0) return fullLots(fillers, { maxItems, fillTo });
  const room = Math.min(maxItems, Math.ceil(taken.length / fillTo) * fillTo) - taken.length;
  const filling = fillers.filter((one) => sharesWith(one, taken[0])).slice(0, room);
  return [...taken, ...filling];
};

/** Of those that would gather for long: as many as fill lots of `fillTo`, of the first group that has enough. */
const fullLots = (fillers: Candidate[], { maxItems, fillTo }: { maxItems: number; fillTo: number }): Candidate[] => {
  if (fillTo <= 1) return [];
  const byGroup = new Map<string, Candidate[]>();
  for (const one of fillers)
    if (one.waitsMs > LONG_WAIT_MS && !goesAlone(one)) byGroup.set(one.group, [...(byGroup.get(one.group) ?? []), one]);
  const enough = [...byGroup.values()].find((group) => Math.min(group.length, maxItems) >= fillTo) ?? [];
  return enough.slice(0, Math.floor(Math.min(enough.length, maxItems) / fillTo) * fillTo);
};
