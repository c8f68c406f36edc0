import type { HttpRequest } from '../../lib/platform/http.ts';
import type { Form } from '../../lib/sources/form.ts';

/** Every answer depends on who asks, so that no cache hands one origin's answer to another. */
const VARY = { vary: 'Origin' };

/**
 * Lets a page of one of the form's own origins read the answer. A foreign origin gets nothing: its browser then
 * keeps the answer from it, and sends no request that needs asking first.
 */
export const corsHeaders = (request: HttpRequest, form: Form | undefined): Record<string, string> => {
  const { origin } = request.headers;
  if (origin === undefined || !form?.origins.includes(origin)) return VARY;
  return { ...VARY, 'access-control-allow-origin': origin };
};

/** What a browser may send, asked before it sends anything but a plain form. */
export const preflightHeaders = (request: HttpRequest, form: Form | undefined): Record<string, string> => {
  const headers = corsHeaders(request, form);
  if (headers['access-control-allow-origin'] === undefined) return headers;
  return {
    ...headers,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, idempotency-key',
    'access-control-max-age': '600',
  };
};
