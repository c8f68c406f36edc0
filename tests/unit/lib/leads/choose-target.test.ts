import { describe, expect, test } from '@jest/globals';
import { chooseTarget } from '../../../../lib/leads/choose-target.ts';
import type { WriteOptions } from '../../../../lib/leads/lead-payload.ts';
import type { IfExists } from '../../../../lib/sources/existing-records.ts';

const record = {
  Email: 'kim@example.com',
  Last_Name: 'Kim',
  Company: 'Example Ltd',
  Designation: 'Buyer',
  City: 'Hong Kong',
  Google_Click_Id: 'g-1',
  Product_Interest: ['Rooms'],
  $append_values: { Product_Interest: true as const },
};
const target = (options: Partial<WriteOptions>, person: Parameters<typeof chooseTarget>[1]) =>
  chooseTarget({ record, options: { module: 'Leads', duplicateCheckFields: ['Email'], ...options } }, person);

const LEAD = { recordId: '11' };
const CUSTOMER = { contactId: '22', dealId: '33' };

describe('a submission goes', () => {
  test('to Zoho’s upsert when nobody is known, whatever the form says', () => {
    const choices: IfExists[] = ['skip', { update_only: ['Google_Click_Id'] }];
    for (const ifExists of choices) expect(target({ ifExists, onConverted: 'contact' }, {})).toEqual({ kind: 'write' });
  });

  test('to the open lead, even of somebody who is a customer as well', () => {
    expect(target({ onConverted: 'contact' }, { ...LEAD, ...CUSTOMER })).toEqual({ kind: 'write' });
  });

  test('nowhere when the person is known and the form skips', () => {
    expect(target({ ifExists: 'skip' }, LEAD)).toEqual({ kind: 'skip', reason: 'exists', module: 'Leads', id: '11' });
    expect(target({ ifExists: 'skip', onConverted: 'contact' }, CUSTOMER)).toMatchObject({ kind: 'skip', id: '22' });
  });

  test('into the known lead with the named fields only, so that a salesperson’s work stays', () => {
    const ifExists = { update_only: ['Google_Click_Id', 'Product_Interest'] };
    expect(target({ ifExists }, LEAD)).toEqual({
      kind: 'update',
      module: 'Leads',
      id: '11',
      record: {
        Google_Click_Id: 'g-1',
        Product_Interest: ['Rooms'],
        $append_values: { Product_Interest: true },
      },
      written: ['Google_Click_Id', 'Product_Interest'],
      dropped: [],
    });
  });

  test('nowhere when none of the named fields was filled in', () => {
    expect(target({ ifExists: { update_only: ['Mobile'] } }, LEAD)).toMatchObject({ reason: 'nothing_to_update' });
  });

  test('into the Contact by the Contact’s field names; what has no place there is told', () => {
    const into = target({ onConverted: 'contact' }, CUSTOMER);
    expect(into).toMatchObject({ kind: 'update', module: 'Contacts', id: '22', dropped: ['Company'] });
    expect(into).toMatchObject({ record: { Title: 'Buyer', Mailing_City: 'Hong Kong', Last_Name: 'Kim' } });
    expect(Object.keys('record' in into ? into.record : {})).not.toContain('Company');
    expect('written' in into && into.written).toEqual(expect.arrayContaining(['Designation', 'City']));
  });

  test('as a note to the deal, or to the Contact where there is none', () => {
    expect(target({ onConverted: 'deal_note' }, CUSTOMER)).toEqual({ kind: 'note', module: 'Deals', id: '33' });
    expect(target({ onConverted: 'deal_note' }, { contactId: '22' })).toMatchObject({ module: 'Contacts', id: '22' });
  });
});
