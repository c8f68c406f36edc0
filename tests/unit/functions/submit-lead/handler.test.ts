import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { createHandler } from '../../../../functions/submit-lead/handler.ts';
import { PlatformError } from '../../../../lib/platform/errors.ts';
import type { Answer } from '../../../../lib/platform/http.ts';
import { createLog } from '../../../../lib/platform/log.ts';
import type { LoadSource } from '../../../../lib/sources/load-source.ts';
import { sourceSchema } from '../../../../lib/sources/source.ts';
import { loadEvent } from '../../../support/load-event.ts';
import { createMemoryTable } from '../../../support/memory-table.ts';
import { contactForm } from '../../lib/submissions/contact-form.ts';

const ORIGIN = 'http://127.0.0.1:4402';
const NOW = 1_795_253_400_000;

const setUp = (form: Record<string, unknown> = {}) => {
  const table = createMemoryTable();
  const lines: string[] = [];
  const source = sourceSchema.parse({ id: 'demo', connection: 'org', forms: { contact: contactForm(form) } });
  const loadSource: LoadSource = async (id) =>
    id === 'demo' ? { source, version: 1, hmacKey: 'a-key', keys: [] } : undefined;
  const deps = {
    table,
    loadSource,
    now: () => NOW,
    sleep: async () => {},
    random: () => 0,
    log: createLog(
      (line) => lines.push(line),
      () => NOW,
    ),
  };
  return { deps, table, lines, handler: createHandler(deps) };
};

type Change = {
  headers?: Record<string, string | undefined>;
  body?: string;
  isBase64Encoded?: boolean;
  path?: Record<string, string>;
  rawQueryString?: string;
};
const changed = (
  name: string,
  { headers = {}, body, isBase64Encoded, path, rawQueryString }: Change,
): APIGatewayProxyEventV2 => {
  const event = loadEvent(`submit-lead/${name}`);
  for (const [header, value] of Object.entries(headers)) {
    if (value === undefined) delete event.headers[header];
    else event.headers[header] = value;
  }
  return {
    ...event,
    ...(body === undefined ? {} : { body, isBase64Encoded: isBase64Encoded ?? false }),
    ...(path === undefined ? {} : { pathParameters: path }),
    ...(rawQueryString === undefined ? {} : { rawQueryString }),
  };
};
const parsed = (answer: Answer) => JSON.parse(answer.body ?? '');
const errorOf = (answer: Answer) => parsed(answer).error;

describe('accepted', () => {
  test.each([['valid'], ['valid-json'], ['multipart'], ['idempotency-key']])(
    'the sample event %s is kept',
    async (name) => {
      const { handler, table, lines } = setUp();
      const answer = await handler(loadEvent(`submit-lead/${name}`));
      expect(answer.statusCode).toBe(202);
      expect(parsed(answer)).toEqual({ id: table.items()[0]?.id, status: 'accepted' });
      expect(answer.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
      });
      expect(answer.headers).not.toHaveProperty('set-cookie');
      expect(lines.join()).not.toMatch(/wing|example\.com|5123|droppedFields/i);
    },
  );

  test('the same lead is the same submission, urlencoded, as JSON or multipart', async () => {
    const { handler, table } = setUp();
    const ids = [];
    for (const name of ['valid', 'valid-json', 'multipart', 'valid'] as const)
      ids.push(parsed(await handler(loadEvent(`submit-lead/${name}`))).id);
    expect(new Set(ids).size).toBe(1);
    expect(table.items()).toHaveLength(1);
  });

  test('a visitor without script is led to the form’s redirect', async () => {
    const { handler, table } = setUp({ redirect: `${ORIGIN}/thanks` });
    expect(await handler(loadEvent('submit-lead/without-javascript'))).toMatchObject({
      statusCode: 303,
      headers: { location: `${ORIGIN}/thanks` },
      body: '',
    });
    expect(table.items()).toHaveLength(1);
  });

  test('without a redirect the visitor is thanked', async () => {
    const { handler } = setUp();
    const answer = await handler(loadEvent('submit-lead/without-javascript'));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatch(/<main>\s*<h1>Thank you<\/h1>/);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });

  test('a bot sees what a person sees, and its post reaches no lane', async () => {
    const { handler, table } = setUp();
    const bot = await handler(loadEvent('submit-lead/honeypot'));
    const person = await handler(loadEvent('submit-lead/valid'));
    expect({ ...bot, body: '' }).toEqual({ ...person, body: '' });
    expect(Object.keys(parsed(bot))).toEqual(Object.keys(parsed(person)));
    expect(table.items().map(({ state, bell }) => [state, bell])).toEqual([
      ['ignored', undefined],
      ['pending', 'zoho#org'],
    ]);
  });

  test('a beacon counts where the form takes text, else it is the wrong type', async () => {
    expect((await setUp({ textPlain: true }).handler(loadEvent('submit-lead/beacon'))).statusCode).toBe(202);
    expect((await setUp().handler(loadEvent('submit-lead/beacon'))).statusCode).toBe(415);
  });

  test('nothing is read from the query', async () => {
    const { handler, table } = setUp();
    await handler(changed('valid', { rawQueryString: 'email=other@example.com&company=Other&website=bot' }));
    expect(table.items()[0]).toMatchObject({
      state: 'pending',
      fields: { email: 'wing.chan@example.com', company: 'Example Trading Ltd' },
    });
  });
});

describe('cors', () => {
  test('a page of the form’s own origin may ask and read', async () => {
    const { handler } = setUp();
    const answer = await handler(loadEvent('submit-lead/preflight'));
    expect(answer).toMatchObject({
      statusCode: 204,
      headers: {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type, idempotency-key',
        vary: 'Origin',
      },
    });
    expect((await handler(loadEvent('submit-lead/valid'))).headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      vary: 'Origin',
    });
    expect((await handler(loadEvent('submit-lead/invalid-email'))).headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      vary: 'Origin',
    });
  });

  test.each([
    ['https://evil.example'],
    ['null'],
    [`${ORIGIN}.evil.example`],
    ['http://127.0.0.1:44021'],
    [ORIGIN.toUpperCase()],
    [undefined],
  ])('origin %s gets no CORS header, on no answer', async (origin) => {
    const { handler } = setUp();
    for (const name of ['preflight', 'valid', 'invalid-email', 'beacon']) {
      const { headers } = await handler(changed(name, { headers: { origin } }));
      expect(Object.keys(headers).filter((header) => header.startsWith('access-control'))).toEqual([]);
      expect(headers.vary).toBe('Origin');
    }
  });

  test('a plain form on a foreign page may post: that is what forms are', async () => {
    const { handler, table } = setUp();
    await handler(changed('without-javascript', { headers: { origin: 'https://landing.example' } }));
    expect(table.items()).toHaveLength(1);
  });
});

describe('refused', () => {
  test('a form of many required fields is refused in at most 16 KB, its first problems named', async () => {
    const names = Array.from({ length: 190 }, (_, at) => `${'字'.repeat(100)}${at}`);
    const { handler } = setUp({
      fields: Object.fromEntries(names.map((from, at) => [`Field_${at}`, { from, required: true }])),
      duplicateCheckFields: [],
    });
    const answer = await handler(loadEvent('submit-lead/valid'));
    expect(answer.statusCode).toBe(422);
    expect(Buffer.byteLength(answer.body ?? '')).toBeLessThanOrEqual(16 * 1024);
    expect(errorOf(answer).fields.length).toBeGreaterThan(20);
    expect(errorOf(answer).fields[0].field).toBe(names[0]);
  });
  test('an invalid e-mail is named to a script', async () => {
    const { handler, table } = setUp();
    const answer = await handler(changed('invalid-email', { headers: { accept: '*/*' } }));
    expect(answer.statusCode).toBe(422);
    expect(errorOf(answer)).toEqual({
      code: 'invalid',
      message: expect.any(String),
      fields: [{ field: 'email', code: 'invalid_email', message: expect.any(String) }],
    });
    expect(answer.body).not.toContain('wing');
    expect(table.items()).toEqual([]);
  });

  test('an invalid e-mail is named to a visitor, with a way back and nothing repeated', async () => {
    const { handler } = setUp();
    const answer = await handler(loadEvent('submit-lead/invalid-email'));
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('data-field="email"');
    expect(answer.body).toContain(`<a href="${ORIGIN}/form">`);
    expect(answer.body).not.toContain('wing');
  });

  test('the way back leads only to the form’s own origins', async () => {
    const { handler } = setUp();
    const answer = await handler(changed('invalid-email', { headers: { referer: 'https://evil.example/form' } }));
    expect(answer.body).not.toContain('evil.example');
    expect(answer.body).toContain(`<a href="${ORIGIN}">`);
  });

  test('a field’s name is text on a page, whatever it holds', async () => {
    const { handler } = setUp();
    const body = new URLSearchParams({
      email: 'a@example.com',
      '<script>alert(1)</script>': 'x'.repeat(8_193),
    }).toString();
    const answer = await handler(changed('without-javascript', { body }));
    expect(answer.statusCode).toBe(422);
    expect(answer.body).not.toContain('<script>');
  });

  test('other content under a used idempotency key', async () => {
    const { handler } = setUp();
    await handler(loadEvent('submit-lead/idempotency-key'));
    const answer = await handler(changed('idempotency-key', { body: '{"email":"other@example.com"}' }));
    expect([answer.statusCode, errorOf(answer).code]).toEqual([422, 'idempotency_key_reused']);
  });

  test.each([['x'.repeat(256)], ['clé'], ['a\tb']])('an idempotency key that is none: %s', async (key) => {
    const { handler } = setUp();
    const answer = await handler(changed('idempotency-key', { headers: { 'idempotency-key': key } }));
    expect([answer.statusCode, errorOf(answer).code]).toEqual([422, 'idempotency_key_malformed']);
  });

  test.each([
    [404, 'form_unknown', 'an unknown source', { path: { source: 'nobody', form: 'contact' } }],
    [404, 'form_unknown', 'an unknown form', { path: { source: 'demo', form: 'nothing' } }],
    [404, 'form_unknown', 'a form named like what every object has', { path: { source: 'demo', form: 'constructor' } }],
    [404, 'form_unknown', 'a source name that can be none', { path: { source: 'x'.repeat(5_000), form: 'contact' } }],
    [400, 'body_unreadable', 'broken JSON', { body: '{"email"' }],
    [400, 'body_unreadable', 'a JSON list', { body: '[]' }],
    [
      413,
      'body_too_large',
      'more than 64 KB',
      { body: JSON.stringify({ email: 'a@example.com', message: 'x'.repeat(65_536) }) },
    ],
    [415, 'unsupported_type', 'XML', { headers: { 'content-type': 'application/xml' } }],
    [415, 'unsupported_type', 'no content type', { headers: { 'content-type': undefined } }],
    [
      415,
      'unsupported_charset',
      'another charset',
      { headers: { 'content-type': 'application/json; charset=iso-8859-1' } },
    ],
    [415, 'unsupported_encoding', 'a compressed body', { headers: { 'content-encoding': 'gzip' } }],
    [
      422,
      'invalid',
      'too many fields',
      { body: JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`f${at}`, '']))) },
    ],
  ] as Array<[number, string, string, Change]>)(
    '%d %s: %s, for a script and for a visitor',
    async (status, code, _, change) => {
      const { handler, table } = setUp();
      const answer = await handler(changed('valid-json', change));
      expect([answer.statusCode, errorOf(answer).code]).toEqual([status, code]);
      const page = await handler(
        changed('valid-json', { ...change, headers: { ...change.headers, accept: 'text/html' } }),
      );
      expect(page.statusCode).toBe(status);
      expect(page.body).toContain(`data-code="${code}"`);
      expect(table.items()).toEqual([]);
    },
  );
});

describe('an outage', () => {
  const outage = () => Promise.reject(new PlatformError('table.unreachable', 'secret detail'));

  test.each([
    ['text/html', 'try again'],
    ['application/json', 'unavailable'],
  ])('asks who takes %s to try again soon', async (accept, word) => {
    const { deps, lines } = setUp();
    const handler = createHandler({ ...deps, table: { ...deps.table, put: outage } });
    const answer = await handler(changed('valid', { headers: { accept } }));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '5', 'access-control-allow-origin': ORIGIN });
    expect(answer.body).toContain(word);
    expect(answer.body).not.toContain('secret');
    expect(lines.join()).toContain('table.unreachable');
  });

  test('is said also when the source cannot be read', async () => {
    const { deps } = setUp();
    expect((await createHandler({ ...deps, loadSource: outage })(loadEvent('submit-lead/valid'))).statusCode).toBe(503);
  });

  test('anything else is a 500 with the request id and nothing else', async () => {
    const { deps } = setUp();
    const failing = createHandler({
      ...deps,
      table: { ...deps.table, put: () => Promise.reject(new Error('secret detail')) },
    });
    const answer = await failing(loadEvent('submit-lead/valid'));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toContain('JKJaXmPLvHcESHA00=');
    expect(answer.body).not.toContain('secret');
  });
});

test('whatever is sent, the answer is never a 5xx, and small', async () => {
  const types = [
    'application/x-www-form-urlencoded',
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    '',
  ];
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(null), fc.double()))
      .map((fields) => JSON.stringify({ ...fields, email: 'wing@example.com' })),
    fc.string().map((text) => `email=wing%40example.com&${text}`),
    fc.string().map((text) => `--x\r\n${text}\r\n\r\n${text}\r\n--x--`),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...types),
      body,
      fc.boolean(),
      fc.constantFrom('text/html', '*/*'),
      async (type, text, isBase64Encoded, accept) => {
        const { handler } = setUp({ textPlain: true });
        const answer = await handler(
          changed('valid', { headers: { 'content-type': type, accept }, body: text, isBase64Encoded }),
        );
        expect(answer.statusCode).toBeLessThan(500);
        expect(Buffer.byteLength(answer.body ?? '')).toBeLessThan(16_384);
      },
    ),
    { numRuns: 400 },
  );
});
