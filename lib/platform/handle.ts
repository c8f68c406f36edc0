import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Now } from './clock.ts';
import { codeOf } from './errors.ts';
import { html } from './html.ts';
import { type Answer, type HttpRequest, htmlAnswer, problem, readRequest, wantsPage } from './http.ts';
import type { Log } from './log.ts';

/** Anybody can put anything into a path: only what may be a source's id is worth a log line. */
const loggedSource = (source: string | undefined): string | undefined =>
  source !== undefined && /^[a-z0-9-]{1,32}$/.test(source) ? source : undefined;

const TITLE = 'Something went wrong on our side';

export type Unexpected = {
  /** What its answer carries besides. */
  headers?: Record<string, string>;
  /** Whether people meet the route, who get a page. */
  pages?: boolean;
};

const unexpected = (request: HttpRequest, { headers = {}, pages = false }: Unexpected): Answer => {
  const quote = `Quote request id ${request.requestId}.`;
  if (!pages || !wantsPage(request)) return problem(500, 'internal', `${TITLE}. ${quote}`, { headers });
  const body = html`<main><h1>${TITLE}</h1><p>${quote}</p></main>`;
  return htmlAnswer(500, { title: TITLE, body }, { headers });
};

/**
 * The edge of every HTTP function: reads the event, answers, logs one line. What nobody expected becomes a 500 that
 * carries the request id and nothing else; its code goes to the log.
 */
export const handleHttp =
  (
    route: string,
    deps: { log: Log; now: Now },
    respond: (request: HttpRequest) => Promise<Answer>,
    unexpectedly: Unexpected = {},
  ) =>
  async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const startedAtMs = deps.now();
    const request = readRequest(event);
    const { requestId, method } = request;
    try {
      const answer = await respond(request);
      deps.log('info', 'http.answered', {
        requestId,
        route,
        method,
        source: loggedSource(request.pathParameters.source),
        status: answer.statusCode,
        durationMs: deps.now() - startedAtMs,
      });
      return answer;
    } catch (error) {
      deps.log('error', 'http.failed', {
        requestId,
        route,
        method,
        code: codeOf(error),
        durationMs: deps.now() - startedAtMs,
      });
      return unexpected(request, unexpectedly);
    }
  };
