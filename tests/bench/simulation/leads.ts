import { dailyCredits } from '../../../infra/local/sandbox/limits/editions.ts';
import { type Source, sourceSchema } from '../../../lib/sources/source.ts';
import { contactForm } from '../../unit/lib/submissions/contact-form.ts';
import { ORGANISATION } from './limited-zoho.ts';

/** Where the bench's events go. */
export const HOOKS = 'https://hooks.example.com';

export type SourceOptions = { gather?: string; economy?: string; hasEvents?: boolean };

/** One client of the bench: a source with a connection of its own to a Zoho of its own. */
export const benchSource = (id: string, zohoOrigin: string, more: SourceOptions = {}): Source =>
  sourceSchema.parse({
    id,
    connection: id,
    zoho: { accountsUrl: zohoOrigin, dailyCredits: dailyCredits(ORGANISATION.edition, ORGANISATION.users) },
    forms: { contact: contactForm({ gather: more.gather ?? '2s' }) },
    ...(more.economy === undefined ? {} : { economy: more.economy }),
    ...(more.hasEvents ? { webhook: { exchangeRate: '0.1282', currency: 'USD' } } : {}),
    ...(more.hasEvents ? { destinations: { inbox: { type: 'webhook', url: `${HOOKS}/hooks/inbox` } } } : {}),
  });

const MESSAGE =
  'We would like to know what a system for our roof would cost, how long it would take, and whether it can be done in spring. ';

/** What a visitor types; everybody is somebody else. Stored it comes to 1.9 KB. */
export const leadFields = (index: number): Record<string, string> => ({
  first_name: 'Tai Man',
  last_name: `Chan ${index}`,
  email: `visitor-${index}@example.com`,
  company: 'Example Company Ltd.',
  country: 'Hong Kong',
  productinterest: 'Solar Panels;Batteries',
  message: MESSAGE.repeat(8),
  cdp_id: `v-${index}`,
  gclid: `Cj0KCQiA-example-click-${index}`,
});

/** The same as a record of Zoho's, for those who write it themselves. */
export const leadRecord = (index: number): Record<string, unknown> => {
  const { first_name, last_name, email, company, country, message, cdp_id, gclid } = leadFields(index);
  return {
    First_Name: first_name,
    Last_Name: last_name,
    Email: email,
    Company: company,
    Country: country,
    Description: message,
    Product_Interest: ['Solar Panels', 'Batteries'],
    CDP_ID: cdp_id,
    Google_Click_Id: gclid,
    Lead_Source: 'Web Site',
  };
};
