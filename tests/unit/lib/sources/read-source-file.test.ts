import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leadsFields } from '../../../../infra/local/sandbox/crm/leads-fields.ts';
import { readSourceFile } from '../../../../lib/sources/read-source-file.ts';

const problemsOf = (text: string) => {
  const read = readSourceFile(text);
  return 'problems' in read ? read.problems : [];
};
const rateOf = (rate: string) => {
  const read = readSourceFile(`id: demo\nwebhook: { exchangeRate: ${rate}, currency: USD }`);
  return 'source' in read ? read.source.webhook?.exchangeRate : read.problems.map(({ path }) => path);
};

const DEMO = readFileSync(resolve(import.meta.dirname, '../../../../infra/sources/demo.yml'), 'utf8');

describe('the demo file', () => {
  test('is right', () => {
    expect(readSourceFile(DEMO)).toMatchObject({
      source: { id: 'demo', connection: 'demo', webhook: { exchangeRate: '0.1282', currency: 'USD', count: 'once' } },
    });
  });

  test('maps to fields that the demo organisation has', () => {
    const read = readSourceFile(DEMO);
    const mapped = Object.keys('source' in read ? (read.source.forms.contact?.fields ?? {}) : {});
    const known = new Set(leadsFields.map(({ apiName }) => apiName));
    expect(mapped.length).toBeGreaterThan(10);
    expect(mapped.filter((field) => !known.has(field))).toEqual([]);
  });
});

describe('an exchange rate is read as it is written', () => {
  test.each(['0.1282', '"0.1282"', "'0.1282'"])('%s', (rate) => expect(rateOf(rate)).toBe('0.1282'));
  test('with its last zero, and with more digits than a float keeps', () => {
    expect([rateOf('0.10'), rateOf('1'), rateOf('7.800000000001'), rateOf('123456789.123456789012')]).toEqual([
      '0.10',
      '1',
      '7.800000000001',
      '123456789.123456789012',
    ]);
  });
  test.each(['1e-3', '0x10', '.5', '-1', '0', '0.000', '1_000', '.inf', '"1,5"', 'true', '~'])(
    '%s is refused',
    (rate) => {
      expect(rateOf(rate)).toEqual(['webhook.exchangeRate']);
    },
  );
});

describe('a problem is named with its line', () => {
  test('where the key stands', () => {
    const text =
      'id: demo\nforms:\n  contact:\n    fields:\n      Email: {from: email,\n        transform: emial}\n      Phone: []\n    redirct: x\n';
    expect(problemsOf(text)).toEqual([
      {
        path: 'forms.contact.fields.Email.transform',
        message: expect.stringContaining('did you mean email?'),
        line: 6,
      },
      { path: 'forms.contact.fields.Phone', message: expect.any(String), line: 7 },
      { path: 'forms.contact.redirct', message: expect.stringContaining('redirect'), line: 8 },
    ]);
  });

  test('where what holds it stands, for a key that is missing', () => {
    expect(problemsOf('id: demo\nwebhook:\n  currency: USD\n')).toEqual([
      { path: 'webhook.exchangeRate', message: 'is required', line: 2 },
    ]);
  });

  test('through an alias', () => {
    const text = 'id: demo\nforms:\n  a: &form\n    fields: { Email: email }\n    gather: 2\n  b: *form\n';
    expect(problemsOf(text)).toEqual([
      { path: 'forms.a.gather', message: expect.any(String), line: 5 },
      { path: 'forms.b.gather', message: expect.any(String), line: 5 },
    ]);
  });

  test('of a list entry', () => {
    const text =
      'id: demo\nforms:\n  a:\n    fields: { Email: email }\n    duplicateCheckFields:\n      - Email\n      - Phone\n';
    expect(problemsOf(text)).toMatchObject([{ path: 'forms.a.duplicateCheckFields.1', line: 7 }]);
  });
});

describe('what is no YAML that can be trusted is refused', () => {
  test('a key that stands there twice, with its path', () => {
    expect(problemsOf('id: demo\nforms:\n  a:\n    fields: { Email: a }\n    fields: { Email: b }\n')).toEqual([
      { path: 'forms.a.fields', message: 'stands there twice', line: 5 },
    ]);
  });

  test('a key that would reach into the prototype', () => {
    expect(problemsOf('id: demo\nforms:\n  __proto__: { fields: { Email: a } }\n')).toEqual([
      { path: 'forms.__proto__', message: 'is not known here', line: 3 },
    ]);
  });

  test.each([
    ['a quote that never ends', 'id: "demo\n', 'a colon, quote or bracket is missing'],
    ['tabs', 'forms:\n\tcontact: x\n', 'not by tabs'],
    ['two documents', 'id: a\n---\nid: b\n', 'one document'],
    ['a tag', 'id: !secret demo\n', 'tags'],
    ['an alias without an anchor', 'id: *nobody\n', 'alias'],
    [
      'aliases that unfold for ever',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e'].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcd'[at]}`).join()}]`).join('\n')}\n`,
      'aliases',
    ],
    ['a file of 256 KB and more', `id: demo\n# ${'x'.repeat(256 * 1024)}\n`, 'larger than 256 KB'],
    ['an empty file', '', 'is empty'],
    ['a list', '- id: demo\n', 'must be a mapping'],
  ])('%s', (_, text, message) => {
    const problems = problemsOf(text);
    expect(problems.map((problem) => problem.message).join()).toContain(message);
    expect(problems[0]?.path).toBe('');
  });
});

test('no text makes it throw', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'id: demo\n',
      'forms:\n',
      '  a: ',
      '&x ',
      '*x',
      '{',
      '}',
      '[',
      ']',
      '"',
      '- ',
      '<<: *x\n',
      '!t ',
      '---\n',
      '? ',
      ': ',
      '\t',
      '\u0000',
      '__proto__: 1\n',
      'exchangeRate: 1\n',
      'webhook:\n  ',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        pieces.map((list) => list.join('')),
      ),
      (text) => 'problems' in readSourceFile(text) || 'source' in readSourceFile(text),
    ),
    { numRuns: 500 },
  );
});
