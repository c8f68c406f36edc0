import { html, type PageOptions } from '../../../lib/platform/html.ts';
import { type Links, navigation, navigationStyle } from './navigation.ts';

/** Where a visitor arrives after the form. */
export const thanksPage = (links: Links): PageOptions => ({
  title: 'Thank you',
  style: navigationStyle,
  body: html`<main>
${navigation('/thanks', links)}
<h1>Thank you</h1>
<p>Your message has arrived. We will get back to you.</p>
<p>Next: find the lead in the <a href="${links.sandbox}">CRM screen</a>, give it an annual revenue, set its status to Pre-Qualified, and watch the <a href="/inbox">inbox</a>.</p>
<p><a href="/form">Send another one</a></p>
</main>`,
});
