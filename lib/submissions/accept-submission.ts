import { filledValues } from '../mapping/filled-values.ts';
import type { FormFields } from '../mapping/form-fields.ts';
import type { Now, Sleep } from '../platform/clock.ts';
import { PlatformError } from '../platform/errors.ts';
import { absent, allOf, anyOf, below, type Condition, equals, type Item, type Table } from '../platform/table.ts';
import type { Form } from '../sources/form.ts';
import { submissionKey } from '../work/work-item.ts';
import { contentHash } from './canonical-content.ts';
import { cleanFields } from './clean-fields.ts';
import type { FieldProblem } from './field-problem.ts';
import { type SpamReason, spamReason } from './spam.ts';
import { botSubmissionId, type Identity, nextSubmissionId, submissionIdOf } from './submission-id.ts';
import { ignoredSubmissionItem, type NewSubmission, submissionItem } from './submission-item.ts';
import { validate } from './validate.ts';

/** How long the same content counts as the same submission when nothing but the content tells. */
const SAME_CONTENT_MS = 10 * 60_000;
const MAX_ROUNDS = 6;

export type FormPost = {
  source: string;
  connection: string;
  hmacKey: string;
  form: string;
  settings: Form;
  gatherMs: number;
  fields: FormFields;
  /** Files that were dropped from the body. */
  files: number;
  idempotencyKey?: string | undefined;
};

export type AcceptOutcome =
  | { status: 'accepted'; id: string }
  /** Kept before; `id` is the one it is kept under. */
  | { status: 'duplicate'; id: string }
  /** A bot's: answered like an accepted one, sent to nobody. */
  | { status: 'ignored'; id: string; reason: SpamReason }
  | { status: 'invalid'; problems: FieldProblem[] }
  /** The Idempotency-Key came before, with other content. */
  | { status: 'key_reused' };

export type AcceptDeps = { table: Table; now: Now; sleep: Sleep; random: () => number };

const identityOf = (post: FormPost): Identity => {
  if (post.idempotencyKey !== undefined) return { by: 'key', key: post.idempotencyKey };
  const submissionId = filledValues(post.fields, 'submission_id');
  return submissionId.length > 0 ? { by: 'field', submissionId: submissionId.join('\n') } : { by: 'content' };
};

/** No item, or one that has expired (TTL deletes late) and was not kept again since. */
const isFree = (nowMs: number): Condition =>
  anyOf(
    absent('pk'),
    allOf(below('expiresAtSeconds', Math.floor(nowMs / 1000) + 1), below('lastAtMs', nowMs - SAME_CONTENT_MS)),
  );

type Standing = { lastAtMs: number; lastId: string; contentHash: string };

const readStanding = (item: Item | undefined): Standing | undefined => {
  if (item === undefined) return undefined;
  const { lastAtMs, lastId, contentHash: hash } = item;
  if (typeof lastAtMs !== 'number' || typeof lastId !== 'string' || typeof hash !== 'string')
    throw new PlatformError('submission.malformed', 'A stored submission lacks what recognises it.');
  return { lastAtMs, lastId, contentHash: hash };
};

/** Keeps the content once more: a new item, and the first one points to it, unless somebody else was faster. */
const keepAgain = async (table: Table, item: Item, firstId: string, standing: Standing, nowMs: number) =>
  table.transact([
    { put: item, if: absent('pk') },
    {
      update: submissionKey(firstId),
      change: { set: { lastAtMs: nowMs, lastId: String(item.id) } },
      if: allOf(equals('lastAtMs', standing.lastAtMs), equals('lastId', standing.lastId)),
    },
  ]);

/**
 * Puts the submission if its id is free: the usual case, one write. Else it is a repeat, or, when the content alone
 * tells and was last kept long ago, a person who writes again.
 */
const keep = async (
  submission: Omit<NewSubmission, 'nowMs'>,
  identity: Identity,
  deps: AcceptDeps,
): Promise<AcceptOutcome> => {
  const { id: firstId, hmacKey } = submission;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (round > 0) await deps.sleep(deps.random() * 25 * 2 ** round);
    const nowMs = deps.now();
    const put = await deps.table.put(submissionItem({ ...submission, nowMs }), isFree(nowMs));
    if (put.status === 'written') return { status: 'accepted', id: firstId };

    const standing = readStanding(put.item);
    if (standing === undefined) continue; // deleted between condition and answer
    if (standing.contentHash !== submission.contentHash) return { status: 'key_reused' };
    if (identity.by !== 'content' || nowMs - standing.lastAtMs < SAME_CONTENT_MS)
      return { status: 'duplicate', id: standing.lastId };

    const id = nextSubmissionId(hmacKey, firstId, standing.lastAtMs);
    const again = await keepAgain(deps.table, submissionItem({ ...submission, id, nowMs }), firstId, standing, nowMs);
    if (again.status === 'written') return { status: 'accepted', id };
  }
  throw new PlatformError('table.contention', 'Too many writers of one submission at once.');
};

/**
 * One form post becomes one submission, however many times it is sent. New content costs one write.
 * @throws {PlatformError} when the table does not take it; then nothing is half-written and the same post may come again
 */
export const acceptSubmission = async (post: FormPost, deps: AcceptDeps): Promise<AcceptOutcome> => {
  const problems = validate(post.settings, post.fields);
  if (problems.length > 0) return { status: 'invalid', problems };

  const fields = cleanFields(post.fields);
  const identity = identityOf({ ...post, fields });
  const hash = contentHash(post.settings, fields);
  const scope = { hmacKey: post.hmacKey, source: post.source, form: post.form, contentHash: hash };
  const { idempotencyKey: _key, ...rest } = post;
  const submission = { ...rest, fields, contentHash: hash };

  const nowMs = deps.now();
  const reason = spamReason(post.settings, fields, nowMs);
  if (reason !== undefined) {
    const id = botSubmissionId(scope, identity);
    await deps.table.put(ignoredSubmissionItem({ ...submission, id, nowMs }, reason), isFree(nowMs));
    return { status: 'ignored', id, reason };
  }
  return keep({ ...submission, id: submissionIdOf(scope, identity) }, identity, deps);
};
