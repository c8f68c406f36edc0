import { type Html, html } from '../../lib/platform/html.ts';
import { type Answer, htmlAnswer } from '../../lib/platform/http.ts';

/** Nobody keeps a page of this function: its address holds the key, and some pages do too. */
export const NO_STORE = { 'cache-control': 'no-store' };

const STYLE = `
ol{padding-left:1.4rem}
ol>li{margin:1rem 0}
textarea{min-height:0;field-sizing:content;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;background:var(--soft);resize:vertical}
dl{display:grid;grid-template-columns:auto 1fr;gap:.4rem 1rem;margin:1rem 0}
dt{font-weight:600}dd{margin:0}
details{margin:.6rem 0}summary{min-height:1.75rem;cursor:pointer}
.centers{font-size:.92rem}.centers th,.centers td{padding:.4rem .3rem}.centers td{overflow-wrap:normal}
.parameters td{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}
button.small{min-height:2rem;padding:.2rem .8rem;margin:.4rem 0 0}
@media (max-width:30rem){.centers{font-size:.85rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.75rem}}
`;

/** Adds a button beside each text that is meant to be copied; without script it can be selected all the same. */
const SCRIPT = `
for (const area of document.querySelectorAll('textarea[readonly]')) {
  area.addEventListener('focus', () => area.select());
  if (!navigator.clipboard) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'small';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', 'Copy: ' + area.labels[0].textContent);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(area.value);
    button.textContent = 'Copied';
  });
  area.after(button);
}
`;

/** One text to copy, with its label. */
export const copyField = (id: string, label: string, text: string): Html =>
  html`<label for="${id}">${label}</label>
<textarea id="${id}" rows="${Math.min(6, Math.ceil(text.length / 60))}" readonly spellcheck="false">${text}</textarea>`;

export const answerPage = (
  statusCode: number,
  title: string,
  body: Html,
  headers: Record<string, string> = {},
): Answer =>
  htmlAnswer(statusCode, { title, body, style: STYLE, script: SCRIPT }, { headers: { ...NO_STORE, ...headers } });
