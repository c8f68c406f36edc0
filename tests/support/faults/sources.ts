import { MAX_CONCURRENT as CALLS_TO_DESTINATION } from '../../../lib/destinations/events-driver.ts';
import { MAX_CONCURRENT as CALLS_TO_ZOHO } from '../../../lib/leads/leads-driver.ts';
import { type Source, sourceSchema } from '../../../lib/sources/source.ts';

export const STAGE = 'test';
export const ZOHO = 'http://zoho.example.com';
export const PUBLIC_URL = 'https://api.example.com';
export const CONNECTION = 'demo';
/** The field that takes a submission's id where a form inserts. */
export const MARKER = 'Skype_ID';

/** Two sites of one client: one upserts by e-mail and has two receivers, the other inserts and counts every change. */
export const sources: readonly Source[] = [
  sourceSchema.parse({
    id: 'demo',
    connection: CONNECTION,
    zoho: { accountsUrl: ZOHO },
    forms: {
      contact: {
        fields: {
          Last_Name: 'last_name',
          Email: { from: 'email', transform: 'email', required: true },
          Description: 'message',
          Company: 'company',
          Country: 'country',
          Google_Click_Id: 'gclid',
        },
        duplicateCheckFields: ['Email'],
        gather: '2s',
      },
    },
    webhook: { exchangeRate: '0.1282', currency: 'USD' },
    destinations: {
      inbox: { type: 'webhook', url: 'https://hooks.example.com/hooks/inbox' },
      audit: { type: 'webhook', url: 'https://hooks.example.com/hooks/audit' },
    },
  }),
  sourceSchema.parse({
    id: 'shop',
    connection: CONNECTION,
    zoho: { accountsUrl: ZOHO },
    forms: {
      callback: {
        fields: {
          Last_Name: 'last_name',
          Email: { from: 'email', transform: 'email', required: true },
          Description: 'message',
          Company: 'company',
          Country: 'country',
          Google_Click_Id: 'gclid',
        },
        marker: MARKER,
        gather: '0s',
      },
    },
    webhook: { exchangeRate: '1', currency: 'USD', count: 'every' },
    destinations: { inbox: { type: 'webhook', url: 'https://hooks.example.com/hooks/shop' } },
  }),
];

/** Which inbox belongs to a destination. */
export const hookPath = (source: string, destination: string): string => {
  const url = sources.find(({ id }) => id === source)?.destinations[destination]?.url;
  return url === undefined ? '' : new URL(url).pathname;
};

/** Parallel calls that a receiver may see, by the one constant from which its lane starts. */
export const maxConcurrent: Record<string, number> = {
  crm: CALLS_TO_ZOHO,
  ...Object.fromEntries(
    sources.flatMap(({ id, destinations }) =>
      Object.keys(destinations).map((destination) => [hookPath(id, destination), CALLS_TO_DESTINATION]),
    ),
  ),
};

/** Statuses a record goes through: four make an event, two do not. */
export const statuses: ReadonlyArray<{ status: string; event?: string }> = [
  { status: 'Contacted', event: 'LeadContacted' },
  { status: 'Pre-Qualified', event: 'ConvertedLead' },
  { status: 'Lost Lead', event: 'LostLead' },
  { status: 'Not Qualified', event: 'LostLead' },
  { status: 'Attempted to Contact' },
  { status: 'Not Contacted' },
];
export const recordId = (record: number): string => String(5725767000000900000n + BigInt(record));
