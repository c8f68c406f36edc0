import * as z from 'zod/mini';
import type { Item } from '../platform/table.ts';
import type { StatusChange } from './status-change.ts';

/** What we last heard of one Zoho record. Never expires: it is what tells a change from an edit. */
const statusItem = z.looseObject({
  pk: z.string(),
  status: z.string(),
  /** Counts writes; a write holds only for the revision it was made from. */
  rev: z.number(),
  /** Occurrences so far, by event name. */
  counted: z.record(z.string(), z.number()),
  changedAtMs: z.number(),
  /** Zoho's own time of the last change, if the calls carry one. */
  modifiedAtMs: z.optional(z.number()),
});
export type StatusItem = z.infer<typeof statusItem>;

export const statusKey = (source: string, { module, recordId }: Pick<StatusChange, 'module' | 'recordId'>): string =>
  `status#${source}#${module}#${recordId}`;

export const readStatusItem = (item: Item | undefined): StatusItem | undefined =>
  item === undefined ? undefined : statusItem.parse(item);
