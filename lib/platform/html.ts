import { createHash } from 'node:crypto';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** Markup that is safe to send. Only `html` makes it, so a plain string can never slip through unescaped. */
export type Html = { readonly markup: string };

type Part = string | number | Html | Html[] | undefined | false;

const render = (part: Part): string => {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return Array.isArray(part) ? part.map(render).join('') : part.markup;
};

/** Template tag: literal parts are markup, every value is escaped unless it is itself Html. */
export const html = (literals: TemplateStringsArray, ...parts: Part[]): Html => ({
  markup: literals.map((literal, index) => literal + render(parts[index])).join(''),
});

const STYLE = `
:root{color-scheme:light dark;--ink:#1a2230;--paper:#fff;--soft:#f3f5f8;--line:#6b7686;--accent:#0b5cab;--bad:#a4161a;--good:#116329}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf4;--paper:#12161d;--soft:#1c222c;--line:#8b97a8;--accent:#8ec5ff;--bad:#ffa3a3;--good:#8ee6a5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:44rem;margin:0 auto;padding:2rem 1.25rem 4rem}
main.wide{max-width:72rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 1rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem}
a{color:var(--accent);display:inline-block;min-height:1.5rem}
a,button,input,select,textarea,summary{outline-offset:3px}
:focus-visible{outline:3px solid var(--accent)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}
pre,.copy{background:var(--soft);padding:.75rem;border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}
li{margin:.35rem 0}
label{display:block;font-weight:600;margin:1rem 0 .25rem}
input:not([type=checkbox]):not([type=radio]):not([type=hidden]),select,textarea{width:100%;min-height:2.75rem;padding:.5rem .6rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.4rem}
button,.button{display:inline-flex;align-items:center;justify-content:center;min-height:2.75rem;padding:.5rem 1.1rem;font:inherit;font-weight:600;border:0;border-radius:.4rem;background:var(--accent);color:var(--paper);cursor:pointer;text-decoration:none}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
.scroll{overflow-x:auto}
.bad{color:var(--bad)}.good{color:var(--good)}
.note{color:inherit;opacity:.85}
.tag{display:inline-block;padding:.1rem .5rem;border:1px solid currentColor;border-radius:1rem;font-size:.85rem}
nav a{display:inline-block;min-height:1.75rem;margin-right:1rem}
`;

export type PageOptions = {
  title: string;
  body: Html;
  /** Script that only improves the page; it works without. Allowed by its hash, so nothing injected can run. */
  script?: string;
  /** More style, below the shared one. */
  style?: string;
};

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * A whole page and the Content-Security-Policy that goes with it: nothing is loaded from elsewhere, nobody frames it.
 * `connectTo` and `formsTo` name further origins the page's own script or forms may send to.
 */
export const page = (
  { title, body, script, style = '' }: PageOptions,
  { connectTo = [], formsTo = [] }: { connectTo?: string[]; formsTo?: string[] } = {},
): { markup: string; contentSecurityPolicy: string } => {
  const css = STYLE + style;
  const markup = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
${body.markup}
${script === undefined ? '' : `<script>${script}</script>`}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(css)}`,
    'img-src data:',
    `form-action 'self'${formsTo.map((origin) => ` ${origin}`).join('')}`,
    `connect-src 'self'${connectTo.map((origin) => ` ${origin}`).join('')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
  ];
  return { markup, contentSecurityPolicy: policy.join('; ') };
};
