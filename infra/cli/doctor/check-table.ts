import type { Item, Table } from '../../../lib/platform/table.ts';
import { isExpired } from '../../../lib/work/work-item.ts';
import { checkLane } from './check-lane.ts';
import { checkCall, checkEvent, checkSource, checkStatus } from './check-others.ts';
import { checkWork } from './check-work.ts';
import { type Finding, findingsOn, type Question, type Verdict } from './finding.ts';

/** By the word before the first `#` of a key. */
const checks: Readonly<Record<string, (item: Item, nowMs: number) => Verdict>> = {
  submission: checkWork,
  delivery: checkWork,
  event: checkEvent,
  call: checkCall,
  source: checkSource,
  lane: checkLane,
  status: checkStatus,
  crowd: () => ({ findings: [] }),
};

const kindOf = (pk: string): string => pk.split('#', 1)[0] ?? '';

const unknownKind = ({ pk }: Item): Verdict => ({
  findings: findingsOn(pk, [
    [
      true,
      {
        rule: 'unknown_kind',
        message: 'No item of leadloop has a key like this.',
        next: 'A newer version, or somebody else, wrote it; leadloop never reads it.',
      },
    ],
  ]),
});

export type Checked = {
  findings: Finding[];
  /** Items looked at, by kind; `expired` ones are only waiting for DynamoDB to delete them. */
  counts: Record<string, number>;
};

const ASKED_AT_ONCE = 1_000;

/**
 * Holds every item of a Records table to what must be true of it, at any moment: between two writes as well as at rest.
 * A scan is no snapshot, so what it did not see of one item's company is asked for once more before it is missed.
 * @param items of the whole table, in any order; read one at a time
 * @param getMany strongly consistent
 */
export const checkTable = async (
  items: Iterable<Item> | AsyncIterable<Item>,
  { nowMs, getMany }: { nowMs: number; getMany: Table['getMany'] },
): Promise<Checked> => {
  const findings: Finding[] = [];
  const counts: Record<string, number> = {};
  const seen = new Set<string>();
  const lanes = new Map<string, Item>();
  let open: Question[] = [];

  for await (const item of items) {
    const kind = kindOf(item.pk);
    const check = Object.hasOwn(checks, kind) ? checks[kind] : unknownKind;
    const counted = isExpired(item, nowMs) ? 'expired' : Object.hasOwn(checks, kind) ? kind : 'unknown';
    counts[counted] = (counts[counted] ?? 0) + 1;
    seen.add(item.pk);
    if (kind === 'lane') lanes.set(item.pk, item);
    if (counted === 'expired') continue;
    const verdict = check?.(item, nowMs) ?? { findings: [] };
    findings.push(...verdict.findings);
    open.push(...(verdict.questions ?? []));
  }

  // A lane's state answers a question, of all others only that they are there.
  const answers = open.filter(({ key }) => seen.has(key));
  for (const { key, judge } of answers) findings.push(...judge(lanes.get(key) ?? { pk: key }));
  open = open.filter(({ key }) => !seen.has(key));
  for (let at = 0; at < open.length; at += ASKED_AT_ONCE) {
    const some = open.slice(at, at + ASKED_AT_ONCE);
    const found = new Map((await getMany(some.map(({ key }) => key))).map((item) => [item.pk, item]));
    for (const { key, judge } of some) findings.push(...judge(found.get(key)));
  }
  return { findings: findings.sort((a, b) => (a.pk < b.pk ? -1 : a.pk > b.pk ? 1 : 0)), counts };
};
