import type { MetricName } from '../platform/metrics.ts';
import type { Change } from '../platform/table.ts';

const METRICS = new Map<unknown, MetricName>([
  ['delivered', 'ItemsDelivered'],
  ['rejected', 'ItemsRejected'],
  ['dead', 'ItemsDead'],
  ['unclear', 'ItemsUnclear'],
]);

/** How many of the writes end an item's way, by how. Items that go on or had nothing to send are not counted. */
export const countEnds = (changes: Change[]): Partial<Record<MetricName, number>> => {
  const counts: Partial<Record<MetricName, number>> = {};
  for (const { set } of changes) {
    const name = METRICS.get(set?.state);
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};
