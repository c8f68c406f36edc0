import { type Html, html } from '../../lib/platform/html.ts';
import { type Answer, type HttpRequest, problem, wantsPage } from '../../lib/platform/http.ts';
import type { Source } from '../../lib/sources/source.ts';
import type { ConnectRefusal } from '../../lib/tokens/connect.ts';
import { answerPage, copyField, NO_STORE } from './answer-page.ts';
import { refusalWords } from './refusal-words.ts';

const stepsLink = (apiKey: string): Html =>
  html`<p><a class="button" href="?${new URLSearchParams({ api_key: apiKey }).toString()}">To the steps</a></p>`;

export const refusedPage = (source: Source, apiKey: string, refusal: ConnectRefusal): Answer => {
  const { status, title, what, next, after, retryAfterSeconds } = refusalWords(source, refusal);
  const body = html`<main data-outcome="refused" data-code="${refusal.code}">
<h1>${title}</h1>
<p>${what}</p>
<h2>What to do next</h2>
<ol>${next.map((step) => html`<li>${step}</li>`)}</ol>
${stepsLink(apiKey)}
${after}
</main>`;
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return answerPage(status, title, body, headers);
};

/** The code is used up and nothing could be stored: this page is the only copy, shown this once. */
export const notKeptPage = (source: Source, apiKey: string, refreshToken: string): Answer => {
  const body = html`<main data-outcome="refused" data-code="unavailable">
<h1>Zoho said yes, but we could not store it</h1>
<p>The code is used up, and our secret store did not answer. Below is what Zoho gave us. It is shown this once: leave the page open until your operator has it.</p>
${copyField('refresh-token', 'Refresh token', refreshToken)}
<h2>What to do next</h2>
<ol>
<li>Copy the refresh token and hand it to your operator as you would a password.</li>
<li>Your operator runs <code>leadloop connect ${source.id} --refresh-token-stdin</code> and pastes it.</li>
<li>Or forget it, and make a new code on the steps page later.</li>
</ol>
${stepsLink(apiKey)}
</main>`;
  return answerPage(503, 'Zoho said yes, but we could not store it', body);
};

/** Stored, but not in use yet: the same address finishes the job without Zoho. */
export const notOpenedPage = (): Answer => {
  const body = html`<main data-outcome="refused" data-code="unavailable">
<h1>Almost connected</h1>
<p>Zoho said yes and the connection is stored, but our table did not answer when it was to be opened. Nothing is lost.</p>
<h2>What to do next</h2>
<ol><li>Wait half a minute, then load this page again, with the same code in its address: it finishes the job without asking Zoho.</li></ol>
</main>`;
  return answerPage(503, 'Almost connected', body, { 'retry-after': '30' });
};

const UNAUTHORIZED = 'Unknown source or wrong API key. Ask your operator for the connect link; it holds the key.';

/** The same for a wrong key, a missing one and an unknown source, so that it tells nobody which. */
export const unauthorized = (request: HttpRequest): Answer =>
  wantsPage(request)
    ? answerPage(
        401,
        'This link does not work',
        html`<main><h1>This link does not work</h1><p>${UNAUTHORIZED}</p></main>`,
      )
    : problem(401, 'unauthorized', UNAUTHORIZED, { headers: NO_STORE });
