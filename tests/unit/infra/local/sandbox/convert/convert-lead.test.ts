import { describe, expect, test } from '@jest/globals';
import { convertLead } from '../../../../../../infra/local/sandbox/crm/convert/convert-lead.ts';
import { findExisting } from '../../../../../../infra/local/sandbox/crm/convert/find-existing.ts';
import { createModules, type ModuleName, moduleNamed } from '../../../../../../infra/local/sandbox/crm/modules.ts';
import { createRecordStore } from '../../../../../../infra/local/sandbox/crm/record-store.ts';
import { writeRecords } from '../../../../../../infra/local/sandbox/crm/write-records.ts';
import { createIdCounter } from '../../../../../../infra/local/sandbox/ids.ts';

const setUp = () => {
  let nowMs = Date.UTC(2026, 10, 21, 1, 30, 15);
  const storeOf = (name: ModuleName) => createRecordStore(moduleNamed(name));
  const stores = {
    Leads: storeOf('Leads'),
    Accounts: storeOf('Accounts'),
    Contacts: storeOf('Contacts'),
    Deals: storeOf('Deals'),
  };
  const deps = { stores, modules: createModules(), nextId: createIdCounter().next, now: () => nowMs };
  const add = (name: ModuleName, record: object): string =>
    String(
      writeRecords(
        { module: moduleNamed(name), store: stores[name], nextId: deps.nextId, now: deps.now },
        { kind: 'insert', data: [record], duplicateCheckFields: [] },
      ).items[0]?.details.id,
    );
  const convert = (id: string, wish: object = {}) => {
    const outcome = convertLead(deps, id, wish);
    if (outcome.status !== 'converted') throw new Error(JSON.stringify(outcome.item));
    return outcome;
  };
  return {
    stores,
    deps,
    add,
    convert,
    values: (name: ModuleName, id: string | undefined) => stores[name].get(id ?? '')?.values,
    existing: (id: string) => {
      const lead = stores.Leads.get(id);
      if (!lead) throw new Error('no lead');
      const { contacts, contactField, accounts, accountField } = findExisting(deps, lead);
      return [contacts.map((record) => record.id), contactField, accounts.map((record) => record.id), accountField];
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

const lead = {
  First_Name: 'Tai Man',
  Last_Name: 'Chan',
  Company: 'ABC',
  Email: 'tm@example.com',
  Designation: 'Buyer',
  City: 'Central',
  No_of_Employees: 12,
  Lead_Source: 'Chat',
  CDP_ID: 'v-81',
  Google_Click_Id: 'click',
};
const deal = { Deal_Name: 'ABC - 2026', Closing_Date: '2026-12-31', Stage: 'Negotiation/Review', Amount: 20000 };

describe('a conversion', () => {
  test('carries over what is mapped, and nothing else', () => {
    const { add, convert, values } = setUp();
    const { Contacts, Accounts, Deals } = convert(add('Leads', lead), { Deals: deal });
    expect(Contacts.name).toBe('Tai Man Chan');
    const account = { id: Accounts?.id, name: 'ABC' };
    expect(values('Contacts', Contacts.id)).toEqual({
      First_Name: 'Tai Man',
      Last_Name: 'Chan',
      Email: 'tm@example.com',
      Title: 'Buyer',
      Mailing_City: 'Central',
      Lead_Source: 'Chat',
      CDP_ID: 'v-81',
      Account_Name: account,
    });
    expect(values('Accounts', Accounts?.id)).toEqual({ Account_Name: 'ABC', Employees: 12, Billing_City: 'Central' });
    expect(values('Deals', Deals?.id)).toEqual({
      ...deal,
      Probability: 90,
      Pipeline: 'Standard (Standard)',
      Lead_Source: 'Chat',
      CDP_ID: 'v-81',
      Contact_Name: Contacts && { id: Contacts.id, name: 'Tai Man Chan' },
      Account_Name: account,
      Lead_Conversion_Time: 0,
    });
  });

  test('without company or deal makes a contact alone', () => {
    const { add, convert, stores } = setUp();
    expect(convert(add('Leads', { Last_Name: 'Chan' }))).toMatchObject({
      Contacts: { name: 'Chan' },
      Accounts: null,
      Deals: null,
    });
    expect([stores.Accounts.count(), stores.Deals.count()]).toEqual([0, 0]);
  });

  test('tells workflows of what was made, the deal with what was mapped to it, and not of the lead', () => {
    const { add, convert } = setUp();
    const { written } = convert(add('Leads', lead), { Deals: deal });
    expect(written.map(({ when, module }) => `${when} ${module.name}`)).toEqual([
      'create Accounts',
      'create Contacts',
      'create Deals',
    ]);
    expect(written[2]?.record.values).toMatchObject({ CDP_ID: 'v-81', Stage: 'Negotiation/Review' });
  });

  test('leaves the lead behind, converted, with where it went', () => {
    const { add, convert, stores, pass } = setUp();
    const id = add('Leads', lead);
    pass(3 * 24 * 3_600_000);
    const { Contacts, Deals, Accounts } = convert(id, { Deals: deal });
    expect(stores.Leads.get(id)).toMatchObject({
      converted: true,
      values: {
        Converted_Contact: { id: Contacts.id, name: 'Tai Man Chan' },
        Converted_Account: { id: Accounts?.id },
        Converted_Deal: { id: Deals?.id, name: 'ABC - 2026' },
        Converted_Date_Time: '2026-11-24T09:30:15+08:00',
        Lead_Conversion_Time: 3,
      },
    });
    expect(stores.Leads.find('Email', 'tm@example.com')).toBeUndefined();
  });

  test('carries tags over', () => {
    const { add, convert, values } = setUp();
    const contact = add('Contacts', { Last_Name: 'Chan', Email: 'tm@example.com', Tag: [{ name: 'old' }] });
    const { Deals } = convert(add('Leads', lead), {
      Deals: deal,
      carry_over_tags: { Contacts: ['vip', 'old'], Deals: ['vip'] },
    });
    expect(values('Contacts', contact)?.Tag).toEqual([{ name: 'old' }, { name: 'vip' }]);
    expect(values('Deals', Deals?.id)?.Tag).toEqual([{ name: 'vip' }]);
  });
});

describe('whom a lead belongs to', () => {
  test('is told by its e-mail first, whatever its case and whichever e-mail field of the contact', () => {
    const { add, existing } = setUp();
    add('Contacts', { Last_Name: 'Chan', First_Name: 'Tai Man' });
    const byMail = add('Contacts', { Last_Name: 'Other', Secondary_Email: 'TM@example.com' });
    expect(existing(add('Leads', lead))).toEqual([[byMail], 'Email', [], undefined]);
  });

  test('then by its company', () => {
    const { add, existing } = setUp();
    add('Contacts', { Last_Name: 'Chan', First_Name: 'Tai Man' });
    const account = add('Accounts', { Account_Name: 'abc' });
    expect(existing(add('Leads', lead))).toEqual([[], undefined, [account], 'Account_Name']);
  });

  test('then by its name', () => {
    const { add, existing } = setUp();
    const namesakes = [1, 2].map(() => add('Contacts', { Last_Name: 'chan', First_Name: 'Tai man' }));
    add('Contacts', { Last_Name: 'Chan' });
    expect(existing(add('Leads', lead))).toEqual([namesakes, 'Full_Name', [], undefined]);
  });
});

describe('existing records', () => {
  test('are attached to and keep their own values', () => {
    const { add, convert, values, stores } = setUp();
    const contact = add('Contacts', { Last_Name: 'Old', Email: 'tm@example.com' });
    const account = add('Accounts', { Account_Name: 'ABC', Employees: 1 });
    const outcome = convert(add('Leads', lead), { Deals: deal });
    expect(outcome).toMatchObject({ Contacts: { id: contact, name: 'Old' }, Accounts: { id: account } });
    expect(values('Contacts', contact)).toEqual({
      Last_Name: 'Old',
      Email: 'tm@example.com',
      Account_Name: { id: account, name: 'ABC' },
    });
    expect(values('Accounts', account)?.Employees).toBe(1);
    expect([stores.Contacts.count(), stores.Accounts.count()]).toEqual([1, 1]);
    expect(outcome.written.map(({ when, module }) => `${when} ${module.name}`)).toEqual([
      'edit Contacts',
      'create Deals',
    ]);
  });

  test('take the lead’s values when they are overwritten', () => {
    const { add, convert, values } = setUp();
    const contact = add('Contacts', { Last_Name: 'Old', Email: 'tm@example.com' });
    convert(add('Leads', lead), { overwrite: true });
    expect(values('Contacts', contact)).toMatchObject({ Last_Name: 'Chan', CDP_ID: 'v-81' });
  });

  test('named by id win over what would be found, and a contact keeps its company unless it is overwritten', () => {
    const { add, convert, values, stores } = setUp();
    const contact = add('Contacts', { Last_Name: 'Named' });
    const { Accounts: first } = convert(add('Leads', lead), { Contacts: { id: contact } });
    expect(values('Contacts', contact)?.Account_Name).toMatchObject({ name: 'ABC' });
    const other = { ...lead, Company: 'Other' };
    expect(convert(add('Leads', other), { Contacts: { id: contact } }).Accounts?.id).toBe(first?.id);
    expect(stores.Accounts.count()).toBe(1);
    convert(add('Leads', other), { Contacts: { id: contact }, overwrite: true });
    expect(values('Contacts', contact)?.Account_Name).toMatchObject({ name: 'Other' });
    const account = add('Accounts', { Account_Name: 'Third' });
    expect(convert(add('Leads', lead), { Accounts: { id: account } }).Accounts).toEqual({ id: account, name: 'Third' });
  });
});

describe('what cannot be converted', () => {
  test.each<[object, object]>([
    [
      { Deals: { Deal_Name: 'A', Stage: 'Qualification' } },
      { code: 'MANDATORY_NOT_FOUND', details: { api_name: 'Closing_Date', json_path: '$.data[0].Deals.Closing_Date' } },
    ],
    [{ Deals: { ...deal, Stage: 'Won' } }, { code: 'MAPPING_MISMATCH', message: "Pipeline doesn't contain the Stage" }],
    [{ Deals: { ...deal, Amount: 'much' } }, { details: { json_path: '$.data[0].Deals.Amount' } }],
    [{ Deals: 'yes' }, { code: 'INVALID_DATA', details: { expected_data_type: 'jsonobject' } }],
    [{ Contacts: { id: '1' } }, { message: 'the id given seems to be invalid' }],
    [{ Accounts: {} }, { code: 'MANDATORY_NOT_FOUND', details: { json_path: '$.data[0].Accounts.id' } }],
    [{ assign_to: { id: '1' } }, { message: 'Non Subordinate User Found' }],
    [{ overwrite: 'yes' }, { details: { expected_data_type: 'boolean', api_name: 'overwrite' } }],
    [{ carry_over_tags: { Deals: 'vip' } }, { details: { expected_data_type: 'jsonarray' } }],
    [{ overwrite: 1, Contacts: [] }, { code: 'MULTIPLE_OR_MULTI_ERRORS' }],
  ])('%j, and then nothing was made', (wish, item) => {
    const { add, deps, stores } = setUp();
    const id = add('Leads', lead);
    expect(convertLead(deps, id, wish)).toMatchObject({ status: 'wrong', item });
    expect([stores.Contacts.count(), stores.Accounts.count(), stores.Deals.count()]).toEqual([0, 0, 0]);
    expect(stores.Leads.get(id)?.converted).toBe(false);
  });

  test('is a lead that is not there, or is converted already', () => {
    const { add, deps, convert } = setUp();
    expect(convertLead(deps, '5725767000009999999', {})).toMatchObject({
      status: 'refused',
      item: { code: 'INVALID_DATA', message: 'the id given seems to be invalid' },
    });
    const id = add('Leads', lead);
    convert(id);
    expect(convertLead(deps, id, {})).toEqual({
      status: 'refused',
      item: {
        code: 'ID_ALREADY_CONVERTED',
        details: { resource_path_index: 1 },
        message: 'id already converted',
        status: 'error',
      },
    });
  });
});
