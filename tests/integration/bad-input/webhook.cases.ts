import { CALL, type Case, HOOK, hook, jsonType, LEAD, MARK, refused, typed, urlencoded } from './case.ts';

const NOTHING = refused(400, 'no_parameters');
const UNREADABLE = { outcome: 'quarantined', reason: 'unreadable_body' } as const;
const RECORDED = { outcome: 'recorded' } as const;
const ignored = (reason: string) => ({ outcome: 'ignored', reason }) as const;
const json = (more = ''): string => `{"lead_id":"${LEAD}","lead_status":"Contacted","cdp_id":"${MARK}"${more}}`;
const bent = (change: Record<string, string | undefined>): string => {
  const parameters = new URLSearchParams(CALL);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  return parameters.toString().replaceAll('%7Blead%7D', LEAD);
};

const empty: Case[] = [
  hook('no body', undefined, NOTHING, []),
  hook('an empty form', '', NOTHING),
  hook('only ampersands', '&&&', NOTHING),
  hook('only blanks', ' \r\n\t', NOTHING, []),
  hook('an empty JSON object', '{}', NOTHING, jsonType()),
  hook('only the key, in body and query', '', NOTHING, jsonType()),
  hook('a parameter without a name', '=', UNREADABLE),
  hook('a JSON object of null', '{"lead_id":null,"cdp_id":null}', ignored('missing_lead_id'), jsonType()),
  hook('all in the query', undefined, RECORDED, [], `${HOOK}&${CALL}`),
];

const unreadable: Case[] = [
  hook('JSON that breaks off', json().slice(0, -2), UNREADABLE, jsonType()),
  hook('a JSON array', `[${json()}]`, UNREADABLE, jsonType()),
  hook('a JSON text', `"${MARK}"`, UNREADABLE, jsonType()),
  hook(
    'a quotation mark that Zoho did not escape, in the status',
    json().replace('Contacted', 'Con"tacted'),
    UNREADABLE,
    jsonType(),
  ),
  hook(
    'a quotation mark that Zoho did not escape, in a name',
    json(`,"first_name":"Wing "W" ${MARK}"`),
    RECORDED,
    jsonType(),
  ),
  hook('a name that stands there twice', json(`,"lead_status":"Closed"`), UNREADABLE, jsonType()),
  hook('a name twice in two spellings', json(`,"Lead Status":"Closed"`), UNREADABLE, jsonType()),
  hook('XML', `<lead id="1">${MARK}</lead>`, UNREADABLE, typed('text/xml')),
  hook('an HTML page', `<!doctype html><p>${MARK}</p>`, UNREADABLE, typed('text/html')),
  hook('bytes', Buffer.from([0x1f, 0x8b, 8, 0, 0xff, 0, 1, 2]), UNREADABLE, urlencoded(['Content-Encoding', 'gzip'])),
  hook('UTF-16', Buffer.from(json(), 'utf16le'), UNREADABLE, jsonType()),
  hook('a raw NUL in a form', CALL.replace('Contacted', 'Con\0tacted'), UNREADABLE),
  hook('30,000 arrays in each other', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, UNREADABLE, jsonType()),
  ...[1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000].map((depth) =>
    hook(`${depth} arrays in each other`, json(`,"a":${'['.repeat(depth)}${']'.repeat(depth)}`), {}, jsonType()),
  ),
  hook(
    '5,000 names in each other',
    json(`,"modified_by":${'{"name":'.repeat(5_000)}1${'}'.repeat(5_000)}`),
    {},
    jsonType(),
  ),
  hook('more than 64 KB', `${CALL}&x=${'x'.repeat(65_536)}`, { outcome: 'quarantined', reason: 'too_large' }),
  hook('a megabyte', Buffer.alloc(1024 * 1024, '{'), { outcome: 'quarantined', reason: 'too_large' }, jsonType()),
  hook('64 KB of blanks in a template', `{${' '.repeat(60_000)}"lead_id"`, UNREADABLE, jsonType()),
  hook('60 KB in one value', json(`,"first_name":"${'x'.repeat(60_000)}"`), RECORDED, jsonType()),
  hook('60 KB of quotation marks', `{${'"'.repeat(60_000)}}`, UNREADABLE, jsonType()),
  hook('60 KB of commas and names', `{${',"a":'.repeat(12_000)}}`, UNREADABLE, jsonType()),
];

const damaged: Case[] = [
  hook('a status in bytes that are no UTF-8', Buffer.from(CALL.replace('Contacted', 'Caf\xe9'), 'latin1'), {
    outcome: 'quarantined',
    reason: 'damaged_text',
  }),
  hook('a visitor in encoded bytes that are no UTF-8', CALL.replace(`cdp_id=${MARK}`, 'cdp_id=%FF'), {
    outcome: 'quarantined',
    reason: 'damaged_text',
  }),
  hook('a name in bytes that are no UTF-8', Buffer.from(`${CALL}&first_name=Caf\xe9`, 'latin1'), RECORDED),
  hook(
    'half a surrogate pair in the visitor',
    json().replace(MARK, '\\ud800'),
    { outcome: 'quarantined', reason: 'damaged_text' },
    jsonType(),
  ),
  hook('half a surrogate pair in a name', json(',"first_name":"\\udfff"'), RECORDED, jsonType()),
];

const ids: Case[] = [
  hook('an id of 19 digits as a JSON number', json().replace(`"${LEAD}"`, LEAD), RECORDED, jsonType()),
  hook('an id of 21 digits', bent({ lead_id: '1'.repeat(21) }), ignored('bad_lead_id')),
  hook('an id with an exponent', json().replace(`"${LEAD}"`, '5e18'), ignored('bad_lead_id'), jsonType()),
  hook('a negative id', bent({ lead_id: '-1' }), ignored('bad_lead_id')),
  hook('an id with a point', bent({ lead_id: '1.0' }), ignored('bad_lead_id')),
  hook('digits of another script', bent({ lead_id: '١٢٣' }), ignored('bad_lead_id')),
  hook('a script as id', bent({ lead_id: `<script>${MARK}</script>` }), ignored('bad_lead_id')),
  hook('an id and a table key', bent({ lead_id: '1#status#2' }), ignored('bad_lead_id')),
  hook('a list of ids', json().replace(`"${LEAD}"`, '["1","2"]'), ignored('bad_lead_id'), jsonType()),
  hook('no id', bent({ lead_id: undefined }), ignored('missing_lead_id')),
  hook('an id Zoho did not fill in', bent({ lead_id: '${Leads.Lead Id}' }), ignored('missing_lead_id')),
  hook('a status Zoho did not fill in', bent({ lead_status: '${Leads.Lead Status}' }), ignored('missing_lead_status')),
  hook('no status', bent({ lead_status: '-None-' }), ignored('missing_lead_status')),
  hook('a status of 256 characters', bent({ lead_status: 's'.repeat(256) }), ignored('bad_lead_status')),
  hook('no visitor', bent({ cdp_id: '' }), ignored('no_cdp_id')),
  hook('a visitor Zoho did not fill in', bent({ cdp_id: '${Leads.CDP ID}' }), ignored('no_cdp_id')),
  hook('a visitor of 256 characters', bent({ cdp_id: 'c'.repeat(256) }), ignored('bad_cdp_id')),
  hook('a visitor with NUL and line breaks', bent({ cdp_id: `${MARK}\0\r\n${MARK}` }), RECORDED),
  hook('two ids in one body, of which the first counts', `${CALL}&lead_id=x&lead_status=Junk`, RECORDED),
  hook('an id in the query against one in the body', CALL, RECORDED, urlencoded(), `${HOOK}&lead_id=x&cdp_id=`),
];

const values: Case[] = [
  ...[
    '1e999',
    'NaN',
    'Infinity',
    '-5',
    '--',
    '1,2,3',
    '0x10',
    '١٠٠٠',
    '1'.repeat(60_000),
    '0.'.repeat(5_000),
    'HK$',
    `<script>${MARK}</script>`,
    '\u202e1000',
    '9'.repeat(20),
    '-0',
  ].map((amount) =>
    hook(
      `money as ${JSON.stringify(amount.slice(0, 20))}`,
      bent({ lead_status: 'Pre-Qualified', annual_revenue: amount }),
      RECORDED,
    ),
  ),
  hook('money as an object', json(',"annual_revenue":{"value":1}'), RECORDED, jsonType()),
  hook('money as a number no computer holds', json(`,"annual_revenue":1${'0'.repeat(400)}`), RECORDED, jsonType()),
  ...[
    '9999-12-31T23:59:59Z',
    '0000-00-00T00:00:00Z',
    '2026-02-30T10:00:00+08:00',
    '-1',
    'yesterday',
    '2'.repeat(10_000),
    '2026-11-21T99:99:99+99:99',
  ].map((time) => hook(`modified_time as ${time.slice(0, 30)}`, bent({ modified_time: time }), RECORDED)),
  ...['Contacts', '__proto__', 'constructor', `<script>${MARK}</script>`, 'Leads,Deals', 'x'.repeat(10_000)].map(
    (module) => hook(`module as ${module.slice(0, 30)}`, bent({ module }), ignored('module_not_counted')),
  ),
  hook('a deal id at a lead’s call', bent({ deal_id: 'x' }), ignored('bad_lead_id')),
  hook(
    'scripts in every value',
    bent({ first_name: `<script>${MARK}</script>`, email: `"><img src=x>${MARK}`, lead_status: `<b>${MARK}</b>` }),
    { outcome: 'recorded', reason: 'unmapped_status' },
  ),
  hook('names every object knows', `${CALL}&__proto__=x&constructor=x&hasOwnProperty=x`, RECORDED),
  hook(
    'names every object knows, as JSON',
    json(',"__proto__":{"lead_id":"x"},"constructor":"x","toString":"x"'),
    RECORDED,
    jsonType(),
  ),
  hook(
    '10,000 parameters',
    `${CALL}&${Array.from({ length: 10_000 }, (_, index) => index.toString(36)).join('&')}`,
    RECORDED,
  ),
  hook('a parameter whose name is 20 KB long', `${CALL}&${'n'.repeat(20_000)}=x`, RECORDED),
  hook('JSON that calls itself a form', json(), RECORDED),
  hook('a form that calls itself JSON', CALL, RECORDED, jsonType()),
  hook('a form of no type', CALL, RECORDED, []),
  hook('a type of 9,000 characters', CALL, RECORDED, typed('x'.repeat(9_000))),
  hook(
    'a call from a foreign page',
    CALL,
    { ...RECORDED, headers: { 'access-control-allow-origin': undefined } },
    urlencoded(['Origin', 'https://evil.example.com']),
  ),
  hook(
    'a call with a forged Host',
    CALL,
    RECORDED,
    urlencoded(['Host', 'evil.example.com'], ['X-Forwarded-Host', 'evil.example.com']),
  ),
];

export const webhookCases: Case[] = [...empty, ...unreadable, ...damaged, ...ids, ...values];
