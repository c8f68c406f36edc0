import { type Html, html } from '../../../../lib/platform/html.ts';
import type { Call } from '../control/call-log.ts';
import { orgTime } from '../crm/org.ts';
import { concurrencyOf, dailyCredits } from '../limits/editions.ts';
import type { Limits } from '../limits/limits.ts';
import type { Delivery } from '../webhooks/deliveries.ts';

const clock = (timeMs: number): string => orgTime(timeMs).slice(11, 19);

/** A path, or an address, that breaks after a slash where it is too long, rather than in the middle of a word. */
const breakable = (path: string): Html[] =>
  path.split(/(?<=[^/]\/)(?=[^/])/).map((part, index) => (index === 0 ? html`${part}` : html`<wbr>${part}`));

const callRow = ({ atMs, method, path, status, durationMs, credits }: Call): Html => html`
<tr><td>${clock(atMs)}</td><td><strong>${method}</strong> ${breakable(path)}</td>
<td class="${status !== null && status < 400 ? 'good' : 'bad'}">${status ?? (durationMs === null ? 'open' : 'cut')}</td>
<td>${durationMs === null ? '' : Math.round(durationMs)}</td><td>${credits}</td></tr>`;

const deliveryRow = ({ atMs, durationMs, module, recordId, url, outcome }: Delivery): Html => html`
<tr><td>${clock(atMs)}</td><td>${module} ${recordId} → ${breakable(url)}</td>
<td class="${typeof outcome === 'number' && outcome < 300 ? 'good' : 'bad'}">${outcome}</td><td>${durationMs}</td></tr>`;

const limitsNote = (limits: Limits): Html => {
  const { edition, users } = limits.now();
  const inAll = dailyCredits(edition, users);
  return html`<p class="note">Edition ${edition}: ${limits.creditsRemaining()} of ${inAll} credits left today; at most ${limits.peakConcurrency()} of ${concurrencyOf(edition)} calls at once so far.</p>`;
};

export const callsSection = (calls: Call[], limits: Limits): Html => html`
<section id="calls" aria-labelledby="calls-title"><h2 id="calls-title">Last API calls</h2>
${limitsNote(limits)}
${
  calls.length === 0
    ? html`<p class="note">None yet.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Time</th><th scope="col">Call</th><th scope="col">Status</th><th scope="col">ms</th><th scope="col">Credits</th></tr></thead>
<tbody>${calls.map(callRow)}</tbody></table></div>`
}</section>`;

export const deliveriesSection = (deliveries: Delivery[], webhooks: number): Html => html`
<section id="webhooks" aria-labelledby="webhooks-title"><h2 id="webhooks-title">Last webhooks</h2>
${
  deliveries.length === 0
    ? html`<p class="note">${webhooks === 0 ? 'No workflow rule sends any.' : 'None sent yet.'}</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Time</th><th scope="col">Record and receiver</th><th scope="col">Answer</th><th scope="col">ms</th></tr></thead>
<tbody>${deliveries.map(deliveryRow)}</tbody></table></div>`
}</section>`;
