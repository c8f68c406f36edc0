import type { Item } from '../../../lib/platform/table.ts';

/** What must hold for every item, by the name of what is wrong when it does not. */
export type Rule =
  | 'unknown_kind'
  | 'unreadable'
  | 'wrong_key'
  | 'no_lane'
  | 'no_due_time'
  | 'wrong_lane'
  | 'lane_missing'
  | 'claim_missing'
  | 'claim_left_behind'
  | 'claim_too_long'
  | 'unfinished_expires'
  | 'must_not_expire'
  | 'never_expires'
  | 'finished_on_index'
  | 'delivery_missing'
  | 'event_missing'
  | 'unlisted'
  | 'lease_odd'
  | 'backoff_odd'
  | 'parking_odd'
  | 'pace_odd';

/** One broken rule on one item. Texts hold ids, names of attributes and times, never what somebody sent. */
export type Finding = { pk: string; rule: Rule; message: string; next: string };

/** A question that only another item can answer: asked once all are seen. */
export type Question = {
  /** Key of the other item. */
  key: string;
  /** @param other undefined when there is none */
  judge(other: Item | undefined): Finding[];
};

/** What one item has to say for itself. */
export type Verdict = { findings: Finding[]; questions?: Question[] };

/** Findings about one item, each raised where its condition holds. */
export const findingsOn = (pk: string, checks: Array<[isWrong: boolean, Omit<Finding, 'pk'>]>): Finding[] =>
  checks.flatMap(([isWrong, finding]) => (isWrong ? [{ pk, ...finding }] : []));
