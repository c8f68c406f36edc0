import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkSource } from '../../../../lib/sources/check-source.ts';
import { sourceOf } from './source-builders.ts';

const problemsOf = (input: unknown): Record<string, string> => {
  const checked = checkSource(input);
  return 'source' in checked ? {} : Object.fromEntries(checked.problems.map(({ path, message }) => [path, message]));
};
const ofForm = (more: Record<string, unknown>) =>
  problemsOf({ id: 'demo', forms: { contact: { fields: { Email: 'email' }, ...more } } });
const ofRule = (rule: unknown) => ofForm({ fields: { Email: rule } });
const ofWebhook = (more: Record<string, unknown>) =>
  problemsOf({ id: 'demo', webhook: { exchangeRate: '0.1282', currency: 'USD', ...more } });

const FORM = 'forms.contact';
const EMAIL = `${FORM}.fields.Email`;

describe('a source that is right', () => {
  test('gets its defaults', () => {
    expect(checkSource({ id: 'demo', forms: { contact: { fields: { Email: 'email' } } } })).toEqual({
      source: {
        id: 'demo',
        zoho: { accountsUrl: 'https://accounts.zoho.com' },
        forms: {
          contact: {
            module: 'Leads',
            fields: { Email: 'email' },
            constants: {},
            duplicateCheckFields: [],
            ifExists: 'update',
            onConverted: 'new_lead',
            origins: [],
            spam: { minSeconds: 2 },
            textPlain: false,
          },
        },
        destinations: {},
      },
    });
  });

  test('is itself when it is parsed again, and after a way through JSON', () => {
    const source = sourceOf({
      webhook: {
        exchangeRate: '1',
        currency: 'HKD',
        statuses: { Leads: { Contacted: null, Hot: 'QualifiedLead' }, Deals: {} },
      },
    });
    expect(checkSource(source)).toEqual({ source });
    expect(checkSource(JSON.parse(JSON.stringify(source)))).toEqual({ source });
  });

  test.each(['https://accounts.zoho.eu', 'https://accounts.zoho.eu/oauth/v2/token', 'http://127.0.0.1:4401'])(
    'names its accounts server as %s',
    (accountsUrl) => expect(problemsOf({ id: 'demo', zoho: { accountsUrl } })).toEqual({}),
  );
});

describe('an unknown key is named, with the one that was probably meant', () => {
  test.each([
    [problemsOf({ id: 'demo', from: {} }), 'from', 'is not known here; did you mean forms?'],
    [ofForm({ redirct: 'x' }), `${FORM}.redirct`, 'is not known here; did you mean redirect?'],
    [ofRule({ from: 'email', transfrom: 'email' }), `${EMAIL}.transfrom`, 'is not known here; did you mean transform?'],
    [
      ofRule({ from: 'email', transform: { phne: { country: 'x' } } }),
      `${EMAIL}.transform.phne`,
      'is not known here; did you mean phone?',
    ],
    [
      ofRule({ from: 'a', transform: { phone: { country: 'x', zone: 'y' } } }),
      `${EMAIL}.transform.phone.zone`,
      'is not known here; known are country',
    ],
    [ofWebhook({ statuses: { Lead: {} } }), 'webhook.statuses.Lead', 'is not known here; did you mean Leads?'],
    [
      problemsOf({ id: 'demo', colour: 1 }),
      'colour',
      'is not known here; known are id, connection, zoho, economy, forms, webhook, destinations',
    ],
  ])('%#', (problems, path, message) => expect(problems).toEqual({ [path]: message }));
});

describe('a value of the wrong form is named by its path', () => {
  test.each([
    [problemsOf(null), '', 'is empty; it must be a mapping of keys to values'],
    [problemsOf({}), 'id', 'is required'],
    [problemsOf({ id: 'My Demo' }), 'id', 'must be 1 to 32 of a-z, 0-9 and hyphen'],
    [problemsOf({ id: 5 }), 'id', 'must be text; put it in quotes'],
    [
      problemsOf({ id: 'demo', forms: { 'My Form': {} } }),
      'forms.My Form',
      'is a name that must be 1 to 32 of a-z, 0-9 and hyphen',
    ],
    [problemsOf({ id: 'demo', zoho: { accountsUrl: 'accounts.zoho.com' } }), 'zoho.accountsUrl', 'must be a full http'],
    [ofRule(5), EMAIL, 'must be text, or a mapping of keys to values'],
    [ofRule(null), EMAIL, 'is empty; it must be text, or a mapping of keys to values'],
    [ofRule({}), `${EMAIL}.from`, 'is required'],
    [ofRule({ from: [] }), `${EMAIL}.from`, 'must name at least one form field'],
    [ofRule({ from: ['a', ''] }), `${EMAIL}.from.1`, 'must name a form field'],
    [ofRule({ from: 'a', transform: 'emial' }), `${EMAIL}.transform`, 'did you mean email?'],
    [ofRule({ from: 'a', transform: 'join' }), `${EMAIL}.transform`, 'needs its setting, for example { join: " " }'],
    [ofRule({ from: 'a', transform: 5 }), `${EMAIL}.transform`, 'must be text, or a mapping of keys to values'],
    [ofRule({ from: 'a', transform: {} }), `${EMAIL}.transform`, 'must name exactly one transform'],
    [
      ofRule({ from: 'a', transform: { join: ' ', date: 'dd/mm/yyyy' } }),
      `${EMAIL}.transform`,
      'must name exactly one transform',
    ],
    [ofRule({ from: 'a', transform: { date: 'DD/MM/YYYY' } }), `${EMAIL}.transform.date`, 'did you mean dd/mm/yyyy?'],
    [
      ofRule({ from: 'a', transform: { datetime: { timeZone: 'Hong Kong' } } }),
      `${EMAIL}.transform.datetime.timeZone`,
      'must be a time zone',
    ],
    [
      ofRule({ from: 'a', transform: { custom: 'famly_name' } }),
      `${EMAIL}.transform.custom`,
      'did you mean family_name?',
    ],
    [ofRule({ from: 'a', append: true }), `${EMAIL}.append`, 'works with transform: multiselect only'],
    [ofRule({ from: 'a', default: ' ' }), `${EMAIL}.default`, 'must not be blank'],
    [ofRule({ from: 'a', default: {} }), `${EMAIL}.default.emailName`, 'is required'],
    [
      ofForm({ constants: { A: null } }),
      `${FORM}.constants.A`,
      'is empty; it must be text, or a number, or true or false, or a list',
    ],
    [ofForm({ constants: { A: 2 ** 60 } }), `${FORM}.constants.A`, 'has more digits than a number keeps'],
    [
      ofForm({ fields: { Email: 'email', 'First Name': 'x' } }),
      `${FORM}.fields.First Name`,
      'is a name that must be a Zoho API name',
    ],
    [ofForm({ trigger: ['workflows'] }), `${FORM}.trigger.0`, 'did you mean workflow?'],
    [ofForm({ layout: 2 ** 60 }), `${FORM}.layout`, 'must be text; put it in quotes'],
    [ofForm({ origins: ['https://www.example.com/'] }), `${FORM}.origins.0`, 'must be an exact origin'],
    [ofForm({ origins: ['*'] }), `${FORM}.origins.0`, 'must be an exact origin'],
    [ofForm({ redirect: 'javascript:alert(1)' }), `${FORM}.redirect`, 'must be a full http:// or https:// address'],
    [ofForm({ redirect: '/thanks' }), `${FORM}.redirect`, 'must be a full http:// or https:// address'],
    [ofForm({ gather: '2 s' }), `${FORM}.gather`, 'must be a duration'],
    [ofForm({ gather: '2h' }), `${FORM}.gather`, 'must be at most 1h'],
    [problemsOf({ id: 'demo', economy: '5' }), 'economy', 'must be a duration'],
    [problemsOf({ id: 'demo', zoho: { dailyCredits: 0 } }), 'zoho.dailyCredits', 'must be 1 or more'],
    [problemsOf({ id: 'demo', zoho: { keepCredits: 0.5 } }), 'zoho.keepCredits', 'must be a whole number'],
    [
      problemsOf({ id: 'demo', zoho: { dailyCredits: 100, keepCredits: 100 } }),
      'zoho.keepCredits',
      'must be less than dailyCredits',
    ],
    [ofForm({ ifExists: 'skip' }), `${FORM}.ifExists`, 'needs duplicateCheckFields'],
    [
      ofForm({ duplicateCheckFields: ['Email'], ifExists: { update_only: ['CDP_ID'] } }),
      `${FORM}.ifExists.update_only.0`,
      'stands neither under fields nor under constants',
    ],
    [ofForm({ onConverted: 'contact' }), `${FORM}.onConverted`, 'needs Email among the duplicateCheckFields'],
    [
      ofForm({ module: 'Contacts', duplicateCheckFields: ['Email'], onConverted: 'contact' }),
      `${FORM}.onConverted`,
      'is for forms of module Leads',
    ],
    [ofForm({ onConverted: 'deal' }), `${FORM}.onConverted`, 'must be one of new_lead, contact, deal_note'],
    [ofForm({ spam: { minSeconds: -1 } }), `${FORM}.spam.minSeconds`, 'must be 0 or more'],
    [problemsOf({ id: 'demo', webhook: { currency: 'USD' } }), 'webhook.exchangeRate', 'is required'],
    [problemsOf({ id: 'demo', webhook: { exchangeRate: '1' } }), 'webhook.currency', 'is required'],
    [ofWebhook({ exchangeRate: '1e-3' }), 'webhook.exchangeRate', 'must be a plain decimal number'],
    [ofWebhook({ exchangeRate: '-1' }), 'webhook.exchangeRate', 'must be a plain decimal number'],
    [ofWebhook({ exchangeRate: '0.00' }), 'webhook.exchangeRate', 'must not be zero'],
    [ofWebhook({ currency: 'usd' }), 'webhook.currency', 'must be an ISO 4217 currency code'],
    [ofWebhook({ currency: 'XYZ' }), 'webhook.currency', 'must be an ISO 4217 currency code'],
    [ofWebhook({ amountFormat: '1.0' }), 'webhook.amountFormat', 'must be one of 1,234.50'],
    [ofWebhook({ amountField: 'Annual Revenue' }), 'webhook.amountField', 'must be lower-case letters'],
    [ofWebhook({ amountField: { Leads: 'a' } }), 'webhook.amountField.Deals', 'is required'],
    [ofWebhook({ count: 'twice' }), 'webhook.count', 'must be one of once, every'],
    [ofWebhook({ statuses: { Leads: null } }), 'webhook.statuses.Leads', 'is empty; it must be a mapping'],
    [
      ofWebhook({ statuses: { Leads: { Hot: 'QualifiedLeads' } } }),
      'webhook.statuses.Leads.Hot',
      'did you mean QualifiedLead?',
    ],
    [
      ofWebhook({ statuses: { Leads: { Hot: 'LeadSubmitted' } } }),
      'webhook.statuses.Leads.Hot',
      'must be one of LeadContacted',
    ],
    [ofWebhook({ extra: 'industry' }), 'webhook.extra', 'must be a list'],
  ])('%#', (problems, path, message) => {
    expect(Object.keys(problems)).toEqual([path]);
    expect(problems[path]).toContain(message);
  });

  test.each([
    [{ type: 'webhok', url: 'https://example.com' }, 'type', 'must be webhook'],
    [{ url: 'https://example.com' }, 'type', 'is required: webhook'],
    [{ type: 'webhook' }, 'url', 'is required'],
    [{ type: 'webhook', url: 'ftp://example.com' }, 'url', 'must be a full http'],
    [{ type: 'webhook', url: 'https://user:word@example.com' }, 'url', 'without user name and password'],
  ])('in a destination (%#)', (destination, key, message) => {
    const problems = problemsOf({ ...sourceOf(), destinations: { inbox: destination } });
    expect(Object.keys(problems)).toEqual([`destinations.inbox.${key}`]);
    expect(problems[`destinations.inbox.${key}`]).toContain(message);
  });
});

describe('keys that contradict each other', () => {
  test.each([
    [ofForm({ constants: { Email: 'x' } }), `${FORM}.constants.Email`, 'is mapped under fields as well'],
    [ofForm({ duplicateCheckFields: ['Phone'] }), `${FORM}.duplicateCheckFields.0`, 'is not mapped under fields'],
    [ofForm({ duplicateCheckFields: ['Email', 'Email'] }), `${FORM}.duplicateCheckFields.1`, 'is listed twice'],
    [ofForm({ marker: 'Email' }), `${FORM}.marker`, 'stands under fields or constants as well'],
    [
      ofForm({ constants: { Mark: 'x' }, marker: 'Mark' }),
      `${FORM}.marker`,
      'stands under fields or constants as well',
    ],
    [ofForm({ constants: { Layout: 'x' }, layout: '5' }), `${FORM}.layout`, 'stands under fields or constants as well'],
    [ofForm({ spam: { honeypot: 'email' } }), `${FORM}.spam.honeypot`, 'is mapped under fields as well'],
    [ofForm({ spam: { timestamp: 'email' } }), `${FORM}.spam.timestamp`, 'is mapped under fields as well'],
    [ofForm({ spam: { honeypot: 'x', timestamp: 'x' } }), `${FORM}.spam.timestamp`, 'is the honeypot as well'],
    [ofForm({ fields: {} }), `${FORM}.fields`, 'must map at least one field'],
    [
      ofWebhook({ statuses: { Deals: { 'Closed Won': 'WonDeal', 'closed won': null } } }),
      'webhook.statuses.Deals.closed won',
      'is listed twice',
    ],
    [problemsOf({ ...sourceOf(), webhook: undefined }), 'webhook', 'is required by the destinations'],
  ])('%#', (problems, path, message) => {
    expect(Object.keys(problems)).toEqual([path]);
    expect(problems[path]).toContain(message);
  });
});

test('every problem is named at once, whatever kind it is of', () => {
  const problems = problemsOf({
    id: 'Demo',
    colour: 'red',
    forms: {
      contact: {
        fields: { Email: { from: 'email', transform: 'emial' }, Company: 5 },
        constants: { Email: 'x' },
        duplicateCheckFields: ['Phone'],
        redirect: 'nowhere',
      },
    },
    webhook: { exchangeRate: 'x', currency: 'usd' },
    destinations: { 'My Inbox': { type: 'webhook', url: 'https://example.com' }, inbox: { type: 'fax' } },
  });
  expect(Object.keys(problems).sort()).toEqual(
    [
      'colour',
      'destinations.My Inbox',
      'destinations.inbox.type',
      'forms.contact.constants.Email',
      'forms.contact.duplicateCheckFields.0',
      'forms.contact.fields.Company',
      'forms.contact.fields.Email.transform',
      'forms.contact.redirect',
      'id',
      'webhook.currency',
      'webhook.exchangeRate',
    ].sort(),
  );
});

test('anything at all is either a source or has problems, and nothing is thrown', () => {
  const keys = fc.constantFrom(
    'id',
    'forms',
    'contact',
    'fields',
    'constants',
    'webhook',
    'destinations',
    'statuses',
    'transform',
    'from',
    '__proto__',
    'constructor',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.dictionary(keys, tie('tree')),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (input) => {
      const checked = checkSource(input);
      if ('source' in checked) expect(checkSource(checked.source)).toEqual(checked);
      else
        for (const { message } of checked.problems) expect(message).not.toMatch(/Invalid input|undefined|is not valid/);
    }),
    { numRuns: 500 },
  );
});
