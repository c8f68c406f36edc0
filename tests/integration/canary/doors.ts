import type { RawRequest } from '../../support/raw-http.ts';

/** Values that belong to a person or let somebody in; none of them is real. */
export const personal = {
  'first name': 'Kqfirstname',
  'last name': 'Kqlastname',
  'e-mail': 'kqperson@example.com',
  phone: '+12025550173',
  message: 'Kqmessage about a roof',
  company: 'Kqcompany Limited',
  'visitor id': 'kqvisitor-81',
  'click id': 'Kqclickid0001',
  'unmapped field': 'Kqunmapped value',
  'file content': 'Kqfile content',
  'file name': 'kqfilename.pdf',
  'Idempotency-Key': 'kq-idempotency-key-1',
  'submission id': 'kq-submission-id-1',
  cookie: 'kqcookievalue',
  'user agent': 'KqAgent-9000',
  referrer: 'kqreferrer-path',
  'query value': 'kqqueryvalue',
  'bearer token': 'kqbearertoken',
  origin: 'https://kqorigin.example.com',
  'wrong key': 'll_kqwrongkey0123456789',
  'wrong code': '1000.c0ffee00c0ffee00c0ffee00c0ffee00.beefbeefbeefbeefbeefbeefbeefbeef',
  salesperson: 'Kqsalesperson Wong',
  money: 'HK$ 7,777,777.77',
} as const;

const B = 'kq';
const part = (disposition: string, value: string) =>
  `--${B}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
const carried: NonNullable<RawRequest['headers']> = [
  ['Cookie', `session=${personal.cookie}`],
  ['User-Agent', personal['user agent']],
  ['Referer', `https://elsewhere.example.com/${personal.referrer}?q=${personal['query value']}`],
  ['Authorization', `Bearer ${personal['bearer token']}`],
  ['Origin', personal.origin],
];
const lead = (email: string = personal['e-mail']): Record<string, string> => ({
  email,
  first_name: personal['first name'],
  last_name: personal['last name'],
  phone: personal.phone,
  message: personal.message,
  company: personal.company,
  cdp_id: personal['visitor id'],
  gclid: personal['click id'],
  nickname: personal['unmapped field'],
});
const urlencoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const FORM = `/sources/demo/forms/contact?ref=${personal['query value']}`;
const form = (type: string, body: string, more: RawRequest['headers'] = [], target = FORM): RawRequest => ({
  target,
  headers: [['Content-Type', type], ...carried, ...more],
  body,
});
const URLENCODED = 'application/x-www-form-urlencoded';
const PAGE = ['Accept', 'text/html'] as const;

/** Form posts of every kind, with the status each gets. */
export const formDoors: Array<[title: string, request: RawRequest, status: number]> = [
  ['JSON', form('application/json', JSON.stringify(lead())), 202],
  ['a page', form(URLENCODED, urlencoded({ ...lead(), submission_id: personal['submission id'] }), [PAGE]), 303],
  [
    'multipart with a file',
    form(
      `multipart/form-data; boundary=${B}`,
      `${Object.entries(lead())
        .map(([name, value]) => part(`name="${name}"`, value))
        .join('')}${part(`name="cv"; filename="${personal['file name']}"`, personal['file content'])}--${B}--\r\n`,
    ),
    202,
  ],
  ['a key', form(URLENCODED, urlencoded(lead()), [['Idempotency-Key', personal['Idempotency-Key']]]), 202],
  [
    'the key again',
    form(URLENCODED, urlencoded(lead(`x${personal['e-mail']}`)), [['Idempotency-Key', personal['Idempotency-Key']]]),
    422,
  ],
  [
    'a key that is none',
    form(URLENCODED, urlencoded(lead()), [['Idempotency-Key', `${personal['Idempotency-Key']}\t`.repeat(20)]]),
    422,
  ],
  ['a bot', form(URLENCODED, urlencoded({ ...lead(), website: personal.company })), 202],
  ['a wrong e-mail', form(URLENCODED, urlencoded(lead(`${personal['e-mail']},`))), 422],
  ['a wrong e-mail, as a page', form(URLENCODED, urlencoded(lead(`<${personal['e-mail']}>`)), [PAGE]), 422],
  ['an unknown form', form(URLENCODED, urlencoded(lead()), [], '/sources/demo/forms/nothing'), 404],
  ['JSON that calls itself a form', form(URLENCODED, JSON.stringify(lead())), 422],
  ['JSON that breaks off', form('application/json', JSON.stringify(lead()).slice(0, -1)), 400],
  ['an object as value', form('application/json', JSON.stringify({ person: lead() })), 400],
  ['a value that is too long', form(URLENCODED, urlencoded({ ...lead(), message: personal.message.repeat(500) })), 422],
  ['too much', form(URLENCODED, urlencoded({ ...lead(), message: personal.message.repeat(5_000) })), 413],
  ['XML', form('application/xml', `<lead>${JSON.stringify(lead())}</lead>`), 415],
  [
    'multipart that breaks off',
    form(`multipart/form-data; boundary=${B}`, part('name="email"', personal['e-mail'])),
    400,
  ],
  ['no UTF-8', form(URLENCODED, `${urlencoded(lead())}&x=%ff`), 400],
];

const call = (change: Record<string, string> = {}): Record<string, string> => ({
  lead_id: '5725767000000777001',
  lead_status: 'Pre-Qualified',
  cdp_id: personal['visitor id'],
  annual_revenue: personal.money,
  modified_by: personal.salesperson,
  first_name: personal['first name'],
  last_name: personal['last name'],
  email: personal['e-mail'],
  phone: personal.phone,
  gclid: personal['click id'],
  ...change,
});
const hook = (body: string, more = ''): RawRequest => ({
  target: `/sources/demo?api_key={key}&note=${personal['query value']}${more}`,
  headers: [['Content-Type', URLENCODED], ...carried],
  body,
});

/** Zoho's calls, with what each is answered with. */
export const webhookDoors: Array<[title: string, request: RawRequest, status: number, answer: string]> = [
  ['a change', hook(urlencoded(call())), 200, 'recorded'],
  ['the same again', hook(urlencoded(call())), 200, 'unchanged'],
  [
    'money that is none',
    hook(urlencoded(call({ lead_id: '5725767000000777002', annual_revenue: personal.message }))),
    200,
    'recorded',
  ],
  ['an id that is none', hook(urlencoded(call({ lead_id: personal['e-mail'] }))), 200, 'ignored'],
  ['a module that is none', hook(urlencoded(call({ module: personal.company }))), 200, 'ignored'],
  ['no status', hook(urlencoded(call({ lead_status: '' }))), 200, 'ignored'],
  ['JSON that breaks off', hook(JSON.stringify(call()).slice(0, -2)), 200, 'quarantined'],
  [
    'a status that is no UTF-8',
    hook(`${urlencoded(call({ lead_id: '5725767000000777003', lead_status: '' }))}&lead_status=%ff`),
    200,
    'quarantined',
  ],
  ['too much', hook(urlencoded(call({ title: personal.message.repeat(4_000) }))), 200, 'quarantined'],
  ['the key twice', hook(urlencoded(call()), `&api_key={key}`), 401, 'unauthorized'],
  [
    'a wrong key',
    { ...hook(urlencoded(call())), target: `/sources/demo?api_key=${personal['wrong key']}` },
    401,
    'unauthorized',
  ],
];

const visit = (query: string, headers: NonNullable<RawRequest['headers']> = [PAGE]): RawRequest => ({
  method: 'GET',
  target: `/sources/demo?${query}&note=${personal['query value']}`,
  headers: [...headers, ...carried],
});

/** Connect visits that come to nothing; the key is the visitor's own and may stand on a page they see. */
export const connectDoors: Array<[title: string, request: RawRequest, status: number]> = [
  ['the steps', visit('api_key={key}'), 200],
  ['a wrong code', visit(`api_key={key}&zoho_code=${personal['wrong code']}`), 400],
  ['a prefetch', visit(`api_key={key}&zoho_code=${personal['wrong code']}`, [PAGE, ['Sec-Purpose', 'prefetch']]), 204],
  ['a wrong key', visit(`api_key=${personal['wrong key']}&zoho_code=${personal['wrong code']}`), 401],
  ['a wrong key, asked by a program', visit(`api_key=${personal['wrong key']}`, []), 401],
];
