import type { RawRequest } from '../../support/raw-http.ts';
import {
  CALL,
  type Case,
  HOOK,
  hook,
  KEY,
  MARK,
  OTHER_KEY,
  PAGE,
  REVOKED_KEY,
  refused,
  typed,
  urlencoded,
} from './case.ts';

const NO_KEY = '/sources/demo';
const OPENS = { outcome: 'recorded' } as const;
const UNAUTHORIZED = refused(401, 'unauthorized');
type Headers = NonNullable<RawRequest['headers']>;

const opens = (title: string, target: string, headers: Headers = []): Case =>
  hook(title, CALL, OPENS, urlencoded(...headers), target);
const closed = (title: string, target: string, headers: Headers = [], body: string | Buffer = CALL): Case =>
  hook(title, body, UNAUTHORIZED, urlencoded(...headers), target);

const inQuery: Case[] = [
  closed('no key', NO_KEY),
  closed('an empty query', `${NO_KEY}?`),
  closed('an empty key', `${NO_KEY}?api_key=`),
  closed('a key without equals sign', `${NO_KEY}?api_key`),
  closed('a wrong key', `${NO_KEY}?api_key=ll_${MARK}`),
  closed('half a key', `${NO_KEY}?api_key=${KEY}`.replace(KEY, '{key:half}')),
  closed('the key in capitals', `${NO_KEY}?api_key={key:upper}`),
  closed('the key and a blank', `${NO_KEY}?api_key=${KEY}%20`),
  closed('the key and NUL', `${NO_KEY}?api_key=${KEY}%00`),
  closed('the key and a line break', `${NO_KEY}?api_key=${KEY}%0A`),
  closed('the key twice', `${NO_KEY}?api_key=${KEY}&api_key=${KEY}`),
  closed('the key and a wrong one', `${NO_KEY}?api_key=${KEY}&api_key=${MARK}`),
  closed('the key and an empty one', `${NO_KEY}?api_key=${KEY}&api_key=`),
  closed('the key as the first of an array', `${NO_KEY}?api_key[]=${KEY}`),
  closed('the key under a name in capitals', `${NO_KEY}?API_KEY=${KEY}`),
  closed('the key of another source', `${NO_KEY}?api_key=${OTHER_KEY}`),
  closed('the key at another source', `/sources/other?api_key=${KEY}`),
  closed('a revoked key', `${NO_KEY}?api_key=${REVOKED_KEY}`),
  closed('the digest of the key', `${NO_KEY}?api_key={key:sha256}`),
  closed('a key of 9,000 characters', `${NO_KEY}?api_key=${'k'.repeat(9_000)}`),
  closed('a key that is a script', `${NO_KEY}?api_key=%3Cscript%3E${MARK}%3C/script%3E`),
  closed('a key in bytes that are no text', `${NO_KEY}?api_key=%FF%FE`),
  closed('an unknown source with a right key', `/sources/nobody?api_key=${KEY}`),
  closed('a source in capitals', `/sources/DEMO?api_key=${KEY}`),
  closed('a source every object knows', `/sources/constructor?api_key=${KEY}`),
  closed('a source with a name too long', `/sources/${'d'.repeat(33)}?api_key=${KEY}`),
  closed('a source with NUL', `/sources/demo%00?api_key=${KEY}`),
  opens('the key percent-encoded', `${NO_KEY}?api_key={key:encoded}`),
  opens('the name percent-encoded', `${NO_KEY}?%61pi%5Fkey=${KEY}`),
  opens('the key among parameters that cannot be decoded', `${NO_KEY}?%E0%A4%A&x=%zz&api_key=${KEY}&=&&`),
];

const inHeaders: Case[] = [
  opens('the key in its header', NO_KEY, [['X-Api-Key', KEY]]),
  opens('the key in both places', HOOK, [['x-api-key', KEY]]),
  closed('a wrong key in the header beside a right one', HOOK, [['X-Api-Key', MARK]]),
  closed('an empty header beside a right key', HOOK, [['X-Api-Key', '']]),
  closed('a right header beside a wrong key', `${NO_KEY}?api_key=${MARK}`, [['X-Api-Key', KEY]]),
  closed('a right header beside an empty key', `${NO_KEY}?api_key=`, [['X-Api-Key', KEY]]),
  closed('the header twice', NO_KEY, [
    ['X-Api-Key', KEY],
    ['X-Api-Key', KEY],
  ]),
  closed('the header twice, once wrong', NO_KEY, [
    ['X-Api-Key', KEY],
    ['X-Api-Key', MARK],
  ]),
  closed('a header with a list', NO_KEY, [['X-Api-Key', `${KEY}, ${KEY}`]]),
  closed('another header’s name', NO_KEY, [
    ['Api-Key', KEY],
    ['X_Api_Key', KEY],
  ]),
  closed('the key of another source in the header', HOOK, [['X-Api-Key', OTHER_KEY]]),
];

const elsewhere: Case[] = [
  closed('the key in the body', NO_KEY, [], `api_key=${KEY}&${CALL}`),
  closed('the key in a JSON body', NO_KEY, [], `{"api_key":"${KEY}"}`),
  closed('the key in a cookie', NO_KEY, [['Cookie', `api_key=${KEY}; x-api-key=${KEY}`]]),
  closed('the key as bearer token', NO_KEY, [['Authorization', `Bearer ${KEY}`]]),
  closed('the key as password', NO_KEY, [['Authorization', `Basic {key:basic}`]]),
  closed('the key as Zoho writes tokens', NO_KEY, [['Authorization', `Zoho-oauthtoken ${KEY}`]]),
  closed('the key in the Referer', NO_KEY, [['Referer', `https://example.com/?api_key=${KEY}`]]),
  // The body is never looked at: it may be anything.
  closed('a wrong key with a megabyte', `${NO_KEY}?api_key=${MARK}`, [], Buffer.alloc(1024 * 1024, 'x')),
  hook('a wrong key with a body that cannot be read', '{{{', UNAUTHORIZED, typed('multipart/form-data'), NO_KEY),
];

const visit = (title: string, target: string, expect: Case['expect'], headers: Headers = [PAGE]): Case => ({
  title,
  send: { method: 'GET', target, headers },
  expect: { headers: { 'cache-control': 'no-store' }, ...expect },
});

const visits: Case[] = [
  visit('a visit without a key', NO_KEY, { status: 401 }),
  visit('a visit without a key by a script', NO_KEY, UNAUTHORIZED, []),
  visit('a visit with a wrong key and a code', `${NO_KEY}?api_key=${MARK}&zoho_code=1000.${MARK}`, { status: 401 }),
  visit('a visit with the key twice', `${HOOK}&api_key=${KEY}`, { status: 401 }),
  visit('a visit with the key of another source', `${NO_KEY}?api_key=${OTHER_KEY}&zoho_code=1000.${MARK}`, {
    status: 401,
  }),
  visit('a visit with a revoked key', `${NO_KEY}?api_key=${REVOKED_KEY}`, { status: 401 }),
  visit('a visit to an unknown source', `/sources/nobody?api_key=${KEY}`, { status: 401 }),
  visit('a visit with the key in a cookie', NO_KEY, { status: 401 }, [PAGE, ['Cookie', `api_key=${KEY}`]]),
  visit('a visit with the key in its header', NO_KEY, { status: 200, page: 'steps' }, [PAGE, ['X-Api-Key', KEY]]),
];

export const keyCases: Case[] = [...inQuery, ...inHeaders, ...elsewhere, ...visits];
