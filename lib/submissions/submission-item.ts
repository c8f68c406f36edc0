import * as z from 'zod/mini';
import { filledValues } from '../mapping/filled-values.ts';
import type { FormFields } from '../mapping/form-fields.ts';
import { emailFieldsOf } from '../mapping/mapped-fields.ts';
import type { Item } from '../platform/table.ts';
import type { Form } from '../sources/form.ts';
import { connectionLane } from '../work/lane-name.ts';
import { expiresAtSeconds, newWork, retentionDays, submissionKey, workAttributes } from '../work/work-item.ts';
import { clickIdsOf } from './click-ids.ts';
import type { SpamReason } from './spam.ts';
import { personKeyOf } from './submission-id.ts';

/** One accepted form post: work for its connection's lane, with the fields as they came. */
export const submissionAttributes = z.extend(workAttributes, {
  form: z.string(),
  connection: z.string(),
  /** Zoho module at acceptance; a re-run uses the form's of that day. */
  module: z.string(),
  /** As sent, unmapped fields included; mapping runs at delivery. */
  fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  /** Of the mapped fields' values; tells the same content from other content under one key. */
  contentHash: z.string(),
  /** When this content was last kept, and under which id: differs from `id` once it was kept again. */
  lastAtMs: z.number(),
  lastId: z.string(),
  /** Partition and sort key of the `person` index; absent for a bot's post. */
  personKey: z.optional(z.string()),
  personAtMs: z.optional(z.number()),
  cdpId: z.optional(z.string()),
  clickIds: z.optional(z.record(z.string(), z.string())),
  /** Files that came along and were not kept. */
  filesDropped: z.optional(z.number()),
  /** Set at delivery: what of the form could not be sent. */
  /** What the mapping left out or cut, by Zoho field; never a value. */
  warnings: z.optional(z.array(z.looseObject({ field: z.string(), code: z.string() }))),
});
export type Submission = z.infer<typeof submissionAttributes>;

export type NewSubmission = {
  id: string;
  source: string;
  form: string;
  settings: Form;
  /** How long it may wait for others to share a call with. */
  gatherMs: number;
  connection: string;
  hmacKey: string;
  fields: FormFields;
  files: number;
  contentHash: string;
  nowMs: number;
};

const contentOf = (of: NewSubmission) => {
  const [cdpId] = filledValues(of.fields, 'cdp_id');
  const clickIds = clickIdsOf(of.fields);
  return {
    form: of.form,
    connection: of.connection,
    module: of.settings.module,
    fields: { ...of.fields },
    contentHash: of.contentHash,
    lastAtMs: of.nowMs,
    lastId: of.id,
    ...(cdpId === undefined ? {} : { cdpId }),
    ...(Object.keys(clickIds).length > 0 ? { clickIds } : {}),
    ...(of.files > 0 ? { filesDropped: of.files } : {}),
  };
};

const workOf = (of: NewSubmission) =>
  newWork({
    pk: submissionKey(of.id),
    kind: 'submission',
    id: of.id,
    source: of.source,
    lane: connectionLane(of.connection),
    nowMs: of.nowMs,
    gatherMs: of.gatherMs,
  });

/** A submission that waits for its lane's worker from birth. */
export const submissionItem = (of: NewSubmission): Item & Submission => {
  const [email] = emailFieldsOf(of.settings).flatMap((name) => filledValues(of.fields, name));
  const person =
    email === undefined ? {} : { personKey: personKeyOf(of.hmacKey, of.connection, email), personAtMs: of.nowMs };
  return Object.assign(workOf(of), contentOf(of), person);
};

/** A bot's post: kept for a look, on no lane, and over from birth. */
export const ignoredSubmissionItem = (of: NewSubmission, reason: SpamReason): Item & Submission => {
  const over = { lane: undefined, bell: undefined, dueAtMs: undefined, state: 'ignored', reason } as const;
  return Object.assign(workOf(of), contentOf(of), over, {
    expiresAtSeconds: expiresAtSeconds(of.nowMs, retentionDays.submission),
  });
};
