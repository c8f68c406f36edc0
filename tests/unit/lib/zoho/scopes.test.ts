import { expect, test } from '@jest/globals';
import { lackingScopes, mayAdd, parseScope, wantedScope } from '../../../../lib/zoho/scopes.ts';

test.each([
  [wantedScope, 'Leads', true],
  ['ZohoCRM.modules.ALL ZohoCRM.settings.ALL', 'Deals', true],
  ['ZohoCRM.modules.leads', 'Leads', true],
  ['ZohoCRM.modules.Leads.ALL', 'Leads', true],
  ['zohocrm.MODULES.leads.create', 'Leads', true],
  ['ZohoCRM.modules.leads.WRITE', 'Leads', true],
  ['ZohoCRM.modules', 'Leads', true],
  ['ZohoCRM.modules.CREATE', 'Leads', true],
  ['ZohoCRM.modules.custom.ALL', 'Web_Enquiries', true],
  ['ZohoCRM.modules.leads.READ', 'Leads', false],
  ['ZohoCRM.modules.leads.UPDATE', 'Leads', false],
  ['ZohoCRM.modules.contacts.ALL', 'Leads', false],
  ['ZohoCRM.modules.custom.ALL', 'Leads', false],
  ['ZohoCRM.settings.ALL,ZohoCRM.org.READ', 'Leads', false],
  ['ZohoBooks.modules.ALL', 'Leads', false],
  ['', 'Leads', false],
])('%s lets records be added to %s: %s', (scope, module, expected) => {
  expect(mayAdd(scope, module)).toBe(expected);
});

test('scopes are separated by commas or blanks', () => {
  expect(parseScope(' a.b, c.d  e.f,')).toEqual(['a.b', 'c.d', 'e.f']);
});

test.each([
  [wantedScope, 'ZohoCRM.coql.READ', true],
  [wantedScope, 'ZohoCRM.modules.notes.CREATE', true],
  ['ZohoCRM.modules.notes', 'ZohoCRM.modules.notes.READ', true],
  ['ZohoCRM.modules.contacts.WRITE', 'ZohoCRM.modules.contacts.UPDATE', true],
  ['ZohoCRM.modules.contacts.WRITE', 'ZohoCRM.modules.contacts.READ', false],
  ['ZohoCRM.modules.contacts.READ', 'ZohoCRM.modules.contacts.UPDATE', false],
  ['ZohoCRM.modules.ALL', 'ZohoCRM.coql.READ', false],
])('%s holds %s: %s', (scope, needed, isHeld) => {
  expect(lackingScopes(scope, [needed])).toEqual(isHeld ? [] : [needed]);
});
