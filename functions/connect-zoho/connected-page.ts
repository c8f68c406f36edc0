import { type Html, html } from '../../lib/platform/html.ts';
import type { Answer } from '../../lib/platform/http.ts';
import type { Source } from '../../lib/sources/source.ts';
import type { ConnectOutcome } from '../../lib/tokens/connect.ts';
import { parseScope } from '../../lib/zoho/scopes.ts';
import { answerPage, copyField } from './answer-page.ts';
import { dataCenterName } from './data-center-words.ts';
import { type ModuleParameters, type Parameter, webhookParameters } from './webhook-parameters.ts';

type Connected = Extract<ConnectOutcome, { status: 'connected' }>;

const orgWords = (org: Connected['org']): string => {
  if (org?.status === 'read') return org.name;
  return org?.status === 'not_permitted'
    ? 'organisation name not readable with this scope'
    : 'organisation name not read on this visit';
};

const parameterTable = (
  parameters: Parameter[],
  label: string,
): Html => html`<div class="scroll"><table class="parameters" aria-label="${label}">
<thead><tr><th scope="col">Parameter name</th><th scope="col">Value</th></tr></thead>
<tbody>${parameters.map(({ name, value }) => html`<tr><td>${name}</td><td>${value}</td></tr>`)}</tbody>
</table></div>`;

const moduleParameters = ({ module, needed, further }: ModuleParameters): Html => html`
<h3>Parameters for ${module}</h3>
${parameterTable(needed, `Parameters for ${module}`)}
<details><summary>More, for events that carry them</summary>
${parameterTable(further, `Further parameters for ${module}`)}</details>`;

/** Success, and what comes next: Zoho has to tell us of status changes. */
export const connectedPage = (source: Source, connected: Connected, webhookUrl: string): Answer => {
  const { org, scope, accountsServer, closedModules, missingScopes } = connected;
  const modules = webhookParameters(source);
  const rules = modules.map(({ module }) => module).join(' and one for ');
  const body = html`<main data-outcome="connected">
<h1>Connected to Zoho CRM</h1>
<p class="good">New leads of this source reach Zoho from now on; those that were waiting are on their way.</p>
<dl>
<dt>Organisation</dt><dd>${orgWords(org)}</dd>
<dt>Source</dt><dd>${source.id}</dd>
<dt>Data center</dt><dd>${dataCenterName(accountsServer)}</dd>
<dt>Scopes</dt><dd>${scope === undefined ? 'Zoho did not name them' : parseScope(scope).map((one) => html`<code>${one}</code><br>`)}</dd>
${closedModules.length > 0 && html`<dt>Not included</dt><dd>adding records to ${closedModules.join(', ')}</dd>`}
${missingScopes.length > 0 && html`<dt>Missing</dt><dd>${missingScopes.map((one) => html`<code>${one}</code><br>`)}The forms of this source ask for it. Posts that need it wait, or become new leads; a new code with the whole scope changes that.</dd>`}
</dl>
<h2>What comes next: tell us of status changes</h2>
${source.webhook === undefined && html`<p>Status changes count once the source file has a <code>webhook</code> block; your operator adds it.</p>`}
<ol>
<li>In Zoho CRM open <strong>Setup → Automation → Workflow Rules</strong> and make a rule for ${rules}.</li>
<li>When: a record action, <strong>Create or Edit</strong>. Condition: <strong>CDP ID is not empty</strong>.</li>
<li>Instant action: <strong>Webhook</strong>, method <strong>POST</strong>, authorization type General, with this URL:
${copyField('webhook', 'Webhook URL', webhookUrl)}
<p class="note">It holds this source’s key. Keep it as you would a password.</p></li>
<li>Body: type <strong>Form-Data</strong>, module parameters as below. The names on the left are ours, exactly so; the values are the fields you pick in Zoho.</li>
</ol>
${modules.map(moduleParameters)}
<p>Then change the status of a lead that has a CDP ID: its event arrives within seconds.</p>
</main>`;
  return answerPage(200, 'Connected to Zoho CRM', body);
};
