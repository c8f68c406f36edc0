import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeBody } from '../../../../lib/submissions/decode-body.ts';
import { multipartOf, multipartType, postOf } from './contact-form.ts';

const urlencodedType = 'application/x-www-form-urlencoded';
const decode = (contentType: string, body: string | Buffer, headers: Record<string, string> = {}, textPlain = false) =>
  decodeBody(postOf(contentType, body, headers), { textPlain });
const fieldsOf = async (contentType: string, body: string | Buffer): Promise<Record<string, string | string[]>> => {
  const decoded = await decode(contentType, body);
  if (decoded.status !== 'decoded') throw new Error(`expected fields, got ${decoded.status}`);
  return { ...decoded.fields };
};

describe('urlencoded', () => {
  test('plus and percent are read, names that come again become a list', async () => {
    expect(await fieldsOf(urlencodedType, 'a=one+two&b=Zo%C3%AB&c=1&c=2&d&=x')).toEqual({
      a: 'one two',
      b: 'Zoë',
      c: ['1', '2'],
      d: '',
    });
  });
  test('a percent sign that encodes nothing stays what it is', async () => {
    expect(await fieldsOf(urlencodedType, 'a=100%&b=5%zz')).toEqual({ a: '100%', b: '5%zz' });
  });
  test.each([['%ff'], ['%C3%28'], ['%ED%A0%80']])('bytes that are no UTF-8 are refused: %s', async (value) => {
    expect(await decode(urlencodedType, `a=${value}`)).toMatchObject({ status: 'unreadable' });
  });
  test('an empty body is a form without fields', async () => {
    expect(await fieldsOf(`${urlencodedType}; charset=UTF-8`, '')).toEqual({});
  });
});

describe('json', () => {
  test('numbers keep their source text, so long ids stay exact', async () => {
    expect(await fieldsOf('application/json', '{"id":5725767000000524157,"rate":1.10,"big":1e400}')).toEqual({
      id: '5725767000000524157',
      rate: '1.10',
      big: '1e400',
    });
  });
  test('null is absent, booleans are words, arrays of texts stay lists', async () => {
    expect(await fieldsOf('application/json;charset=utf-8', '{"a":null,"b":true,"c":["x","y"],"d":[]}')).toEqual({
      b: 'true',
      c: ['x', 'y'],
      d: [],
    });
  });
  test('of a key written twice the last one stands', async () => {
    expect(await fieldsOf('application/json', '{"a":"1","a":"2"}')).toEqual({ a: '2' });
  });
  test('names every object knows are left out and change no object', async () => {
    const fields = await fieldsOf(
      'application/json',
      '{"__proto__":["x"],"constructor":"x","prototype":"x","toString":"kept"}',
    );
    expect(Object.keys(fields)).toEqual(['toString']);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
  test('half of a surrogate pair becomes a replacement character, which the table can hold', async () => {
    expect(await fieldsOf('application/json', '{"a":"x\\ud800"}')).toEqual({ a: 'x\ufffd' });
  });
  test.each([
    ['[]'],
    ['"x"'],
    ['1'],
    ['null'],
    [''],
    ['{'],
    ['{"a":{}}'],
    ['{"a":[1]}'],
    ['{"a":[null]}'],
    ['{"a":[["x"]]}'],
    ['['.repeat(60_000)],
    [`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('anything but one object of texts, numbers, booleans, null and arrays of texts is unreadable', async (body) => {
    expect(await decode('application/json', body)).toMatchObject({ status: 'unreadable' });
  });
  test('bytes that are no UTF-8 are refused', async () => {
    expect(await decode('application/json', Buffer.from('{"a":"\xff"}', 'latin1'))).toMatchObject({
      status: 'unreadable',
    });
  });
});

describe('multipart', () => {
  const file = (content: string) =>
    `Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n${content}`;

  test('text fields are read, files are dropped and counted', async () => {
    const body = multipartOf(
      [
        ['a', '1'],
        ['b', 'Zoë'],
        ['b', '2'],
      ],
      [file('x'), file('y'.repeat(30_000))],
    );
    expect(await decode(multipartType, body)).toMatchObject({
      status: 'decoded',
      fields: { a: '1', b: ['Zoë', '2'] },
      files: 2,
    });
  });
  test('a file input left empty is no file', async () => {
    const empty =
      'Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n';
    expect(await decode(multipartType, multipartOf([['a', '1']], [empty]))).toMatchObject({
      status: 'decoded',
      files: 0,
    });
  });
  test('a quoted boundary and a part that names its charset are fine', async () => {
    const part = 'Content-Disposition: form-data; name="b"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nZoë';
    const type = 'multipart/form-data; boundary="a-boundary-of-our-own"; charset=UTF-8';
    expect(await fieldsOf(type, multipartOf([['a', '1']], [part]))).toEqual({ a: '1', b: 'Zoë' });
  });

  const whole = multipartOf([['a', '1']], [file('x'.repeat(100))]);
  const broken: Array<[string, string, Buffer]> = [
    ['no boundary', 'multipart/form-data', whole],
    ['an empty boundary', 'multipart/form-data; boundary=', whole],
    ['another boundary', 'multipart/form-data; boundary=other', whole],
    ['an empty body', multipartType, Buffer.alloc(0)],
    ['a body without its end', multipartType, whole.subarray(0, whole.length - 30)],
    ['a file that breaks off', multipartType, whole.subarray(0, whole.length - 80)],
    ['a part without a disposition', multipartType, multipartOf([['a', '1']], ['X-Other: 1\r\n\r\nvalue'])],
    [
      'a large part without a disposition',
      multipartType,
      multipartOf([['a', '1']], [`X-Other: 1\r\n\r\n${'v'.repeat(20_000)}`]),
    ],
    [
      'a large attachment part',
      multipartType,
      multipartOf([], [`Content-Disposition: attachment\r\n\r\n${'v'.repeat(20_000)}`]),
    ],
    ['a part without a name', multipartType, multipartOf([], ['Content-Disposition: form-data\r\n\r\nvalue'])],
    [
      'a part in base64',
      multipartType,
      multipartOf([], ['Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==']),
    ],
    [
      'bytes that are no UTF-8',
      multipartType,
      Buffer.from(
        multipartOf([['a', 'X']])
          .toString('latin1')
          .replace('X', '\xff'),
        'latin1',
      ),
    ],
  ];
  test.each(broken)(
    '%s is unreadable, and answered at once',
    async (_, type, body) => {
      expect(await decode(type, body)).toMatchObject({ status: 'unreadable' });
    },
    5_000,
  );

  test('however a form is cut or bent, an answer comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.nat(whole.length),
        fc.uint8Array({ maxLength: 6 }),
        async (from, length, bytes) => {
          const bent = Buffer.concat([whole.subarray(0, from), bytes, whole.subarray(from + (length % 9))]);
          expect(['decoded', 'unreadable']).toContain((await decode(multipartType, bent)).status);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('limits', () => {
  test('64 KB pass, one byte more does not', async () => {
    const fill = (bytes: number) =>
      Array.from({ length: 9 }, (_, at) => `${at}=${'x'.repeat(7_000)}`)
        .join('&')
        .concat('&z=')
        .padEnd(bytes, 'y');
    expect((await decode(urlencodedType, fill(65_536))).status).toBe('decoded');
    expect((await decode(urlencodedType, fill(65_537))).status).toBe('too_large');
  });
  test('200 fields pass, one more does not', async () => {
    const pairs = (count: number) => Array.from({ length: count }, (_, at) => `f${at}=1`).join('&');
    expect((await decode(urlencodedType, pairs(200))).status).toBe('decoded');
    expect(await decode(urlencodedType, pairs(201))).toMatchObject({
      status: 'over_limit',
      problems: [{ code: 'too_many_fields' }],
    });
  });
  test('1,000 values pass, one more does not, repeated or in one list', async () => {
    expect((await decode(urlencodedType, 'a=1&'.repeat(1_000))).status).toBe('decoded');
    const over = { status: 'over_limit', problems: [{ field: '', code: 'too_many_values' }] };
    expect(await decode(urlencodedType, 'a=1&'.repeat(1_001))).toMatchObject(over);
    expect(await decode('application/json', JSON.stringify({ a: Array(1_001).fill('') }))).toMatchObject(over);
  });
  test('8,192 characters pass, one more names the field and not the value', async () => {
    expect((await decode(urlencodedType, `a=${'é'.repeat(8_192)}`)).status).toBe('decoded');
    const over = await decode(urlencodedType, `a=${'x'.repeat(8_193)}`);
    expect(over).toMatchObject({ status: 'over_limit', problems: [{ field: 'a', code: 'too_long' }] });
    expect(JSON.stringify(over)).not.toContain('xxx');
  });
  test('what stands where a name should, in a body of another type than it says, is not repeated', async () => {
    for (const text of [
      '{"email":"wing@example.com"}'.padEnd(200),
      `{"email":"wing@example.com","q":"a=${'x'.repeat(9_000)}"}`,
    ]) {
      const over = await decode(urlencodedType, text);
      expect(over).toMatchObject({ status: 'over_limit', problems: [{ field: '', code: 'too_long' }] });
      expect(JSON.stringify(over)).not.toContain('wing');
    }
  });
  test.each([
    ['an emoji', encodeURIComponent('😀')],
    ['a line break as forms send it', '%0D%0A'],
  ])('%s counts as one character', async (_, encoded) => {
    const type = urlencodedType;
    expect((await decode(type, `a=${encoded.repeat(4_000)}${'x'.repeat(4_192)}`)).status).toBe('decoded');
    expect((await decode(type, `a=${encoded.repeat(4_000)}${'x'.repeat(4_193)}`)).status).toBe('over_limit');
  });
  test('a thousand names that are too long make a short answer', async () => {
    const over = await decode(
      urlencodedType,
      Array.from({ length: 150 }, (_, at) => `${at}${'n'.repeat(300)}=1`).join('&'),
    );
    expect(JSON.stringify(over).length).toBeLessThan(8_000);
    expect(over.status).toBe('over_limit');
  });
});

describe('what is not taken', () => {
  test.each([
    [''],
    ['text/html'],
    ['application/xml'],
    ['text/plain'],
    ['application/json, application/json'],
    ['multipart/mixed; boundary=x'],
    ['constructor'],
  ])('content type "%s"', async (type) =>
    expect(await decode(type, '{}')).toEqual({ status: 'unsupported', what: 'type' }),
  );
  test.each([['iso-8859-1'], ['"utf-16"']])('charset %s', async (charset) => {
    expect(await decode(`${urlencodedType}; charset=${charset}`, '')).toEqual({
      status: 'unsupported',
      what: 'charset',
    });
  });
  test.each([['gzip'], ['br'], ['identity, gzip']])('content encoding %s', async (encoding) => {
    expect(await decode(urlencodedType, '', { 'content-encoding': encoding })).toEqual({
      status: 'unsupported',
      what: 'encoding',
    });
  });
  test('identity is fine', async () => {
    expect((await decode(urlencodedType, '', { 'content-encoding': 'identity' })).status).toBe('decoded');
  });
  test('a text/plain beacon counts only where the form takes it', async () => {
    expect(await decode('text/plain;charset=UTF-8', '{"a":"1"}', {}, true)).toMatchObject({
      status: 'decoded',
      fields: { a: '1' },
    });
  });
});

test('whatever the body and its type, the answer is an outcome and never an exception', async () => {
  const types = [urlencodedType, 'application/json', multipartType, 'text/plain', 'multipart/form-data; boundary="'];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...types),
      fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 300 })),
      async (type, body) => {
        const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
        expect((await decode(type, bytes, {}, true)).status).toMatch(/^(decoded|unreadable|unsupported|over_limit)$/);
      },
    ),
    { numRuns: 300 },
  );
});
