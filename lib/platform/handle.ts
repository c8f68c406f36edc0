import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Now } from './clock.ts';
import { codeOf } from './errors.ts';
import { type Answer, type HttpRequest, problem, readRequest } from './http.ts';
import type { Log } from './log.ts';

/** Anybody can put anything into a path: only what may be a source's id is worth a log line. */
const loggedSource = (source: string | undefined): string | undefined =>
  source !== undefined && /^[a-z0-9-]{1,32}$/.test(source) ? source : undefined;

/**
 * The edge of every HTTP function: reads the event, answers, logs one line. What nobody expected becomes a 500 that
 * carries the request id and nothing else; its code goes to the log.
 */
export const handleHttp =
  (route: string, deps: { log: Log; now: Now }, respond: (request: HttpRequest) => Promise<Answer>) =>
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
      return problem(500, 'internal', `Something went wrong on our side. Quote request id ${requestId}.`);
    }
  };
