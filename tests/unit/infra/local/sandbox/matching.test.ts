import { describe, expect, test } from '@jest/globals';
import { checkOrder, firstUncheckable } from '../../../../../infra/local/sandbox/crm/matching.ts';
import { moduleNamed } from '../../../../../infra/local/sandbox/crm/modules.ts';

const module = { systemCheckField: 'Email', uniqueFields: ['u1', 'u2'] };

describe('the fields an upsert compares', () => {
  // The table of "Upsert Records", for a module with two unique fields.
  test.each<[string[], string[]]>([
    [[], ['Email', 'u1', 'u2']],
    [['Email'], ['Email', 'u1', 'u2']],
    [['u1'], ['u1', 'u2']],
    [['u2'], ['u2', 'u1']],
    [
      ['u1', 'u2'],
      ['u1', 'u2'],
    ],
    [
      ['u2', 'u1'],
      ['u2', 'u1'],
    ],
    [
      ['u2', 'Email'],
      ['u2', 'Email', 'u1'],
    ],
  ])('sent %j, they are %j', (sent, order) => expect(checkOrder(module, sent)).toEqual(order));
});

test('only the system field and unique fields may be named', () => {
  expect(firstUncheckable(module, ['Email', 'u2'])).toBe(-1);
  expect(firstUncheckable(module, ['Email', 'Phone'])).toBe(1);
});

test('each module has its own check fields', () => {
  expect(checkOrder(moduleNamed('Leads'), [])).toEqual(['Email', 'External_Key', 'Lead_Number']);
  expect(checkOrder(moduleNamed('Contacts'), [])).toEqual(['Email']);
  expect(checkOrder(moduleNamed('Deals'), [])).toEqual(['Deal_Name']);
});
