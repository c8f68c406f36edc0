import { readFileSync } from 'node:fs';
import { type Html, html, type PageOptions } from '../../../lib/platform/html.ts';
import { clickIds, contactFields, type FormField, productInterests } from './form-fields.ts';
import { type Links, navigation, navigationStyle } from './navigation.ts';

const style = `${navigationStyle}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 1.25rem}
@media (max-width:36rem){.pair{grid-template-columns:1fr}}
fieldset{margin:1.25rem 0 0;padding:.5rem 1rem 1rem;border:1px solid var(--line);border-radius:.4rem}
legend{padding:0 .4rem;font-weight:600}
.choices{display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));gap:.1rem 1rem}
.choices label{display:flex;align-items:center;gap:.6rem;min-height:2.25rem;margin:0;font-weight:400}
.choices input{width:1.5rem;height:1.5rem;margin:0;accent-color:var(--accent)}
.hint{margin:.35rem 0 0;font-size:.9rem;opacity:.85}
.error{margin:.4rem 0 0;color:var(--bad);font-weight:600}
.error:empty,#problem:empty,#problem[hidden]{display:none}
[aria-invalid=true]{border-color:var(--bad)!important;box-shadow:0 0 0 1px var(--bad)}
#problem{margin:1.25rem 0;padding:.75rem 1rem;border:2px solid var(--bad);border-radius:.4rem;color:var(--bad);font-weight:600}
textarea{resize:vertical}
.send{margin-top:1.5rem}
button[aria-disabled=true]{opacity:.7;cursor:progress}
.trap{display:none}
`;

const script = readFileSync(new URL('./form.client.js', import.meta.url), 'utf8');

const field = ({ name, label, type, autocomplete, required, hint, options }: FormField): Html => html`<div>
<label for="${name}">${label}${required === true ? html` <span class="note">(required)</span>` : ''}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="${type === 'email' ? 254 : 255}"${required === true ? html` required` : ''}${options && html` list="${name}-options"`} aria-describedby="${hint === undefined ? '' : `${name}-hint `}${name}-error">
${options && html`<datalist id="${name}-options">${options.map((option) => html`<option value="${option}"></option>`)}</datalist>`}
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
<p class="error" id="${name}-error"></p>
</div>`;

/**
 * The first customer's contact form, as a site would carry it. The honeypot has no type that a browser fills in by
 * itself, and is hidden from screen readers as well.
 */
export const formPage = (links: Links, formAction: string): PageOptions => ({
  title: 'Contact us',
  style,
  script,
  body: html`<main>
${navigation('/form', links)}
<h1>Contact us</h1>
<p>Tell us what you are planning, and we will get back to you with a quote.</p>
<form id="contact" method="post" action="${formAction}" data-thanks="/thanks" accept-charset="utf-8">
<p id="problem" role="alert" tabindex="-1" hidden></p>
<div class="pair">
${contactFields.map(field)}
</div>
<fieldset>
<legend>What are you interested in?</legend>
<div class="choices">
${productInterests.map((interest) => html`<label><input type="checkbox" name="productinterest" value="${interest}"> ${interest}</label>`)}
</div>
</fieldset>
<div>
<label for="message">Message</label>
<textarea id="message" name="message" rows="5" maxlength="8000" aria-describedby="message-error"></textarea>
<p class="error" id="message-error"></p>
</div>
<div class="trap" aria-hidden="true"><label for="website">Leave this empty</label><input id="website" name="website" type="text" tabindex="-1" autocomplete="off"></div>
<input type="hidden" name="cdp_id">
${clickIds.map((name) => html`<input type="hidden" name="${name}">`)}
<p class="send"><button type="submit">Send</button></p>
</form>
</main>`,
});
