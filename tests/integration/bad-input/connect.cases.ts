import type { RawRequest } from '../../support/raw-http.ts';
import { byGateway, type Case, HOOK, KEY, MARK, PAGE, refused } from './case.ts';

type Headers = NonNullable<RawRequest['headers']>;
const get = (title: string, more: string, expect: Case['expect'], headers: Headers = []): Case => ({
  title,
  send: { method: 'GET', target: `${HOOK}${more}`, headers: [PAGE, ...headers] },
  expect: { headers: { 'cache-control': 'no-store' }, ...expect },
});

const REFUSED = { status: 400, page: 'refused', code: 'expired_or_used' } as const;
const STEPS = { status: 200, page: 'steps' } as const;

/** Each is asked of Zoho once, refused, and shown to nobody. */
export const badCodes: Case[] = [
  get('a code that is garbage', `&zoho_code=${MARK}`, REFUSED),
  get('a code that looks right', `&zoho_code=1000.${'0'.repeat(32)}.${'f'.repeat(32)}`, REFUSED),
  get('a code of 8,000 characters', `&zoho_code=1000.${'a'.repeat(8_000)}`, REFUSED),
  get('a code that is a script', `&zoho_code=%3Cscript%3Ealert('${MARK}')%3C/script%3E`, REFUSED),
  get('a code with line breaks and NUL', `&zoho_code=1000.%0D%0ASet-Cookie:%20${MARK}%00`, REFUSED),
  get('a code in bytes that are no text', '&zoho_code=%FF%FE%FD', REFUSED),
  get('a code of emoji, cut in the middle of one', `&zoho_code=a${'%F0%9F%98%80'.repeat(300)}`, REFUSED),
  get('two codes, of which the first counts', `&zoho_code=${MARK}1&zoho_code=${MARK}2`, REFUSED),
];

const prefetches: Case[] = ['Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz'].flatMap((name) =>
  ['prefetch', 'prefetch;prerender', 'PREVIEW'].map((value) =>
    get(`a code with ${name}: ${value}`, `&zoho_code=1000.${MARK}`, { status: 204 }, [[name, value]]),
  ),
);

const other = (method: string, target: string): Case => ({
  title: `${method} ${target.split('?')[0]}`,
  send: { method, target, headers: [] },
  expect: byGateway(404),
});

/** None of these asks Zoho anything. */
export const connectCases: Case[] = [
  get('no code', '', STEPS),
  get('an empty code', '&zoho_code=', STEPS),
  get('a blank code', '&zoho_code=%20%09', STEPS),
  get('a code under a name in capitals', `&ZOHO_CODE=${MARK}`, STEPS),
  get('scripts in parameters nobody knows', `&x=%3Cscript%3E${MARK}%3C/script%3E&%3Cscript%3E=1`, STEPS),
  get('a forged Host at the steps', `&x=${MARK}`, STEPS, [['Host', 'evil.example.com']]),
  get('forged forwarding at the steps', '', STEPS, [
    ['X-Forwarded-Host', 'evil.example.com'],
    ['Forwarded', 'host=evil.example.com;proto=javascript'],
  ]),
  get('a foreign origin at the steps', '', { ...STEPS, headers: { 'access-control-allow-origin': undefined } }, [
    ['Origin', 'https://evil.example.com'],
  ]),
  ...prefetches,
  {
    title: 'a code that is posted is a webhook call without a parameter',
    send: { target: `${HOOK}&zoho_code=1000.${MARK}`, headers: [] },
    expect: refused(400, 'no_parameters'),
  },
  ...['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].map((method) =>
    other(method, `/sources/demo?api_key=${KEY}&zoho_code=1000.${MARK}`),
  ),
  ...['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => other(method, `/sources/demo/forms/contact?email=${MARK}`)),
];
