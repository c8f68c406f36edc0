import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { amountProblems } from '../../../../lib/events/money.ts';
import { personParameters, type StatusChange } from '../../../../lib/events/status-change.ts';
import { toTrackingEvent } from '../../../../lib/events/to-tracking-event.ts';
import { trackingEvent } from '../../../../lib/events/tracking-event.ts';
import { amountFormats, eventNames, webhookSettings } from '../../../../lib/sources/webhook-settings.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../../docs/tracking-event.schema.json', import.meta.url), 'utf8'),
);
const published = new Ajv().compile(schema);

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const digits = fc.stringMatching(/^[1-9]\d{0,19}$/);
const money = fc.oneof(digits, fc.constantFrom('0', '1,234.50', 'HK$ 1,000.00', '10k', '-5', '1.5.5', '9'.repeat(21)));

const statusChange: fc.Arbitrary<StatusChange> = fc
  .record(
    {
      module: fc.constantFrom('Leads', 'Deals'),
      recordId: digits,
      cdpId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      status: text,
      amountText: money,
      modifiedBy: text,
      person: fc.dictionary(fc.constantFrom(...Object.values(personParameters)), text),
      clickIds: fc.dictionary(fc.constantFrom('gclid', 'li_fat_id', 'utm_source'), text),
      extra: fc.dictionary(
        fc.stringMatching(/^[a-z0-9_]{1,20}$/).filter((name) => name !== '__proto__'),
        text,
      ),
    },
    { requiredKeys: ['module', 'recordId', 'cdpId', 'status', 'person', 'clickIds', 'extra'] },
  )
  .map(
    (change) =>
      ({
        ...change,
        person: { ...change.person },
        clickIds: { ...change.clickIds },
        extra: { ...change.extra },
      }) as StatusChange,
  );

const produced = fc
  .tuple(
    statusChange,
    fc.constantFrom(...amountFormats),
    fc.constantFrom('USD', 'JPY', 'KWD'),
    fc.constantFrom('0.1282', '1', '123456789.123456789012'),
    fc.constantFrom(...eventNames),
    fc.integer({ min: 1, max: 999 }),
    fc.option(text, { nil: undefined }),
    fc.integer({ min: 0, max: 4_102_444_800_000 }),
  )
  .map(([change, amountFormat, currency, exchangeRate, type, occurrence, previousStatus, occurredAtMs]) =>
    toTrackingEvent(change, {
      source: 'demo-2',
      settings: webhookSettings.parse({ amountFormat, currency, exchangeRate }),
      type,
      occurrence,
      previousStatus,
      occurredAtMs,
    }),
  );

describe('the published schema', () => {
  test('holds for every event that is made, as does our own', () => {
    fc.assert(
      fc.property(produced, (event) => {
        const sent: unknown = JSON.parse(JSON.stringify(event));
        expect(published(sent) ? [] : published.errors).toEqual([]);
        expect(trackingEvent.parse(sent)).toEqual(sent);
      }),
      { numRuns: 500 },
    );
  });

  test('agrees with ours on what is no event', () => {
    const wrong = fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      0,
      -1,
      1.5,
      true,
      'x',
      'x'.repeat(256),
      '😀'.repeat(255),
      [],
      {},
      '2026-11-21',
      '01',
      '1.',
      '1e3',
      '0.0000000001',
      { a: 1 },
      { 'A b': 'x' },
      { a: '' },
      { a: 'x' },
      { firstName: 'x', age: 'y' },
    );
    const paths = fc.constantFrom(
      ['id'],
      ['type'],
      ['timestamp'],
      ['data'],
      ['more'],
      ...[
        'source',
        'module',
        'recordId',
        'cdpId',
        'status',
        'previousStatus',
        'occurrence',
        'amount',
        'amountProblem',
        'modifiedBy',
        'person',
        'clickIds',
        'extra',
        'more',
      ].map((name) => ['data', name]),
      ...['value', 'currency', 'sourceValue', 'exchangeRate', 'more'].map((name) => ['data', 'amount', name]),
      ...['firstName', 'zipCode'].map((name) => ['data', 'person', name]),
    );
    const put = (target: unknown, [name = '', ...rest]: string[], value: unknown): unknown => {
      if (typeof target !== 'object' || target === null) return target;
      const next = rest.length === 0 ? value : put((target as Record<string, unknown>)[name], rest, value);
      return { ...target, [name]: next };
    };
    fc.assert(
      fc.property(produced, paths, wrong, (event, path, value) => {
        const broken: unknown = JSON.parse(JSON.stringify(put(event, path, value)));
        expect(published(broken)).toBe(trackingEvent.safeParse(broken).success);
      }),
      { numRuns: 2000 },
    );
  });

  test('names the same events and amount problems', () => {
    expect(schema.properties.type.enum).toEqual([...eventNames]);
    expect(schema.properties.data.properties.amountProblem.enum).toEqual([...amountProblems]);
  });

  test('gives an example that is one, in every dialect it may be read in', () => {
    for (const example of schema.examples) {
      expect(new Ajv2020().validate({ ...schema, $id: 'copy' }, example)).toBe(true);
      expect(published(example)).toBe(true);
      expect(trackingEvent.parse(example)).toEqual(example);
    }
  });
});
