import { html, type PageOptions } from '../../../lib/platform/html.ts';
import { type Links, navigation, navigationStyle } from './navigation.ts';

const style = `${navigationStyle}
ol.steps{list-style:none;margin:1.5rem 0 0;padding:0;counter-reset:step}
ol.steps li{position:relative;margin:0;padding:0 0 1.5rem 3.25rem;counter-increment:step}
ol.steps li::before{content:counter(step);position:absolute;left:0;top:0;width:2.1rem;height:2.1rem;border-radius:50%;background:var(--accent);color:var(--paper);font-weight:700;display:grid;place-items:center}
ol.steps li:not(:last-child)::after{content:"";position:absolute;left:1rem;top:2.4rem;bottom:.3rem;width:2px;background:var(--line);opacity:.5}
ol.steps h2{margin:0 0 .25rem;padding-top:.2rem}
ol.steps p{margin:0}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.35rem 1.25rem;margin:.5rem 0}
dt{font-weight:600}
dd{margin:0}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .6rem}}
`;

/** What can be tried here, in four steps, and where everything is. */
export const startPage = (links: Links): PageOptions => ({
  title: 'leadloop on this machine',
  style,
  body: html`<main>
${navigation('/', links)}
<h1>Follow one lead around the loop</h1>
<p>Everything below runs on this machine, through the same functions that run on AWS. Zoho CRM is played by a sandbox.</p>
<ol class="steps">
<li><h2>Send the form</h2><p>Open the <a href="/form">demo form</a>, fill it in and send it. It works without JavaScript, too.</p></li>
<li><h2>Find the lead in the CRM</h2><p>A few seconds later it stands in the <a href="${links.sandbox}">CRM screen</a>.</p></li>
<li><h2>Move it on</h2><p>Give the lead an annual revenue of 1000, set its status to <strong>Pre-Qualified</strong>, and save.</p></li>
<li><h2>See the event arrive</h2><p>The <a href="/inbox">inbox</a> shows <strong>ConvertedLead</strong> with the amount converted and the signature verified. Save the lead again: no second event comes.</p></li>
</ol>
<h2>Where everything is</h2>
<dl>
<dt>Demo form</dt><dd><a href="/form">/form</a></dd>
<dt>Inbox</dt><dd><a href="/inbox">/inbox</a>, as JSON <a href="/events">/events</a></dd>
<dt>CRM screen</dt><dd><a href="${links.sandbox}">${links.sandbox}</a></dd>
<dt>Zoho’s last calls</dt><dd><a href="${links.sandbox}/sandbox/calls">${links.sandbox}/sandbox/calls</a></dd>
<dt>Functions</dt><dd><code>${links.gateway}</code></dd>
</dl>
</main>`,
});
