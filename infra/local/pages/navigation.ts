import { type Html, html } from '../../../lib/platform/html.ts';

/** Where everything on this machine is found. */
export type Links = {
  /** Origin of the functions. */
  gateway: string;
  /** The sandbox's CRM screen. */
  sandbox: string;
};

const pages = [
  { path: '/', title: 'Start' },
  { path: '/form', title: 'Form' },
  { path: '/inbox', title: 'Inbox' },
] as const;

/** The way between the pages; the one shown is marked for eyes and screen readers alike. */
export const navigation = (current: string, links: Links): Html => html`<nav aria-label="Pages">
${pages.map(({ path, title }) => (path === current ? html`<a href="${path}" aria-current="page">${title}</a>` : html`<a href="${path}">${title}</a>`))}
<a href="${links.sandbox}">CRM</a>
</nav>`;

export const navigationStyle = `
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0 0 1.75rem;padding:0 0 .75rem;border-bottom:1px solid var(--line)}
nav a{display:inline-flex;align-items:center;min-height:2rem;margin:0;text-decoration:none}
nav a:hover{text-decoration:underline}
nav a[aria-current]{color:inherit;font-weight:700;box-shadow:0 2px 0 var(--accent)}
`;
