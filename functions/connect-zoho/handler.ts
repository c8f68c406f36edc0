import type { Now } from '../../lib/platform/clock.ts';
import { handleHttp } from '../../lib/platform/handle.ts';
import { type Answer, type HttpRequest, noContent } from '../../lib/platform/http.ts';
import type { Log } from '../../lib/platform/log.ts';
import { readApiKey } from '../../lib/sources/api-key.ts';
import type { LoadSource } from '../../lib/sources/load-source.ts';
import { openSource } from '../../lib/sources/open-source.ts';
import type { Source } from '../../lib/sources/source.ts';
import type { Connect } from '../../lib/tokens/connect.ts';
import type { ExtraZohoHosts } from '../../lib/zoho/data-centers.ts';
import { NO_STORE } from './answer-page.ts';
import { connectedPage } from './connected-page.ts';
import { notKeptPage, notOpenedPage, refusedPage, unauthorized } from './refused-page.ts';
import { stepsPage } from './steps-page.ts';
import { authorizationCodeOf, isSpeculative } from './visit.ts';

export type ConnectZohoDeps = {
  loadSource: LoadSource;
  connect: Connect;
  /** Origin of the HTTP API; links are built from nothing else. */
  publicUrl: string;
  extraHosts: ExtraZohoHosts;
  log: Log;
  now: Now;
};

const connectAnswer = async (source: Source, apiKey: string, code: string, deps: ConnectZohoDeps): Promise<Answer> => {
  const outcome = await deps.connect(source, code);
  switch (outcome.status) {
    case 'connected': {
      // The visitor's own key: they hold it already, and this is the URL they need.
      const url = `${deps.publicUrl}/sources/${source.id}?${new URLSearchParams({ api_key: apiKey })}`;
      return connectedPage(source, outcome, url);
    }
    case 'refused':
      return refusedPage(source, apiKey, outcome);
    case 'not_kept':
      return notKeptPage(source, apiKey, outcome.refreshToken);
    case 'not_opened':
      return notOpenedPage();
  }
};

const respond = async (request: HttpRequest, deps: ConnectZohoDeps): Promise<Answer> => {
  const code = authorizationCodeOf(request);
  // Read anew for a code: what was refused is often mended within the minute a source is remembered.
  const fresh = code !== undefined;
  const loaded = await openSource(request, request.pathParameters.source ?? '', deps.loadSource, { fresh });
  const apiKey = readApiKey(request);
  if (loaded === undefined || apiKey === undefined) return unauthorized(request);

  // A page that nobody asked for must not use the code up. An empty answer is never shown in place of the real one.
  if (isSpeculative(request)) return noContent(NO_STORE);
  const { source } = loaded;
  if (request.method === 'HEAD') return { ...stepsPage(source, apiKey, deps.extraHosts), body: '' };
  return code === undefined ? stepsPage(source, apiKey, deps.extraHosts) : connectAnswer(source, apiKey, code, deps);
};

/** GET /sources/{source}?api_key=…[&zoho_code=…]: a person connects a Zoho organisation, once. */
export const createHandler = (deps: ConnectZohoDeps) =>
  handleHttp('connect-zoho', deps, (request) => respond(request, deps), { headers: NO_STORE, pages: true });
