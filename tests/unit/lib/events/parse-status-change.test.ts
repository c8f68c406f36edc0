import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseStatusChange } from '../../../../lib/events/parse-status-change.ts';
import type { WebhookCall } from '../../../../lib/events/webhook-body.ts';
import { webhookSettings } from '../../../../lib/sources/webhook-settings.ts';

const settingsOf = (more: object = {}) => webhookSettings.parse({ exchangeRate: '0.1282', currency: 'USD', ...more });

const LEAD = {
  lead_id: '5725767000000524157',
  cdp_id: 'v-81',
  lead_status: 'Pre-Qualified',
  annual_revenue: '1000',
  modified_by: 'Sales Team',
};
const READ_LEAD = {
  module: 'Leads',
  recordId: '5725767000000524157',
  cdpId: 'v-81',
  status: 'Pre-Qualified',
  amountText: '1000',
  modifiedBy: 'Sales Team',
  person: {},
  clickIds: {},
  extra: {},
};

const call = (body: string | Buffer, contentType?: string, query: Array<[string, string]> = []): WebhookCall => ({
  contentType,
  body: Buffer.from(body),
  query,
});
const formOf = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const parse = (given: WebhookCall, more?: object) => parseStatusChange(given, settingsOf(more));
const parseForm = (fields: Record<string, string>, more?: object) => parse(call(formOf(fields)), more);
const without = (name: keyof typeof LEAD) =>
  Object.fromEntries(Object.entries(LEAD).filter(([key]) => key !== name)) as Record<string, string>;

const CRLF = '\r\n';
const multipartOf = (fields: Record<string, string>, boundary = 'zoho7MA4') =>
  [
    ...Object.entries(fields).map(
      ([name, value]) =>
        `--${boundary}${CRLF}Content-Disposition: form-data; name="${name}"${CRLF}${CRLF}${value}${CRLF}`,
    ),
    `--${boundary}--${CRLF}`,
  ].join('');

describe('the same call in every form it may come in', () => {
  test.each([
    ['form data', call(formOf(LEAD), 'application/x-www-form-urlencoded')],
    ['form data without a type', call(formOf(LEAD))],
    ['form data called JSON', call(formOf(LEAD), 'application/json')],
    ['JSON', call(JSON.stringify(LEAD), 'application/json')],
    ['JSON without a type', call(JSON.stringify(LEAD, null, 2))],
    ['JSON called form data', call(JSON.stringify(LEAD), 'application/x-www-form-urlencoded; charset=utf-8')],
    ['JSON behind a byte order mark', call(`\ufeff${JSON.stringify(LEAD)}`, 'text/plain')],
    ['multipart', call(multipartOf(LEAD), 'multipart/form-data; boundary=zoho7MA4')],
    [
      'multipart with a quoted boundary',
      call(multipartOf(LEAD, 'a b'), 'multipart/form-data; charset=utf-8; boundary="a b"'),
    ],
    ['multipart without a type', call(multipartOf(LEAD))],
    ['multipart called form data', call(multipartOf(LEAD), 'application/x-www-form-urlencoded')],
    ['query parameters', call('', undefined, Object.entries(LEAD))],
    ['query parameters beside a blank body', call(' \n', 'application/json', Object.entries(LEAD))],
  ])('%s', async (_, given) => {
    expect(await parse(given)).toEqual({ status: 'change', change: READ_LEAD });
  });

  test.each([
    [
      'labels',
      {
        'Lead ID': LEAD.lead_id,
        'CDP-ID': 'v-81',
        'Lead Status': 'Pre-Qualified',
        'Annual Revenue': '1000',
        'Modified By': 'Sales Team',
      },
    ],
    [
      'API names',
      {
        LEAD_ID: LEAD.lead_id,
        Cdp_Id: 'v-81',
        Lead_Status: 'Pre-Qualified',
        Annual_Revenue: '1000',
        Modified_By: 'Sales Team',
      },
    ],
    ['padded values', Object.fromEntries(Object.entries(LEAD).map(([name, value]) => [name, `  ${value}\t`]))],
  ])('with names written as %s', async (_, fields) => {
    expect(await parseForm(fields)).toEqual({ status: 'change', change: READ_LEAD });
    expect(await parse(call(JSON.stringify(fields)))).toEqual({ status: 'change', change: READ_LEAD });
  });
});

describe('a JSON body', () => {
  test('keeps every digit of a number', async () => {
    const body =
      '{"lead_id":5725767000000524157,"cdp_id":12345678901234567890,"lead_status":"Contacted","annual_revenue":12345678901234567.123456789}';
    expect(await parse(call(body))).toMatchObject({
      status: 'change',
      change: {
        recordId: '5725767000000524157',
        cdpId: '12345678901234567890',
        amountText: '12345678901234567.123456789',
      },
    });
  });

  test('is mended when a value broke the template: quotation marks, line breaks, a bare value that is missing', async () => {
    const body = `{"lead_id":"${LEAD.lead_id}","first_name":"A "B" C","street":"1 High Street
Flat 2","annual_revenue":,"cdp_id":"v-81","Lead Status" : "Contacted" }`;
    expect(await parse(call(body))).toMatchObject({
      status: 'change',
      change: {
        recordId: LEAD.lead_id,
        cdpId: 'v-81',
        status: 'Contacted',
        person: { firstName: 'A "B" C', street: '1 High Street\nFlat 2' },
      },
    });
  });

  test('is mended when a bare value is money with a grouping comma', async () => {
    const body = `{"lead_id":${LEAD.lead_id},"cdp_id":"v-81","lead_status":"Contacted","annual_revenue":HK$ 1,000.00}`;
    expect(await parse(call(body))).toMatchObject({
      status: 'change',
      change: { recordId: LEAD.lead_id, amountText: 'HK$ 1,000.00' },
    });
  });

  test.each([
    [
      'a value that brings a second status',
      `{"lead_id":"${LEAD.lead_id}","cdp_id":"v-81","last_name":"x","lead_status":"Pre-Qualified","z":"","lead_status":"Contacted"}`,
    ],
    [
      'the same in a broken template',
      `{"lead_id":"${LEAD.lead_id}","cdp_id":"v-81","last_name":"A "B"","lead_status":"Pre-Qualified","z":"","Lead Status":"Contacted"}`,
    ],
    ['a break within the status', `{"lead_id":"${LEAD.lead_id}","cdp_id":"v-81","lead_status":"Con"tacted"}`],
    ['a break within the visitor id', `{"lead_id":"${LEAD.lead_id}","cdp_id":"v-"81","lead_status":"Contacted"}`],
    ['an end that is missing', `{"lead_id":"${LEAD.lead_id}","cdp_id":"v-81","lead_status":"Contac`],
    ['a list', JSON.stringify([LEAD])],
    ['text', '"lead_id"'],
    ['markup', '<lead id="5725767000000524157" status="Contacted"/>'],
    ['plain text', 'Lead Jane = changed\nstatus = Contacted'],
    ['bytes that are no text', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x3d, 0xff])],
    ['multipart that ends early', `--b${CRLF}Content-Disposition: form-data; name="lead_id"${CRLF}${CRLF}5725`],
    ['a part over 16 KB that cannot be named', `--b${CRLF}X: y${CRLF}${CRLF}${'x'.repeat(20_000)}${CRLF}--b--${CRLF}`],
    ['nesting without end', '['.repeat(30_000)],
    ['nesting within an object', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('or any other that leaves a doubt is kept for a person: %s', async (_, body) => {
    const outcome = await parse(call(body, 'application/json'));
    expect(outcome).toEqual({ status: 'unreadable', reason: 'unreadable_body' });
  });
});

describe('which value counts', () => {
  test('the body wins over the query, and the query fills in what the body has not', async () => {
    const given = call(formOf({ ...LEAD, annual_revenue: '' }), undefined, [
      ['lead_status', 'Contacted'],
      ['annual_revenue', '7'],
      ['module', 'leads'],
    ]);
    expect(await parse(given)).toEqual({ status: 'change', change: { ...READ_LEAD, amountText: '7' } });
  });

  test.each(['', '   ', 'null', '-None-', '${Leads.CDP ID}', '${!Leads.CDP_ID}'])('%j is no value', async (value) => {
    expect(await parseForm({ ...LEAD, cdp_id: value })).toEqual({ status: 'ignored', reason: 'no_cdp_id' });
    expect(await parseForm({ ...LEAD, annual_revenue: value, modified_by: value })).toEqual({
      status: 'change',
      change: Object.fromEntries(
        Object.entries(READ_LEAD).filter(([name]) => name !== 'amountText' && name !== 'modifiedBy'),
      ),
    });
  });

  test('JSON null is no value, and zero is one', async () => {
    expect(await parse(call(JSON.stringify({ ...LEAD, cdp_id: null })))).toEqual({
      status: 'ignored',
      reason: 'no_cdp_id',
    });
    expect(await parse(call(JSON.stringify({ ...LEAD, annual_revenue: 0 })))).toMatchObject({
      change: { amountText: '0' },
    });
  });

  test('a person may be called Null', async () => {
    expect(await parseForm({ ...LEAD, last_name: 'Null' })).toMatchObject({ change: { person: { lastName: 'Null' } } });
  });
});

describe('a deal', () => {
  const DEAL = { deal_id: '5725767000000999001', stage: 'Closed Won', amount: '500.5', cdp_id: 'v-81' };

  test('is known by its deal_id, stage and amount', async () => {
    expect(await parseForm({ ...DEAL, annual_revenue: '1' })).toEqual({
      status: 'change',
      change: {
        module: 'Deals',
        recordId: DEAL.deal_id,
        cdpId: 'v-81',
        status: 'Closed Won',
        amountText: '500.5',
        person: {},
        clickIds: {},
        extra: {},
      },
    });
  });

  test('may use the names of a lead, with its module', async () => {
    const fields = { module: 'deals', lead_id: DEAL.deal_id, lead_status: 'Closed Won', amount: '5', cdp_id: 'v-81' };
    expect(await parseForm(fields)).toMatchObject({
      change: { module: 'Deals', recordId: DEAL.deal_id, status: 'Closed Won', amountText: '5' },
    });
  });

  test('the source says which parameter carries the money of each module', async () => {
    const fields = { ...LEAD, expected: '3', amount: '4' };
    expect(await parseForm(fields, { amountField: 'expected' })).toMatchObject({ change: { amountText: '3' } });
    expect(await parseForm({ ...fields, deal_id: '1', stage: 'x' }, { amountField: 'expected' })).toMatchObject({
      change: { amountText: '4' },
    });
    const both = { amountField: { Leads: 'amount', Deals: 'expected' } };
    expect(await parseForm(fields, both)).toMatchObject({ change: { amountText: '4' } });
    expect(await parseForm({ ...fields, deal_id: '1', stage: 'x' }, both)).toMatchObject({
      change: { amountText: '3' },
    });
  });
});

describe('a call that makes nothing says why', () => {
  test.each<[string, Record<string, string>, string]>([
    ['no lead_id', without('lead_id'), 'missing_lead_id'],
    ['no lead_status', without('lead_status'), 'missing_lead_status'],
    ['no cdp_id', without('cdp_id'), 'no_cdp_id'],
    ['letters in the id', { ...LEAD, lead_id: 'zcrm_57' }, 'bad_lead_id'],
    ['21 digits', { ...LEAD, lead_id: '1'.repeat(21) }, 'bad_lead_id'],
    ['an exponent', { ...LEAD, lead_id: '5e18' }, 'bad_lead_id'],
    ['a visitor id of 256 characters', { ...LEAD, cdp_id: 'v'.repeat(256) }, 'bad_cdp_id'],
    ['a status of 256 characters', { ...LEAD, lead_status: 's'.repeat(256) }, 'bad_lead_status'],
    ['a module nobody counts', { ...LEAD, module: 'Contacts' }, 'module_not_counted'],
    ['only other parameters', { foo: 'bar' }, 'missing_lead_id'],
  ])('%s', async (_, fields, reason) => {
    expect(await parseForm(fields)).toEqual({ status: 'ignored', reason });
  });

  test('only the modules a source lists count', async () => {
    expect(await parseForm(LEAD, { statuses: { Deals: {} } })).toEqual({
      status: 'ignored',
      reason: 'module_not_counted',
    });
    expect(await parseForm(LEAD, { statuses: { Leads: {} } })).toMatchObject({ status: 'change' });
    expect(await parseForm({ ...LEAD, module: 'toString' })).toEqual({
      status: 'ignored',
      reason: 'module_not_counted',
    });
  });

  test('no parameter at all', async () => {
    for (const body of ['', '{}', ' ', '\ufeff']) expect(await parse(call(body))).toEqual({ status: 'empty' });
  });
});

test('personal fields, click ids and the extras a source lists come along', async () => {
  const person = { first_name: 'Wing', email: 'wing@example.com', 'Zip Code': '00000', title: 'Dr' };
  const outcome = await parseForm(
    { ...LEAD, ...person, gclid: 'g1', utm_source: 'news', industry: 'Education', hobby: 'chess' },
    { extra: ['industry'] },
  );
  expect(outcome).toMatchObject({
    change: {
      person: { firstName: 'Wing', email: 'wing@example.com', zipCode: '00000', title: 'Dr' },
      clickIds: { gclid: 'g1', utm_source: 'news' },
      extra: { industry: 'Education' },
    },
  });
});

describe('limits', () => {
  test('64 KB are read, one byte more is kept for a person', async () => {
    const base = formOf({ ...LEAD, note: '' });
    expect(await parse(call(base + 'x'.repeat(64 * 1024 - base.length)))).toMatchObject({ status: 'change' });
    expect(await parse(call(base + 'x'.repeat(64 * 1024 - base.length + 1)))).toEqual({
      status: 'unreadable',
      reason: 'too_large',
    });
  });

  test('a visitor id with damaged bytes joins nobody', async () => {
    expect(await parse(call(`${formOf(without('cdp_id'))}&cdp_id=%ff%fe`))).toEqual({
      status: 'unreadable',
      reason: 'damaged_text',
    });
    expect(await parse(call(`${formOf(LEAD)}&street=%ff`))).toMatchObject({ status: 'change' });
    expect(await parse(call('{"lead_id":"1","lead_status":"Contacted","cdp_id":"\\ud800"}'))).toEqual({
      status: 'unreadable',
      reason: 'damaged_text',
    });
  });

  test('no body makes it throw, and what it reads obeys the contract', async () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '"',
      ':',
      ',',
      '=',
      '&',
      '%',
      '%f',
      '[',
      ']',
      '\\',
      '\n',
      '--b\r\n',
      'lead_id',
      'cdp_id',
      'lead_status',
      '12',
      'null',
      '${x}',
      'é',
      '\ud800',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom(undefined, 'application/json', 'multipart/form-data; boundary=b'),
        async (pieces, type) => {
          const outcome = await parse(call(pieces.join(''), type));
          if (outcome.status !== 'change') return;
          expect(outcome.change.recordId).toMatch(/^\d{1,20}$/);
          expect(outcome.change.cdpId).not.toBe('');
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('any text in a personal field survives form data, JSON and multipart', async () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => `x${text.replace(/\p{Cc}/gu, '')}x`);
    await fc.assert(
      fc.asyncProperty(value, async (lastName) => {
        const fields = { ...LEAD, last_name: lastName };
        for (const body of [formOf(fields), JSON.stringify(fields), multipartOf(fields)])
          expect(await parse(call(body))).toMatchObject({ change: { person: { lastName: lastName.toWellFormed() } } });
      }),
    );
  });
});
