import {
  accepted,
  BEACON_FORM,
  type Case,
  invalid,
  jsonType,
  MAIL,
  MARK,
  post,
  postJson,
  refused,
  typed,
  unreadable,
  urlencoded,
} from './case.ts';

const VALID = `email=${MAIL}&message=${MARK}`;
const json = (more = ''): string => `{"email":"${MAIL}","message":"${MARK}"${more}}`;
const filler = (bytes: number): string => {
  const values = Math.ceil(bytes / 8_000);
  return Array.from({ length: values }, (_, index) => `&x${index}=${'x'.repeat(Math.floor(bytes / values) - 5)}`).join(
    '',
  );
};
const names = (count: number): string => Array.from({ length: count }, (_, index) => index.toString(36)).join('&');
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** What is wrong with type, charset or encoding of a body. */
export const types: Case[] = [
  post('no content type', VALID, refused(415, 'unsupported_type'), []),
  post('nothing at all', undefined, refused(415, 'unsupported_type'), []),
  post('an empty content type', VALID, refused(415, 'unsupported_type'), typed('')),
  post('a type that is only parameters', VALID, refused(415, 'unsupported_type'), typed('; charset=utf-8')),
  post('XML', `<lead>${MARK}</lead>`, refused(415, 'unsupported_type'), typed('application/xml')),
  post('HTML', `<b>${MARK}</b>`, refused(415, 'unsupported_type'), typed('text/html')),
  post('bytes', VALID, refused(415, 'unsupported_type'), typed('application/octet-stream')),
  post('a type that ends like JSON', json(), refused(415, 'unsupported_type'), typed('application/vnd.api+json')),
  post('a type every object knows', VALID, refused(415, 'unsupported_type'), typed('constructor')),
  post('two types in one header', json(), refused(415, 'unsupported_type'), typed('application/json, text/plain')),
  post('two type headers', json(), refused(415, 'unsupported_type'), [...jsonType(), ...typed('text/plain')]),
  post('a type in capitals', json(), accepted(), typed('APPLICATION/JSON')),
  post('text/plain where the form takes none', json(), refused(415, 'unsupported_type'), typed('text/plain')),
  post('text/plain where the form takes it', json(), accepted(), typed('text/plain'), BEACON_FORM),
  post('text/plain that is no JSON', VALID, unreadable, typed('text/plain'), BEACON_FORM),
  post(
    'the charset of old forms',
    VALID,
    refused(415, 'unsupported_charset'),
    typed('application/x-www-form-urlencoded; charset=iso-8859-1'),
  ),
  post(
    'UTF-16',
    Buffer.from(json(), 'utf16le'),
    refused(415, 'unsupported_charset'),
    typed('application/json; charset=utf-16'),
  ),
  post('UTF-16 that does not say so', Buffer.from(json(), 'utf16le'), unreadable, jsonType()),
  post(
    'an unknown charset',
    VALID,
    refused(415, 'unsupported_charset'),
    typed('application/x-www-form-urlencoded; charset=nonsense'),
  ),
  post(
    'an empty charset',
    VALID,
    refused(415, 'unsupported_charset'),
    typed('application/x-www-form-urlencoded; charset='),
  ),
  post('UTF-8 in capitals and quotes', VALID, accepted(), typed('application/x-www-form-urlencoded; Charset="UTF-8"')),
  post(
    'two charsets, of which the first counts',
    VALID,
    accepted(),
    typed('application/x-www-form-urlencoded; charset=utf-8; charset=latin1'),
  ),
  post('gzip', VALID, refused(415, 'unsupported_encoding'), urlencoded(['Content-Encoding', 'gzip'])),
  post('brotli', VALID, refused(415, 'unsupported_encoding'), urlencoded(['Content-Encoding', 'br'])),
  post(
    'gzip and identity',
    VALID,
    refused(415, 'unsupported_encoding'),
    urlencoded(['Content-Encoding', 'gzip, identity']),
  ),
  post('an encoding nobody knows', VALID, refused(415, 'unsupported_encoding'), urlencoded(['Content-Encoding', MARK])),
  post('identity', VALID, accepted(), urlencoded(['Content-Encoding', 'Identity'])),
];

export const urlencodedBodies: Case[] = [
  post('an empty body', '', invalid('email:required')),
  post('only ampersands', '&&&&', invalid('email:required')),
  post('only an equals sign', '=', invalid('email:required')),
  post('a value without a name', `=${MARK}`, invalid('email:required')),
  post('a name without a value', 'email', invalid('email:required')),
  post('only blanks', '   \r\n', invalid('email:required')),
  post('JSON that calls itself urlencoded', json(), invalid('email:required')),
  post(
    'a percent sign that encodes nothing',
    `${VALID}&company=100%&city=%zz%4`,
    accepted({ stored: { company: '100%', city: '%zz%4' } }),
  ),
  post('encoded bytes that are no UTF-8', `${VALID}&company=%FF%FE`, unreadable),
  post('encoded bytes that break off', `${VALID}&company=%E9%A6`, unreadable),
  post('a slash in two bytes, as attackers write it', `${VALID}&company=%C0%AF`, unreadable),
  post('half a surrogate pair, encoded', `${VALID}&company=%ED%A0%BD`, unreadable),
  post('raw bytes of another charset', Buffer.from(`${VALID}&company=Caf\xe9`, 'latin1'), unreadable),
  post('a byte order mark', `\ufeff${VALID}`, accepted()),
  post('NUL in a value', `${VALID}&company=A%00B`, accepted({ stored: { company: 'AB' } })),
  post('NUL in a name', `${VALID}&comp%00any=A`, accepted({ stored: { company: 'A' } })),
  post('control characters', `${VALID}&company=%01%1B%5B31mA%7F%C2%85`, accepted({ stored: { company: '[31mA' } })),
  post(
    'line breaks of three systems',
    `${VALID}&company=a%0D%0Ab%0Dc%0Ad`,
    accepted({ stored: { company: 'a\nb\nc\nd' } }),
  ),
  post('right-to-left override', `${VALID}&company=%E2%80%AEcba`, accepted({ stored: { company: '\u202ecba' } })),
  post(
    'names every object knows',
    `${VALID}&__proto__=x&constructor=x&prototype=x&__proto__%5Bemail%5D=x`,
    accepted({ stored: { __proto__: Object.prototype, '__proto__[email]': 'x' } }),
  ),
  post('a field 28,000 times', `${VALID}${'&a'.repeat(28_000)}`, invalid(':too_many_values')),
  post('a field 998 times', `${VALID}${'&company=A'.repeat(998)}`, accepted()),
  post('a field 999 times', `${VALID}${'&company=A'.repeat(999)}`, invalid(':too_many_values')),
  post(
    'a field in the query only',
    undefined,
    invalid('email:required'),
    urlencoded(),
    `/sources/demo/forms/contact?email=${MAIL}&${MARK}`,
  ),
];

export const jsonBodies: Case[] = [
  postJson('an empty JSON body', '', unreadable),
  postJson('JSON that breaks off', json().slice(0, -3), unreadable),
  postJson('a comma too many', json(','), unreadable),
  postJson('single quotes', `{'email':'${MAIL}'}`, unreadable),
  postJson('a comment', `${json()}//${MARK}`, unreadable),
  postJson('two objects', json() + json(), unreadable),
  postJson('NaN', json(',"n":NaN'), unreadable),
  postJson('a raw line break in a text', json(`,"n":"a\nb"`), unreadable),
  postJson('a raw NUL', json(',"n":"\0"'), unreadable),
  postJson('HTML that calls itself JSON', `<html>${MARK}</html>`, unreadable),
  postJson('an array', `[${json()}]`, unreadable),
  postJson('a text', `"${MARK}"`, unreadable),
  postJson('a number', '42', unreadable),
  postJson('null', 'null', unreadable),
  postJson('an object as a value', json(`,"person":{"email":"${MARK}"}`), unreadable),
  postJson('an array of objects', json(',"a":[{}]'), unreadable),
  postJson('an array of numbers', json(',"a":[1]'), unreadable),
  postJson('an array with null', json(',"a":["x",null]'), unreadable),
  postJson('30,000 arrays in each other', `{"a":${deep(30_000)}}`, unreadable),
  postJson('3,000 arrays in each other', `{"a":${deep(3_000)}}`, unreadable),
  postJson('10,000 objects in each other', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, unreadable),
  postJson(
    'bytes that are no UTF-8, where the gateway hands over text: taken as replacement characters',
    Buffer.from(json(',"company":"Caf\xe9"'), 'latin1'),
    accepted({ stored: { company: 'Caf\ufffd' } }),
  ),
  postJson(
    'an e-mail address in bytes that are no UTF-8',
    Buffer.from(`{"email":"caf\xe9@example.com"}`, 'latin1'),
    invalid('email:invalid_email'),
  ),
  postJson('a byte order mark before the object', `\ufeff${json()}`, accepted()),
  postJson('names every object knows, as JSON', json(',"__proto__":"x","constructor":"x","prototype":"x"'), accepted()),
  postJson('an object under a name every object knows', json(',"__proto__":{"email":"x"}'), unreadable),
  postJson('half a surrogate pair', json(',"company":"\\ud83d"'), accepted({ stored: { company: '\ufffd' } })),
  postJson(
    'half a surrogate pair in a name',
    json(',"com\\udc00pany":"A"'),
    accepted({ stored: { 'com\ufffdpany': 'A' } }),
  ),
  postJson('an escaped NUL', json(',"company":"A\\u0000B"'), accepted({ stored: { company: 'AB' } })),
  postJson('a key written twice', json(',"company":"A","company":"B"'), accepted({ stored: { company: 'B' } })),
  postJson(
    'a number no computer holds',
    json(',"n":1e400,"m":-0.10,"id":12345678901234567890123'),
    accepted({ stored: { n: '1e400', m: '-0.10', id: '12345678901234567890123' } }),
  ),
  postJson('an empty name', json(',"":"x"'), accepted()),
  postJson('null everywhere', `{"email":null,"message":null}`, invalid('email:required')),
];

export const limits: Case[] = [
  post('64 KB to the byte', `${VALID}${filler(65_536 - 300)}`, accepted()),
  post('more than 64 KB', `${VALID}${filler(66_000)}`, refused(413, 'body_too_large')),
  post('a megabyte', `${VALID}&company=${'x'.repeat(1024 * 1024)}`, refused(413, 'body_too_large')),
  post('more than the gateway takes', Buffer.alloc(10 * 1024 * 1024 + 1, 'x'), { status: 413, by: 'gateway' }),
  post('64 KB of bytes that each become three', Buffer.alloc(65_000, 0xff), refused(413, 'body_too_large'), jsonType()),
  post('200 fields', `${VALID}&${names(198)}`, accepted()),
  post('201 fields', `${VALID}&${names(199)}`, invalid(':too_many_fields')),
  post('10,000 fields', `${VALID}&${names(10_000)}`, invalid(':too_many_fields')),
  postJson(
    '10,000 fields as JSON',
    `{${Array.from({ length: 6_000 }, (_, index) => `"${index.toString(36)}":""`).join(',')}}`,
    invalid(':too_many_fields'),
  ),
  post('8,193 characters in a value', `${VALID}&company=${'x'.repeat(8_193)}`, invalid('company:too_long')),
  post('8,192 characters in a value', `${VALID}&company=${'x'.repeat(8_192)}`, accepted()),
  post('a name of 129 characters', `${VALID}&${'n'.repeat(129)}=x`, refused(422, 'invalid', { field: 'too_long' })),
  post(
    'a hundred names that are too long',
    `${VALID}&${Array.from({ length: 100 }, (_, index) => `${index}${'%22'.repeat(150)}=x`).join('&')}`,
    refused(422, 'invalid', { field: 'too_long' }),
  ),
];
