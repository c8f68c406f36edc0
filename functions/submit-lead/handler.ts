import { codeOf, PlatformError } from '../../lib/platform/errors.ts';
import { handleHttp } from '../../lib/platform/handle.ts';
import { type Answer, type HttpRequest, noContent } from '../../lib/platform/http.ts';
import type { Log } from '../../lib/platform/log.ts';
import { gatherMsOf } from '../../lib/sources/gather.ts';
import type { LoadedSource, LoadSource } from '../../lib/sources/load-source.ts';
import { openForm } from '../../lib/sources/open-source.ts';
import { connectionOf } from '../../lib/sources/source.ts';
import { type AcceptDeps, acceptSubmission } from '../../lib/submissions/accept-submission.ts';
import { decodeBody } from '../../lib/submissions/decode-body.ts';
import { type Asked, acceptedAnswer, refusedAnswer } from './answers.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { readIdempotencyKey } from './read-idempotency-key.ts';
import { bodyRefusal, invalid, keyMalformed, keyReused, unavailable, unknownForm } from './refusals.ts';

export type SubmitLeadDeps = AcceptDeps & { loadSource: LoadSource; log: Log };

const accept = async (asked: Asked, loaded: LoadedSource, form: string, deps: SubmitLeadDeps): Promise<Answer> => {
  const { request, form: settings } = asked;
  if (settings === undefined) return refusedAnswer(asked, unknownForm);
  const key = readIdempotencyKey(request.headers);
  if (key.status === 'malformed') return refusedAnswer(asked, keyMalformed);
  const body = await decodeBody(request, settings);
  if (body.status !== 'decoded') return refusedAnswer(asked, bodyRefusal(body));

  const { source, hmacKey } = loaded;
  const { fields, files } = body;
  const idempotencyKey = key.status === 'given' ? key.key : undefined;
  const post = {
    source: source.id,
    connection: connectionOf(source),
    hmacKey,
    form,
    settings,
    gatherMs: gatherMsOf(source, settings),
    fields,
    files,
    idempotencyKey,
  };
  const outcome = await acceptSubmission(post, deps);
  const id = 'id' in outcome ? outcome.id : undefined;
  deps.log('info', 'submission.judged', {
    requestId: request.requestId,
    source: source.id,
    form,
    outcome: outcome.status,
    id,
    files,
  });
  switch (outcome.status) {
    case 'accepted':
    case 'duplicate':
    case 'ignored':
      return acceptedAnswer(asked, outcome.id);
    case 'invalid':
      return refusedAnswer(asked, invalid(outcome.problems));
    case 'key_reused':
      return refusedAnswer(asked, keyReused);
  }
};

const respond = async (request: HttpRequest, deps: SubmitLeadDeps): Promise<Answer> => {
  const { source = '', form = '' } = request.pathParameters;
  let asked: Asked = { request, form: undefined, headers: corsHeaders(request, undefined) };
  try {
    const { loaded, settings } = await openForm(source, form, deps.loadSource);
    asked = { request, form: settings, headers: corsHeaders(request, settings) };
    if (request.method === 'OPTIONS') return noContent(preflightHeaders(request, settings));
    return loaded === undefined ? refusedAnswer(asked, unknownForm) : await accept(asked, loaded, form, deps);
  } catch (error) {
    // The table is all this needs; without it nothing was kept, and the visitor must not believe otherwise.
    if (!(error instanceof PlatformError && error.code.startsWith('table.'))) throw error;
    deps.log('error', 'submission.not_kept', { requestId: request.requestId, code: codeOf(error) });
    return refusedAnswer(asked, unavailable);
  }
};

/** POST and OPTIONS /sources/{source}/forms/{form}: one form post becomes one submission, however often it is sent. */
export const createHandler = (deps: SubmitLeadDeps) =>
  handleHttp('submit-lead', deps, (request) => respond(request, deps), { pages: true });
