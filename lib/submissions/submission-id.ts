import { keyedId } from '../platform/ids.ts';

/** What a submission is recognised by when it comes again. */
export type Identity =
  /** The caller's `Idempotency-Key`, whatever the content. */
  | { by: 'key'; key: string }
  /** The form's `submission_id` together with the content: a page cached with one id loses nobody's lead. */
  | { by: 'field'; submissionId: string }
  /** The content alone, for a while. */
  | { by: 'content' };

type Scope = { hmacKey: string; source: string; form: string; contentHash: string };

/** The id under which a submission is first kept. It holds no time, so the same one always meets the same item. */
export const submissionIdOf = ({ hmacKey, source, form, contentHash }: Scope, identity: Identity): string => {
  switch (identity.by) {
    case 'key':
      return keyedId(hmacKey, 'submission', 'key', source, form, identity.key);
    case 'field':
      return keyedId(hmacKey, 'submission', 'field', source, form, identity.submissionId, contentHash);
    case 'content':
      return keyedId(hmacKey, 'submission', 'content', source, form, contentHash);
  }
};

/** The id of the same content kept once more: whoever read the same first item makes the same id. */
export const nextSubmissionId = (hmacKey: string, firstId: string, lastAtMs: number): string =>
  keyedId(hmacKey, 'submission', 'again', firstId, String(lastAtMs));

/** A bot's post lives under an id that no person's post can have, or it would shadow one. */
export const botSubmissionId = (scope: Scope, identity: Identity): string =>
  keyedId(scope.hmacKey, 'submission', 'bot', submissionIdOf(scope, identity), scope.contentHash);

/** Finds a person's submissions without keeping the address in an index. Letter case does not make another person. */
export const personKeyOf = (hmacKey: string, connection: string, email: string): string =>
  `${connection}#${keyedId(hmacKey, 'person', email.toLowerCase())}`;
