import { type ReceiveDeps, receiveStatusChange } from '../../lib/events/receive-status-change.ts';
import { handleHttp } from '../../lib/platform/handle.ts';
import { type Answer, type HttpRequest, json, problem } from '../../lib/platform/http.ts';
import type { Log } from '../../lib/platform/log.ts';
import type { LoadSource } from '../../lib/sources/load-source.ts';
import { openSource } from '../../lib/sources/open-source.ts';

export type ReceiveWebhookDeps = ReceiveDeps & { loadSource: LoadSource; log: Log };

/** Ours, not the record's: they say who calls, and the second belongs to the connect visit under the same URL. */
const OWN_PARAMETERS: ReadonlySet<string> = new Set(['api_key', 'zoho_code']);

const respond = async (request: HttpRequest, deps: ReceiveWebhookDeps): Promise<Answer> => {
  const loaded = await openSource(request, request.pathParameters.source ?? '', deps.loadSource);
  if (loaded === undefined)
    return problem(
      401,
      'unauthorized',
      'Unknown source or wrong API key. Copy the webhook URL from the connect page again.',
    );

  const call = {
    contentType: request.headers['content-type'],
    body: request.body,
    query: request.query.filter(([name]) => !OWN_PARAMETERS.has(name)),
  };
  const outcome = await receiveStatusChange(call, loaded.source, deps);
  deps.log(outcome.status === 'quarantined' ? 'warn' : 'info', 'webhook.judged', {
    requestId: request.requestId,
    source: loaded.source.id,
    outcome: outcome.status,
    reason: 'reason' in outcome ? outcome.reason : undefined,
    id: 'id' in outcome ? outcome.id : undefined,
    eventId: 'eventId' in outcome ? outcome.eventId : undefined,
  });
  if (outcome.status === 'empty')
    return problem(
      400,
      'no_parameters',
      'The call held no parameter. Add lead_id, lead_status and cdp_id to the webhook in Zoho.',
    );
  // Zoho does not repeat, so all that was taken is a success to it; what it was is repeated nowhere.
  return json(200, {
    status: outcome.status,
    ...('reason' in outcome && outcome.reason !== undefined ? { reason: outcome.reason } : {}),
  });
};

/** POST /sources/{source}?api_key=…: a status change in Zoho becomes a tracking event, once. */
export const createHandler = (deps: ReceiveWebhookDeps) =>
  handleHttp('receive-webhook', deps, (request) => respond(request, deps));
