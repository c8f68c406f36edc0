import {
  accepted,
  byGateway,
  type Case,
  FORM,
  invalid,
  MAIL,
  MARK,
  ORIGIN,
  PAGE,
  post,
  postJson,
  refused,
  typed,
  urlencoded,
} from './case.ts';

const VALID = `email=${MAIL}&message=${MARK}`;
const SCRIPT = encodeURIComponent(`"><script>alert('${MARK}')</script>`);
const email = (title: string, value: string): Case => post(title, `email=${value}`, invalid('email:invalid_email'));

/** Everything that must not pass for one e-mail address. */
export const emails: Case[] = [
  email('no @', MARK),
  email('two @', `${MARK}@a@example.com`),
  email('nothing before the @', '@example.com'),
  email('nothing behind the @', `${MARK}@`),
  email('a blank inside', `${MARK}%20x@example.com`),
  email('two addresses', `${MARK}@example.com,b@example.com`),
  email('a name and angle brackets', `${MARK}%3Ca@example.com%3E`),
  email('a script', SCRIPT),
  email('a header smuggled in behind a line break', `${MARK}@example.com%0D%0ABcc:x@example.com`),
  email('a tab inside', `${MARK}%09x@example.com`),
  email('NUL inside', `${MARK}%00x@example.com`),
  email('a right-to-left override inside', `${MARK}%E2%80%AEmoc.elpmaxe@example.com`),
  email('255 characters', `${'a'.repeat(255 - 12)}@example.com`),
  post('two e-mail fields', `email=${MAIL}&email=${MAIL}`, invalid('email:not_one_text')),
  postJson('an array of one e-mail address', `{"email":["${MAIL}"]}`, invalid('email:not_one_text')),
  postJson('an empty array as e-mail address', '{"email":[]}', invalid('email:not_one_text')),
  postJson('a number as e-mail address', '{"email":42}', invalid('email:invalid_email')),
  postJson('true as e-mail address', '{"email":true}', invalid('email:invalid_email')),
  post('blanks and a line break around the address', `email=%20${MAIL}%0D%0A`, accepted()),
  post('only blanks as e-mail address', 'email=%20%20', invalid('email:required')),
];

export const bots: Case[] = [
  post('the honeypot filled', `${VALID}&website=${SCRIPT}`, accepted()),
  post('a timestamp that is no number', `${VALID}&started_at=${SCRIPT}`, accepted()),
  post('a timestamp before time began', `${VALID}&started_at=-1`, accepted()),
  post('a timestamp far ahead', `${VALID}&started_at=999999999999999`, accepted()),
  post('a timestamp of 100 digits', `${VALID}&started_at=${'9'.repeat(100)}`, accepted()),
  post('a timestamp twice', `${VALID}&started_at=1&started_at=2`, accepted()),
];

const SHOWS_NOTHING = { 'content-type': 'text/html; charset=utf-8' };

/** What a visitor sees: nothing of what was sent, and nothing that runs. */
export const pages: Case[] = [
  post(
    'a script in every value, refused as a page',
    `email=${SCRIPT}&first_name=${SCRIPT}&message=${SCRIPT}`,
    { ...invalid('email'), headers: SHOWS_NOTHING },
    urlencoded(PAGE),
  ),
  post(
    'a script as the name of a field',
    `${VALID}&${SCRIPT}${'x'.repeat(129)}=x`.replaceAll(MARK, 'x'),
    refused(422, 'invalid', { field: 'x', headers: SHOWS_NOTHING }),
    urlencoded(PAGE),
  ),
  post(
    'an unknown form, as a page',
    VALID,
    refused(404, 'form_unknown', { headers: SHOWS_NOTHING }),
    urlencoded(PAGE),
    '/sources/demo/forms/nothing',
  ),
  post(
    'a wrong type, as a page',
    VALID,
    refused(415, 'unsupported_type', { headers: SHOWS_NOTHING }),
    typed('text/css', PAGE),
  ),
  post(
    'too much, as a page',
    'x'.repeat(70_000),
    refused(413, 'body_too_large', { headers: SHOWS_NOTHING }),
    urlencoded(PAGE),
  ),
  post(
    'thanks without a redirect, a script in every value',
    `email=${MAIL}&message=${SCRIPT}`,
    { status: 200, headers: SHOWS_NOTHING },
    urlencoded(PAGE),
    '/sources/other/forms/beacon',
  ),
  post(
    'a Referer of somebody else’s, with a script',
    `email=${MARK}`,
    { ...invalid('email'), headers: SHOWS_NOTHING },
    urlencoded(PAGE, ['Referer', `https://evil.example.com/${SCRIPT}`]),
  ),
  post(
    'a Referer of our own with a script, which is the way back',
    `email=${MARK}`,
    { ...invalid('email'), headers: SHOWS_NOTHING },
    urlencoded(PAGE, ['Referer', `${ORIGIN}/form?"><script>alert(1)</script>`]),
  ),
  post(
    'a Referer that is no address',
    `email=${MARK}`,
    { ...invalid('email'), headers: SHOWS_NOTHING },
    urlencoded(PAGE, ['Referer', `javascript:alert('${MARK}')`]),
  ),
  post('an Accept that only looks like a page', VALID, accepted(), urlencoded(['Accept', 'text/htm, */*'])),
];

const LED_ON = { status: 303, headers: { location: `${ORIGIN}/thanks` } };
const EVIL = 'https://evil.example.com';

/** Nobody but the source file says where a visitor goes. */
export const redirects: Case[] = [
  ...['redirect', 'redirect_to', 'next', 'url', 'return_url', '_redirect', 'Location'].map((name) =>
    post(
      `a field named ${name} with another address`,
      `email=${MAIL}&${name}=${encodeURIComponent(EVIL)}`,
      LED_ON,
      urlencoded(PAGE),
    ),
  ),
  post(
    'another address in the query',
    `email=${MAIL}`,
    LED_ON,
    urlencoded(PAGE),
    `${FORM}?redirect=//evil.example.com&next=${EVIL}`,
  ),
  post('a forged Host', `email=${MAIL}`, LED_ON, urlencoded(PAGE, ['Host', 'evil.example.com'])),
  post('a Host that is a script', `email=${MAIL}`, LED_ON, urlencoded(PAGE, ['Host', `"><script>${MARK}</script>`])),
  ...[
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-For',
    'X-Original-URL',
    'X-Rewrite-URL',
    'Forwarded',
    'X-HTTP-Method-Override',
  ].map((name) =>
    post(`a forged ${name}`, `email=${MAIL}`, LED_ON, urlencoded(PAGE, [name, `evil.example.com/${MARK}`])),
  ),
];

const NO_CORS = { 'access-control-allow-origin': undefined, vary: 'Origin' };
const CORS = { 'access-control-allow-origin': ORIGIN, vary: 'Origin', 'access-control-allow-credentials': undefined };
const from = (title: string, origin: string, headers: Record<string, string | undefined>): Case =>
  post(title, VALID, accepted({ headers }), urlencoded(['Origin', origin]));
const preflight = (
  title: string,
  origin: string,
  headers: Record<string, string | undefined>,
  target = FORM,
): Case => ({
  title,
  send: {
    method: 'OPTIONS',
    target,
    headers: [
      ['Origin', origin],
      ['Access-Control-Request-Method', 'POST'],
      ['Access-Control-Request-Headers', 'content-type,idempotency-key'],
    ],
  },
  expect: { status: 204, headers },
});

/** A foreign page’s script gets no answer to read, whatever it says it is. */
export const origins: Case[] = [
  from('the form’s own origin', ORIGIN, CORS),
  from('a foreign origin', EVIL, NO_CORS),
  from('the origin of a page without one', 'null', NO_CORS),
  from('an origin that begins like ours', `${ORIGIN}.evil.example.com`, NO_CORS),
  from('our origin with a slash', `${ORIGIN}/`, NO_CORS),
  from('our origin with a path', `${ORIGIN}/form`, NO_CORS),
  from('our origin in a list', `${ORIGIN}, ${EVIL}`, NO_CORS),
  from('a star', '*', NO_CORS),
  from('an empty origin', '', NO_CORS),
  from('an origin that is a script', `<script>${MARK}</script>`, NO_CORS),
  post('our origin twice', VALID, accepted({ headers: NO_CORS }), urlencoded(['Origin', ORIGIN], ['Origin', EVIL])),
  post(
    'a refusal to our own origin can be read',
    `email=${MARK}`,
    { ...invalid('email'), headers: CORS },
    urlencoded(['Origin', ORIGIN]),
  ),
  post(
    'a wrong type from our own origin can be read',
    VALID,
    refused(415, 'unsupported_type', { headers: CORS }),
    typed('text/css', ['Origin', ORIGIN]),
  ),
  preflight('asking first from our own origin', ORIGIN, {
    ...CORS,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, idempotency-key',
  }),
  preflight('asking first from a foreign origin', EVIL, { ...NO_CORS, 'access-control-allow-methods': undefined }),
  preflight('asking first from a page without an origin', 'null', {
    ...NO_CORS,
    'access-control-allow-headers': undefined,
  }),
  preflight('asking first for an unknown form', ORIGIN, NO_CORS, '/sources/demo/forms/nothing'),
  preflight('asking first for an unknown source', ORIGIN, NO_CORS, '/sources/nobody/forms/contact'),
];

const keyed = (key: string) => urlencoded(['Idempotency-Key', key]);
const longest = 'k'.repeat(255);
/** The same key met again, with the same content or with another. */
const again = (title: string, key: string, same: boolean): Case => ({
  title,
  after: { target: FORM, headers: keyed(key), body: `email=again-${MAIL}` },
  send: { target: FORM, headers: keyed(key), body: same ? `email=again-${MAIL}` : `email=${MAIL}&message=${MARK}` },
  expect: same ? accepted() : refused(422, 'idempotency_key_reused'),
});

export const idempotencyKeys: Case[] = [
  post('an empty Idempotency-Key', VALID, accepted(), keyed('')),
  post('a blank Idempotency-Key', VALID, accepted(), keyed('   ')),
  post('an Idempotency-Key of 255 characters', VALID, accepted(), keyed(longest)),
  post('an Idempotency-Key of 256 characters', VALID, refused(422, 'idempotency_key_malformed'), keyed(`${longest}k`)),
  post(
    'an Idempotency-Key of 9,000 characters',
    VALID,
    refused(422, 'idempotency_key_malformed'),
    keyed('k'.repeat(9_000)),
  ),
  post('an Idempotency-Key that is not ASCII', VALID, refused(422, 'idempotency_key_malformed'), keyed('schl\xfcssel')),
  post('a tab in an Idempotency-Key', VALID, refused(422, 'idempotency_key_malformed'), keyed('a\tb')),
  post('NUL in an Idempotency-Key', VALID, byGateway(400), keyed('a\0b')),
  post('an Idempotency-Key that is a script', VALID, accepted(), keyed(`<script>${MARK}</script>`)),
  post(
    'two Idempotency-Key headers',
    VALID,
    accepted(),
    urlencoded(['Idempotency-Key', 'one'], ['Idempotency-Key', 'two']),
  ),
  again('an Idempotency-Key again with other content', 'used-before', false),
  again('an Idempotency-Key again with the same content', 'used-twice', true),
  post('a submission_id that is a script', `${VALID}&submission_id=${SCRIPT}`, accepted()),
  post('a submission_id of 8,000 characters', `${VALID}&submission_id=${'s'.repeat(8_000)}`, accepted()),
  post('three submission_ids', `${VALID}&submission_id=a&submission_id=b&submission_id=`, accepted()),
];
