import { type Html, html } from '../../lib/platform/html.ts';
import type { HttpRequest } from '../../lib/platform/http.ts';
import type { Form } from '../../lib/sources/form.ts';

/** The page the visitor came from, if it is one of the form's own origins; else the first of these, if there is one. */
const backTo = (request: HttpRequest, form: Form | undefined): string | undefined => {
  const origins = form?.origins ?? [];
  const referer = request.headers.referer ?? '';
  return URL.canParse(referer) && origins.includes(new URL(referer).origin) ? new URL(referer).href : origins[0];
};

/** Browsers keep what was typed when a visitor goes back; a link would open an empty form, so it comes second. */
export const wayBack = (request: HttpRequest, form: Form | undefined): Html => {
  const url = backTo(request, form);
  return html`<p>Use your browser’s Back button to return to the form; what you typed is usually still there.</p>
${url !== undefined && html`<p><a href="${url}">Open the form again</a></p>`}`;
};
