import { describe, expect, test } from '@jest/globals';
import {
  covers,
  DEFAULT_SCOPE,
  isKnownScope,
  type Need,
  parseScopes,
} from '../../../../../infra/local/sandbox/accounts/scopes.ts';

const leads = (...operations: string[]): Need => ({ group: 'modules', entity: 'Leads', operations });
const read = leads('READ');
const insert = leads('CREATE', 'WRITE');
const update = leads('UPDATE', 'WRITE');
const fields: Need = { group: 'settings', entity: 'fields', operations: ['READ'] };
const org: Need = { group: 'org', operations: ['READ'] };

describe('a granted scope', () => {
  test.each<[string, Need[]]>([
    ['ZohoCRM.modules.ALL', [read, insert, update]],
    ['ZohoCRM.modules', [read, insert, update]],
    ['ZohoCRM.modules.leads', [read, insert, update]],
    ['ZohoCRM.modules.leads.ALL', [read, insert, update]],
    ['ZohoCRM.modules.Leads.ALL', [read, insert, update]],
    ['zohocrm.MODULES.LEADS.all', [read, insert, update]],
    ['ZohoCRM.modules.leads.READ', [read]],
    ['ZohoCRM.modules.READ', [read]],
    ['ZohoCRM.modules.leads.CREATE', [insert]],
    ['ZohoCRM.modules.leads.UPDATE', [update]],
    ['ZohoCRM.modules.leads.WRITE', [insert, update]],
    ['ZohoCRM.modules.contacts.ALL', []],
    ['ZohoCRM.settings.ALL', [fields]],
    ['ZohoCRM.settings.fields.ALL', [fields]],
    ['ZohoCRM.settings.fields', [fields]],
    ['ZohoCRM.settings.fields.READ', [fields]],
    ['ZohoCRM.settings.fields.CREATE', []],
    ['ZohoCRM.settings.modules.READ', []],
    ['ZohoCRM.org.READ', [org]],
    ['ZohoCRM.org', [org]],
    ['ZohoSearch.securesearch.READ', []],
  ])('%s covers exactly what it says', (scope, covered) => {
    const needs = [read, insert, update, fields, org];
    expect(needs.filter((need) => covers([scope], need))).toEqual(covered);
  });
});

test('of several scopes each adds what it covers', () => {
  const granted = parseScopes('ZohoCRM.modules.leads.READ, ZohoCRM.org.READ');
  expect(covers(granted, read) && covers(granted, org)).toBe(true);
  expect(covers(granted, insert)).toBe(false);
});

test('the scopes that are offered exist', () => {
  expect(parseScopes(DEFAULT_SCOPE).filter((scope) => !isKnownScope(scope))).toEqual([]);
});

test.each([
  'ZohoCRM.module.ALL',
  'ZohoCRM.modules.leads.RAED',
  'Zoho.modules.ALL',
  'ZohoCRM',
  'modules.ALL',
  'ZohoCRM..ALL',
  'ZohoCRM.modules.le ads',
])('the misspelt scope "%s" does not exist', (scope) => expect(isKnownScope(scope)).toBe(false));
