import { describe, expect, test } from '@jest/globals';
import { moduleNamed } from '../../../../../infra/local/sandbox/crm/modules.ts';
import type { CrmRecord } from '../../../../../infra/local/sandbox/crm/record-store.ts';
import { webhookRequest } from '../../../../../infra/local/sandbox/webhooks/build-request.ts';
import { fillTemplate } from '../../../../../infra/local/sandbox/webhooks/merge-fields.ts';

const leads = moduleNamed('Leads');
const lead: CrmRecord = {
  id: '5725767000000524157',
  createdAtMs: Date.UTC(2026, 10, 21, 1, 30, 0),
  modifiedAtMs: Date.UTC(2026, 10, 21, 2, 0, 0),
  converted: false,
  values: {
    Last_Name: 'Chan',
    First_Name: 'Tai "Man"',
    Lead_Status: 'Pre-Qualified',
    Annual_Revenue: 1250.5,
    CDP_ID: 'v-81',
    Product_Interest: ['Solar Panels', 'Batteries'],
    Email_Opt_Out: true,
  },
};
const forms = { emptyAs: '', moneyFormat: '1000' } as const;
const fill = (template: string) => fillTemplate(template, leads, lead, forms);

describe('merge fields', () => {
  test.each([
    ['${Leads.Lead Id}', '5725767000000524157'],
    ['${!Leads.Id}', '5725767000000524157'],
    ['${!Leads.id}', '5725767000000524157'],
    ['${Leads.Lead Status}', 'Pre-Qualified'],
    ['${!Leads.Lead_Status}', 'Pre-Qualified'],
    ['${Leads.CDP ID}', 'v-81'],
    ['${Leads.Annual Revenue}', '1250.5'],
    ['${Leads.Title}', ''],
    ['${Leads.Email Opt Out}', 'true'],
    ['${Leads.Is Converted}', 'false'],
    ['${Leads.Product Interest}', 'Solar Panels;Batteries'],
    ['${Leads.Modified By}', 'Ops User'],
    ['${Leads.Lead Owner}', 'Ops User'],
    ['${Leads.Created Time}', '2026-11-21T09:30:00+08:00'],
    ['${!Leads.Modified_Time}', '2026-11-21T10:00:00+08:00'],
    ['a ${Leads.Last Name} b ${Leads.Last Name}', 'a Chan b Chan'],
  ])('%s becomes %j', (template, text) => expect(fill(template)).toBe(text));

  test.each([
    '${Leads.Lead_Status}',
    '${!Leads.Lead Status}',
    '${Deals.Amount}',
    '${Leads.Nothing}',
    '${Leads.Full Name}',
    '${lead}',
    '$ {Leads.Email}',
  ])('%s cannot be resolved and stays', (template) => expect(fill(template)).toBe(template));

  test('a value that looks like a merge field is not filled in again', () => {
    const record = { ...lead, values: { Last_Name: '${Leads.Email}', Email: 'a@example.com' } };
    expect(fillTemplate('${Leads.Last Name}', leads, record, forms)).toBe('${Leads.Email}');
  });
});

describe('an empty field', () => {
  test.each([
    ['', ''],
    ['null', 'null'],
    ['-None-', '-None-'],
    ['${…}', '${Leads.Title}'],
  ] as const)('arrives as %j when that is set', (emptyAs, text) => {
    expect(fillTemplate('${Leads.Title}', leads, lead, { ...forms, emptyAs })).toBe(text);
    expect(fillTemplate('${Leads.City}${Leads.Last Name}', leads, lead, { ...forms, emptyAs })).toMatch(/Chan$/);
  });

  test('is neither a zero nor a no', () => {
    const record = { ...lead, values: { Annual_Revenue: 0, Email_Opt_Out: false } };
    const written = fillTemplate('${Leads.Annual Revenue} ${Leads.Email Opt Out}', leads, record, {
      ...forms,
      emptyAs: 'null',
    });
    expect(written).toBe('0 false');
  });
});

describe('money', () => {
  test.each([
    ['1000', 1234567.5, '1234567.5'],
    ['1,000.00', 1234567.5, '1,234,567.50'],
    ['HK$ 1,000.00', 1000, 'HK$ 1,000.00'],
    ['1.000,00', 1234567.891, '1.234.567,891'],
    ['1 000,00', 999, '999,00'],
    ['1,000.00', 0, '0.00'],
    ['1,000.00', -1234, '-1,234.00'],
    ['1,000.00', 1e-7, '0.0000001'],
  ] as const)('as %s writes %d as %j', (moneyFormat, amount, text) => {
    const record = { ...lead, values: { Annual_Revenue: amount } };
    expect(fillTemplate('${Leads.Annual Revenue}', leads, record, { ...forms, moneyFormat })).toBe(text);
  });

  test('is the only kind of number that is formatted', () => {
    const record = { ...lead, values: { No_of_Employees: 25000 } };
    const moneyFormat = '1,000.00';
    expect(fillTemplate('${Leads.No. of Employees}', leads, record, { ...forms, moneyFormat })).toBe('25000');
  });
});

describe('a webhook request', () => {
  const common = { module: 'Leads', url: 'http://127.0.0.1:9/hook?api_key=k', when: 'edit' } as const;
  const written = { when: 'edit', module: leads, record: lead } as const;

  test('form data is urlencoded, one pair for each parameter', () => {
    const parameters = { lead_id: '${Leads.Lead Id}', name: '${Leads.First Name}', event: 'constant' };
    const request = webhookRequest({ ...common, type: 'form_data', parameters, headers: {} }, written, forms);
    expect(request.url).toBe(common.url);
    expect(request.headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
    expect([...new URLSearchParams(request.body)]).toEqual([
      ['lead_id', '5725767000000524157'],
      ['name', 'Tai "Man"'],
      ['event', 'constant'],
    ]);
  });

  test('a raw body is the template, filled in without escaping', () => {
    const request = webhookRequest(
      { ...common, type: 'raw', body: '{"name":"${Leads.First Name}"}', headers: {} },
      written,
      forms,
    );
    expect(request).toMatchObject({ headers: { 'content-type': 'application/json' }, body: '{"name":"Tai "Man""}' });
  });

  test('headers may hold merge fields and override the content type', () => {
    const headers = [
      { name: 'X-Lead', value: '${!Leads.Id}' },
      { name: 'Content-Type', value: 'text/plain' },
      { name: 'x-name', value: '陳\n' },
    ];
    const request = webhookRequest({ ...common, type: 'raw', body: '', headers }, written, forms);
    expect(request.headers).toEqual({ 'x-lead': lead.id, 'content-type': 'text/plain', 'x-name': '??' });
  });
});
