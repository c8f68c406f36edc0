import { html } from '../../lib/platform/html.ts';
import type { Answer } from '../../lib/platform/http.ts';
import type { Source } from '../../lib/sources/source.ts';
import { accountsServerOf, type ExtraZohoHosts } from '../../lib/zoho/data-centers.ts';
import { wantedScope } from '../../lib/zoho/scopes.ts';
import { answerPage, copyField } from './answer-page.ts';
import { consoleOf, dataCenterName, dataCenterTable } from './data-center-words.ts';

/** What a client's administrator does, once. The form brings the code back to this same address. */
export const stepsPage = (source: Source, apiKey: string, extraHosts: ExtraZohoHosts): Answer => {
  const { accountsUrl } = source.zoho;
  const accountsServer = accountsServerOf(accountsUrl, extraHosts) ?? accountsUrl;
  const apiConsole = consoleOf(accountsServer);
  const body = html`<main data-outcome="steps">
<h1>Connect Zoho CRM</h1>
<p>An administrator of the Zoho organisation does this once. It takes about three minutes, and the code of step 4 lives ten at most: have this page open beside Zoho’s.</p>
<dl><dt>Source</dt><dd>${source.id}</dd><dt>Zoho data center</dt><dd>${dataCenterName(accountsServer)}</dd></dl>
<ol>
<li>Open Zoho’s API console: <a href="${apiConsole}" rel="noreferrer">${apiConsole}</a>. Sign in as the user whose name new leads shall carry.</li>
<li>Open <strong>Self Client</strong>; if there is none, choose <em>Add Client</em>, then <em>Self Client</em>. Its client ID and secret go to your operator, who stores them with <code>leadloop connect ${source.id}</code>. Done before? Then go on.</li>
<li>On the tab <strong>Generate Code</strong>, paste this scope:
${copyField('scope', 'Scope', wantedScope)}</li>
<li>Time duration: <strong>10 minutes</strong>. Any description. <em>Create</em>, and choose the organisation that leads shall go to.</li>
<li>Copy the code and paste it here at once; it works only once.
<form method="get" autocomplete="off">
<input type="hidden" name="api_key" value="${apiKey}">
<label for="code">Code from Zoho</label>
<input id="code" name="zoho_code" required spellcheck="false" autocapitalize="none" aria-describedby="code-note">
<p class="note" id="code-note">It begins with <code>1000.</code></p>
<button>Connect</button>
</form></li>
</ol>
<details>
<summary>Is the data center right?</summary>
<p>It is the one whose address your Zoho CRM opens at. If it is not ${dataCenterName(accountsServer)}, your operator sets <code>accountsUrl</code> in the source file and applies it, before you make a code.</p>
${dataCenterTable()}
</details>
</main>`;
  return answerPage(200, 'Connect Zoho CRM', body);
};
