import { type Html, html } from '../../../../lib/platform/html.ts';
import type { Client } from '../accounts/accounts-server.ts';
import { DEFAULT_SCOPE } from '../accounts/scopes.ts';
import type { Tokens } from '../accounts/tokens.ts';
import { orgTime } from '../crm/org.ts';
import { shortTime } from './form-parts.ts';

/** What the API console offers. */
export const CODE_MINUTES = [3, 5, 7, 10];

const codeCard = ({ code, scope, expiresAtMs }: ReturnType<Tokens['shownCodes']>[number]): Html => html`
<li><p class="copy" data-copy="code">${code}</p>
<p class="note">Good for one use until ${shortTime(orgTime(expiresAtMs))} · ${scope.join(', ')}</p></li>`;

/** The API console's page of the self client. */
export const codesSection = (tokens: Tokens, { clientId, clientSecret }: Client): Html => {
  const codes = tokens.shownCodes();
  return html`
<section id="codes" aria-labelledby="codes-title"><h2 id="codes-title">Self client</h2>
<p>A code connects a program to this organisation, once.</p>
${codes.length > 0 && html`<ul class="plain">${codes.map(codeCard)}</ul>`}
<details><summary>Generate a code</summary>
<form method="post" action="/screen/codes" class="stacked">
<div><label for="scope">Scopes, separated by commas</label>
<textarea id="scope" name="scope" rows="5" spellcheck="false">${DEFAULT_SCOPE}</textarea></div>
<div><label for="minutes">Good for</label>
<select id="minutes" name="minutes">${CODE_MINUTES.map((minutes) => html`<option value="${minutes}"${minutes === 10 && html` selected`}>${minutes} minutes</option>`)}</select></div>
<button type="submit">Generate code</button>
</form></details>
<details><summary>Client id and secret</summary>
<p>Client id</p><p class="copy" data-copy="client id">${clientId}</p>
<p>Client secret</p><p class="copy" data-copy="client secret">${clientSecret}</p></details>
</section>`;
};
