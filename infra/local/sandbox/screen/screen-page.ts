import { html, page } from '../../../../lib/platform/html.ts';
import type { SandboxAnswer } from '../answer.ts';
import { org } from '../crm/org.ts';
import type { Rooms } from '../rooms.ts';
import { codesSection } from './codes-section.ts';
import { dealsSection, leadsSection } from './records-section.ts';
import { settingsSection } from './settings-section.ts';
import { callsSection, deliveriesSection } from './traffic-section.ts';

/** What the page says first, after a form. */
export type Notice = { tone: 'good' | 'bad'; text: string };

const SHOWN_ROWS = 25;

const STYLE = `
nav{margin-bottom:1rem}
nav a{padding:.25rem 0}
.records,.plain{list-style:none;margin:0;padding:0}
.records>li{border-bottom:1px solid var(--line);padding:.9rem 0;margin:0;display:grid;gap:.25rem 1.5rem}
.records>li:target{background:var(--soft)}
.who strong{display:block}
.fact{display:inline-block;margin-right:.9rem}
.records form{display:grid;grid-template-columns:1fr 1fr;gap:.25rem .75rem;align-items:end}
.records form button{grid-column:1/-1;margin-top:.5rem}
.records label{margin-top:.35rem}
.records details{margin:.25rem 0 0}
.converted{margin:.25rem 0}
.stacked{max-width:30rem}
.stacked button{margin-top:1rem}
details{margin:.75rem 0}
summary{min-height:1.75rem;padding:.2rem 0;cursor:pointer;font-weight:600}
.copy{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;user-select:all}
.notice{border-left:.3rem solid currentColor;padding:.5rem .75rem;background:var(--soft)}
.facts{display:grid;gap:.5rem 1.5rem;margin:.5rem 0}
.facts dt{font-weight:600}
.facts dd{margin:0}
th,td:not(:nth-child(2)){white-space:nowrap}
@media (min-width:52rem){.facts{grid-template-columns:repeat(3,1fr)}.records>li{grid-template-columns:1fr minmax(24rem,30rem);align-items:center}.records form{grid-template-columns:1fr 1fr auto}.records form button{grid-column:auto;margin:0}}
.records form.convert{grid-template-columns:1fr 1fr}.records form.convert .note{grid-column:1/-1;margin:.25rem 0 0}.records form.convert button{grid-column:1/-1;justify-self:start;margin-top:.5rem}
td:nth-child(2){overflow-wrap:break-word}
@media (max-width:30rem){th,td{padding:.35rem .25rem;font-size:.75rem}th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}}
`;

// Saves a selection; without it the text can be selected with one tap.
const SCRIPT = `
for (const text of document.querySelectorAll('[data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy ' + text.dataset.copy;
  button.addEventListener('click', async () => {
    try { await navigator.clipboard.writeText(text.textContent); button.textContent = 'Copied'; } catch { getSelection().selectAllChildren(text); }
  });
  text.after(button);
}
`;

/** The CRM as its users see it: newest leads and deals, the self client's codes, what was called and what was sent. */
export const screenPage = (rooms: Rooms, status: number, notice?: Notice): SandboxAnswer => {
  const body = html`
<main class="wide">
<h1>${org.company_name} CRM <span class="tag">Zoho sandbox</span></h1>
${notice && html`<p class="notice ${notice.tone}" role="${notice.tone === 'bad' ? 'alert' : 'status'}">${notice.text}</p>`}
<nav aria-label="On this page"><a href="#leads">Leads</a><a href="#deals">Deals</a><a href="#codes">Self client</a><a href="#calls">API calls</a><a href="#webhooks">Webhooks</a><a href="#settings">Settings</a></nav>
${leadsSection(rooms.stores.Leads, rooms.now)}
${dealsSection(rooms.stores.Deals)}
${codesSection(rooms.tokens, rooms.client)}
${callsSection(rooms.calls.newest(SHOWN_ROWS), rooms.limits)}
${deliveriesSection(rooms.deliveries.newest(SHOWN_ROWS), rooms.webhooks().length)}
${settingsSection(rooms.settings())}
</main>`;
  const { markup, contentSecurityPolicy } = page({
    title: `${org.company_name} CRM – Zoho sandbox`,
    body,
    style: STYLE,
    script: SCRIPT,
  });
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      // Under no-referrer a browser sends `Origin: null` with the page's own forms, and they would be refused.
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    },
    body: markup,
    credits: 0,
  };
};
