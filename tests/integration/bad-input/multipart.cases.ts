import {
  accepted,
  type Case,
  HOOK,
  hook,
  invalid,
  LEAD,
  MAIL,
  MARK,
  post,
  refused,
  typed,
  unreadable,
} from './case.ts';

const B = 'x-boundary';
const CRLF = '\r\n';
const END = `--${B}--${CRLF}`;
const part = (headers: string, body: string, boundary = B): string =>
  `--${boundary}${CRLF}${headers}${CRLF}${CRLF}${body}${CRLF}`;
const field = (name: string, value: string): string => part(`Content-Disposition: form-data; name="${name}"`, value);
const file = (disposition: string, body = MARK): string => part(`Content-Disposition: form-data; ${disposition}`, body);
const MAIL_PART = field('email', MAIL);
const declared = typed(`multipart/form-data; boundary=${B}`);
const multipart = (title: string, body: string | Buffer, expect: Case['expect'], headers = declared): Case =>
  post(`multipart: ${title}`, body, expect, headers);

const boundaries: Case[] = [
  multipart('no boundary named', MAIL_PART + END, unreadable, typed('multipart/form-data')),
  multipart('an empty boundary', MAIL_PART + END, unreadable, typed('multipart/form-data; boundary=')),
  multipart('another boundary than named', MAIL_PART + END, unreadable, typed('multipart/form-data; boundary=other')),
  multipart(
    'a boundary of 71 characters',
    MAIL_PART + END,
    unreadable,
    typed(`multipart/form-data; boundary=${'b'.repeat(71)}`),
  ),
  multipart('a boundary that is no ASCII', MAIL_PART + END, unreadable, typed('multipart/form-data; boundary=gr\xfcn')),
  multipart(
    'a boundary made of regular expression',
    `${part('Content-Disposition: form-data; name="email"', MAIL, '.*(+)?')}--.*(+)?--\r\n`,
    accepted(),
    typed('multipart/form-data; boundary=".*(+)?"'),
  ),
  multipart(
    'a boundary of one character',
    `${part('Content-Disposition: form-data; name="email"', MAIL, '-')}-----\r\n`,
    accepted(),
    typed('multipart/form-data; boundary=-'),
  ),
  multipart(
    'the boundary in a value',
    MAIL_PART + field('message', `x--${B}x ${B}`) + END,
    accepted({ stored: { message: `x--${B}x ${B}` } }),
  ),
  multipart(
    'a value that starts like the boundary',
    MAIL_PART + field('message', `${CRLF}--x-bound`) + END,
    accepted(),
  ),
];

const broken: Case[] = [
  multipart('an empty body', '', unreadable),
  multipart('only the end, as a form without fields is sent', END, invalid('email:required')),
  multipart('no end', MAIL_PART, unreadable),
  multipart('an end that lacks its dashes', `${MAIL_PART}--${B}`, unreadable),
  multipart('a part that breaks off in its headers', `--${B}${CRLF}Content-Disposition: form-da`, unreadable),
  multipart(
    'a part that breaks off in its value',
    `--${B}${CRLF}Content-Disposition: form-data; name="email"${CRLF}${CRLF}${MARK}`,
    unreadable,
  ),
  multipart(
    'a file that breaks off',
    `${MAIL_PART}--${B}${CRLF}Content-Disposition: form-data; name="f"; filename="a.txt"${CRLF}${CRLF}${MARK}`,
    unreadable,
  ),
  multipart('line feeds alone', (MAIL_PART + END).replaceAll(CRLF, '\n'), unreadable),
  multipart('urlencoded that calls itself multipart', `email=${MAIL}`, unreadable),
  multipart('JSON that calls itself multipart', `{"email":"${MAIL}"}`, unreadable),
  multipart('a part without Content-Disposition', MAIL_PART + part('Content-Type: text/plain', MARK) + END, unreadable),
  multipart(
    'a part without Content-Disposition, over 16 KB',
    MAIL_PART + part('Content-Type: text/plain', MARK.repeat(3_000)) + END,
    unreadable,
  ),
  multipart(
    'a part without any header, over 16 KB',
    `${MAIL_PART}--${B}${CRLF}${CRLF}${'x'.repeat(20_000)}${CRLF}${END}`,
    unreadable,
  ),
  multipart('a part without a name', MAIL_PART + part('Content-Disposition: form-data', MARK) + END, unreadable),
  multipart(
    'a Content-Disposition of mail',
    MAIL_PART + part('Content-Disposition: attachment; name="email"', MARK) + END,
    unreadable,
  ),
  multipart(
    'a header of 30 KB',
    MAIL_PART + part(`Content-Disposition: form-data; name="x"${CRLF}X-Long: ${'h'.repeat(30_000)}`, MARK) + END,
    accepted(),
  ),
  multipart(
    '3,000 headers in a part',
    MAIL_PART + part(`Content-Disposition: form-data; name="x"${`${CRLF}A: b`.repeat(3_000)}`, MARK) + END,
    accepted(),
  ),
  multipart(
    'another multipart inside',
    MAIL_PART +
      part(
        `Content-Disposition: form-data; name="nested"${CRLF}Content-Type: multipart/mixed; boundary=inner`,
        `--inner${CRLF}${CRLF}${MARK}${CRLF}--inner--`,
      ) +
      END,
    accepted(),
  ),
  multipart(
    'base64 as transfer encoding',
    MAIL_PART +
      part(`Content-Disposition: form-data; name="x"${CRLF}Content-Transfer-Encoding: base64`, 'TUFSSw==') +
      END,
    unreadable,
  ),
  multipart(
    'a transfer encoding nobody knows',
    MAIL_PART + part(`Content-Disposition: form-data; name="x"${CRLF}Content-Transfer-Encoding: ${MARK}`, 'x') + END,
    unreadable,
  ),
  multipart(
    'a value that is no UTF-8',
    Buffer.from(MAIL_PART + field('company', 'Caf\xe9') + END, 'latin1'),
    unreadable,
  ),
  multipart('text before and behind the parts', `preamble${CRLF}${MAIL_PART}${END}epilogue ${MARK}`, accepted()),
];

const parts: Case[] = [
  multipart(
    '1,000 parts',
    MAIL_PART +
      Array.from({ length: 1_000 }, (_, index) =>
        field(`${index}`, '').replace('Content-Disposition', 'content-disposition'),
      )
        .join('')
        .slice(0, 60_000)
        .replace(/--x-boundary(?:(?!--x-boundary)[\s\S])*$/, '') +
      END,
    invalid(':too_many_fields'),
  ),
  multipart('the same name 500 times', MAIL_PART + field('a', 'x').repeat(500) + END, accepted()),
  multipart(
    'names every object knows',
    MAIL_PART + field('__proto__', 'x') + field('constructor', 'x') + END,
    accepted(),
  ),
  multipart('an empty name', MAIL_PART + field('', MARK) + END, accepted()),
  multipart(
    'a name with a line break, as browsers write it',
    MAIL_PART + field('com%0D%0Apany', 'A') + END,
    accepted(),
  ),
  multipart('a quotation mark in a name', MAIL_PART + field('com\\"pany', 'A') + END, accepted()),
  multipart('NUL in a value', MAIL_PART + field('company', 'A\0B') + END, accepted({ stored: { company: 'AB' } })),
  multipart(
    '8,193 characters in a value',
    MAIL_PART + field('company', 'x'.repeat(8_193)) + END,
    invalid('company:too_long'),
  ),
  multipart('no e-mail', field('message', MARK) + END, invalid('email:required')),
  multipart('the e-mail as a file', file('name="email"; filename="a.txt"', MAIL) + END, invalid('email:required')),
];

/** Files are dropped and counted, whatever they are called. */
const filenames: Case[] = [
  'filename="../../etc/passwd"',
  'filename="a.txt\\";b=\\"c"',
  "filename*=UTF-8''%e2%80%aetxt.exe",
  `filename="${'n'.repeat(5_000)}"`,
  'filename="<script>alert(1)</script>"',
  'filename="a\0.txt"',
  'filename=""',
  'filename=unquoted.txt',
  'FileName="upper.txt"',
].map((name) =>
  multipart(
    `a file with ${name.slice(0, 40).replaceAll('\0', 'NUL')}`,
    MAIL_PART + file(`name="upload"; ${name}`) + END,
    accepted(),
  ),
);

/** Zoho’s calls may come as multipart too; what cannot be read waits for a person. */
const calls: Case[] = [
  [
    'another boundary than named',
    'multipart/form-data; boundary=other',
    field('lead_id', LEAD) + END,
    'ignored',
    'missing_lead_status',
  ],
  [
    'no boundary named',
    'multipart/form-data',
    field('lead_id', LEAD) + field('lead_status', 'Contacted') + END,
    'ignored',
    'no_cdp_id',
  ],
  ['no end', `multipart/form-data; boundary=${B}`, field('lead_id', LEAD), 'quarantined', 'unreadable_body'],
  [
    'a part without a name',
    `multipart/form-data; boundary=${B}`,
    part('X: y', MARK) + END,
    'quarantined',
    'unreadable_body',
  ],
  [
    'a part without Content-Disposition, over 16 KB',
    `multipart/form-data; boundary=${B}`,
    part('X: y', 'x'.repeat(20_000)) + END,
    'quarantined',
    'unreadable_body',
  ],
  ['no part at all', `multipart/form-data; boundary=${B}`, END, 'quarantined', 'unreadable_body'],
].map(([title = '', type = '', body = '', outcome = '', reason = '']) =>
  hook(`a call as multipart: ${title}`, body, { outcome: outcome as 'ignored', reason }, typed(type), HOOK),
);
const fileOnly = hook(
  'a call as multipart: nothing but a file',
  file('name="lead_id"; filename="x"') + END,
  refused(400, 'no_parameters'),
  declared,
);

export const multipartCases: Case[] = [...boundaries, ...broken, ...parts, ...filenames, ...calls, fileOnly];
