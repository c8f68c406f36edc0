import {
  accepted,
  byGateway,
  CALL,
  type Case,
  FORM,
  HOOK,
  hook,
  KEY,
  MAIL,
  MARK,
  post,
  refused,
  urlencoded,
} from './case.ts';

const VALID = `email=${MAIL}&message=${MARK}`;
const UNKNOWN = refused(404, 'form_unknown');
const at = (target: string, expect: Case['expect'] = byGateway(404)): Case =>
  post(`a form at ${target.slice(0, 60)}`, VALID, expect, urlencoded(), target);

const paths: Case[] = [
  at('/'),
  at('//sources/demo/forms/contact'),
  at('/sources//demo/forms/contact'),
  at('/sources/demo/forms/contact/'),
  at('/sources/demo/forms//contact'),
  at('/sources/demo/forms/'),
  at('/sources/demo/forms/contact/more'),
  at('/Sources/demo/forms/contact'),
  at('/sources/demo/../demo/forms/contact'),
  at('/./sources/demo/forms/contact'),
  at('/sources/demo%2Fforms/contact'),
  at('/sources/demo/forms/con%2Ftact'),
  at('/sources/demo/forms/%FF'),
  at('/sources/demo/forms/%'),
  at('/sources/demo/forms/%2e%2e', UNKNOWN),
  at('/sources/demo/forms/contact%00', UNKNOWN),
  at('/sources/demo/forms/contact%20', UNKNOWN),
  at('/sources/demo/forms/Contact', UNKNOWN),
  at('/sources/demo/forms/contact;v=1', UNKNOWN),
  at('/sources/demo/forms/__proto__', UNKNOWN),
  at('/sources/demo/forms/constructor', UNKNOWN),
  at('/sources/demo/forms/%3Cscript%3Ealert(1)%3C%2Fscript%3E'),
  at('/sources/demo/forms/%3Cscript%3E', UNKNOWN),
  at(`/sources/demo/forms/${'x'.repeat(5_000)}`, UNKNOWN),
  at('/sources/nobody/forms/contact', UNKNOWN),
  at('/sources/DEMO/forms/contact', UNKNOWN),
  at('/sources/demo%0D%0A/forms/contact', UNKNOWN),
  at('/sources/%F0%9F%98%80/forms/contact', UNKNOWN),
  at('/sources/demo/forms/cont%61ct', accepted()),
  at('/sources/demo/forms/contact?', accepted()),
  at('/sources/demo/forms/contact?%zz=%E0&&=', accepted()),
  at('http://evil.example.com/sources/demo/forms/contact'),
  at(`/${'x'.repeat(11_000)}`, byGateway(431)),
  hook('a call with a slash behind', CALL, byGateway(404), urlencoded(), `/sources/demo/?api_key=${KEY}`),
  hook('a call at no source', CALL, byGateway(404), urlencoded(), `/sources/?api_key=${KEY}`),
];

const headers: Case[] = [
  post('headers over 10 KB', VALID, byGateway(431), urlencoded(['X-Long', 'x'.repeat(11_000)])),
  post('a header name that is a script', VALID, byGateway(400), urlencoded(['<script>', 'x'])),
  post(
    'a header named like something every object knows',
    VALID,
    accepted(),
    urlencoded(['__proto__', 'x'], ['constructor', 'x']),
  ),
  post('a header folded over two lines', VALID, byGateway(400), urlencoded(['X-Folded', 'a\r\n b'])),
  post('a length that is no number', VALID, byGateway(400), urlencoded(['Content-Length', 'x'])),
  post('two lengths', VALID, byGateway(400), urlencoded(['Content-Length', '5'], ['Content-Length', '6'])),
  post(
    'a length and chunks',
    VALID,
    byGateway(400),
    urlencoded(['Content-Length', '5'], ['Transfer-Encoding', 'chunked']),
  ),
  post('chunks that are none', 'zz\r\nx', byGateway(400), urlencoded(['Transfer-Encoding', 'chunked'])),
  post('a length of nothing', '', refused(422, 'invalid'), urlencoded(['Content-Length', '0'])),
  post('cookies, also broken ones', VALID, accepted(), urlencoded(['Cookie', `a=${MARK}; ;=; __proto__=x; "`])),
  post('a user agent that is a script', VALID, accepted(), urlencoded(['User-Agent', `<script>${MARK}</script>`])),
  post('an Accept of 9,000 characters', VALID, accepted(), urlencoded(['Accept', 'a/b,'.repeat(2_200)])),
];

/** Bodies that come in drops, and requests no library would send. */
const slow: Case[] = [
  {
    title: 'a form that comes in drops',
    send: { target: FORM, headers: urlencoded(), body: VALID, slowly: { parts: 8, pauseMs: 60 } },
    expect: accepted(),
  },
  {
    title: 'a call that comes in drops',
    send: { target: HOOK, headers: urlencoded(), body: CALL, slowly: { parts: 8, pauseMs: 60 } },
    expect: { status: 200, outcome: 'recorded' },
  },
  {
    title: 'a multipart form cut in the middle of its boundaries',
    send: {
      target: FORM,
      headers: [['Content-Type', 'multipart/form-data; boundary=b']],
      body: `--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n${MAIL}\r\n--b--\r\n`,
      slowly: { parts: 12, pauseMs: 20 },
    },
    expect: accepted(),
  },
];

export const pathCases: Case[] = [...paths, ...headers, ...slow];
