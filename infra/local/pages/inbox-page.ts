import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { type Html, html, type PageOptions } from '../../../lib/platform/html.ts';
import type { InboxEvent } from './inbox.ts';
import { type Links, navigation, navigationStyle } from './navigation.ts';

const SHOWN = 50;

const style = `${navigationStyle}
.events{list-style:none;margin:1rem 0;padding:0;display:grid;gap:1rem}
.events>li{margin:0;padding:1rem 1.1rem;background:var(--soft);border:1px solid var(--line);border-radius:.6rem}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .75rem}
.top h2{margin:0;font-size:1.15rem}
.top time{font-size:.9rem}
@media (min-width:36rem){.top time{margin-left:auto}}
.money{margin:.6rem 0 0;font-size:1.6rem;font-weight:700;line-height:1.2;font-variant-numeric:tabular-nums}
.rate{margin:.25rem 0 0;font-variant-numeric:tabular-nums}
.tag{font-weight:600}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,11.5rem),1fr));gap:.5rem 1.25rem;margin:.8rem 0 .4rem}
dt{font-size:.85rem;opacity:.85}
dd{margin:0}
summary{width:fit-content;min-height:1.75rem;padding:.1rem 0;color:var(--accent);cursor:pointer}
pre{background:var(--paper);border:1px solid var(--line)}
.empty{padding:2rem 1.25rem;text-align:center;background:var(--soft);border:1px dashed var(--line);border-radius:.6rem}
`;

const script = readFileSync(new URL('./inbox.client.js', import.meta.url), 'utf8');

/** As much of a tracking event as is shown; anything else is shown as it came. */
const shownEvent = z.object({
  timestamp: z.optional(z.string()),
  data: z.object({
    source: z.optional(z.string()),
    module: z.optional(z.string()),
    recordId: z.optional(z.string()),
    cdpId: z.optional(z.string()),
    status: z.optional(z.string()),
    previousStatus: z.optional(z.string()),
    amount: z.optional(
      z.object({ value: z.string(), currency: z.string(), sourceValue: z.string(), exchangeRate: z.string() }),
    ),
    amountProblem: z.optional(z.string()),
  }),
});

const badge = (verified: boolean): Html =>
  verified
    ? html`<span class="tag good">✓ Signature verified</span>`
    : html`<span class="tag bad">✗ Signature not verified</span>`;

const fact = (term: string, value: string | undefined): Html[] =>
  value === undefined || value === '' ? [] : [html`<div><dt>${term}</dt><dd>${value}</dd></div>`];

const money = (data: z.infer<typeof shownEvent>['data'] | undefined): Html[] => {
  if (data?.amount !== undefined) {
    const { value, currency, sourceValue, exchangeRate } = data.amount;
    return [html`<p class="money">${value} ${currency}</p><p class="rate">from ${sourceValue} × ${exchangeRate}</p>`];
  }
  return data?.amountProblem === undefined
    ? []
    : [html`<p class="rate bad">Amount not sent: ${data.amountProblem}</p>`];
};

const movement = (from: string | undefined, to: string | undefined): string | undefined =>
  from !== undefined && from !== '' && to !== undefined ? `${from} → ${to}` : to;

const card = ({ id, type, receivedAtMs, verified, attempts, body }: InboxEvent): Html => {
  const shown = shownEvent.safeParse(body);
  const data = shown.success ? shown.data.data : undefined;
  const received = new Date(receivedAtMs).toISOString();
  return html`
<li data-event-id="${id}" data-event-type="${type}">
<div class="top"><h2>${type === '' ? 'No event name' : type}</h2>${badge(verified)}<time datetime="${received}">${received.slice(0, 19).replace('T', ' ')} UTC</time></div>
${money(data)}
<dl>
${fact('Status', movement(data?.previousStatus, data?.status))}
${fact('Visitor (CDP id)', data?.cdpId)}
${fact(data?.module === undefined ? 'Record' : `Record in ${data.module}`, data?.recordId)}
${fact('Source', data?.source)}
${fact('Deliveries', String(attempts))}
</dl>
<details><summary>Event as it came</summary><pre>${JSON.stringify(body, null, 2) ?? ''}</pre></details>
</li>`;
};

const countText = (count: number): string =>
  count === 0
    ? 'No event yet.'
    : `${count} event${count === 1 ? '' : 's'}, newest first${count > SHOWN ? `; the newest ${SHOWN} are shown` : ''}.`;

/** What the receiving side got, newest first. Its script looks for news every two seconds. */
export const inboxPage = (links: Links, events: InboxEvent[]): PageOptions => ({
  title: `Inbox (${events.length})`,
  style,
  script,
  body: html`<main>
${navigation('/inbox', links)}
<h1>Inbox</h1>
<p>Tracking events, as a client’s own server receives them. <a href="/events">All as JSON</a></p>
<div id="news">
<p role="status">${countText(events.length)}</p>
${
  events.length === 0
    ? html`<p class="empty">Send the <a href="/form">form</a>, then set the lead’s status to Pre-Qualified in the <a href="${links.sandbox}">CRM screen</a>.</p>`
    : html`<ol class="events">${events.slice(-SHOWN).reverse().map(card)}</ol>`
}
</div>
<noscript><p><a href="/inbox">Look for newer events</a></p></noscript>
</main>`,
});
