import { expect, test } from '@jest/globals';
import { checkFields } from '../../../../lib/leads/check-fields.ts';
import { type FormInput, formSchema } from '../../../../lib/sources/form.ts';
import type { ZohoField } from '../../../../lib/zoho/fields.ts';

const field = (apiName: string, more: Partial<ZohoField> = {}): ZohoField => ({
  apiName,
  dataType: 'text',
  length: 255,
  isWritable: true,
  ...more,
});
const fields = [
  field('Last_Name'),
  field('Lead_Source', { dataType: 'picklist', length: 120 }),
  field('CDP_ID'),
  field('Submission_Id', { length: 26 }),
  field('Short_Id', { length: 20 }),
  field('Created_Time', { dataType: 'datetime', isWritable: false }),
];
const found = (form: Partial<FormInput>) =>
  checkFields(formSchema.parse({ fields: { Last_Name: 'name' }, ...form }), fields);

test('a form whose fields are all there has nothing to be told', () => {
  expect(
    found({
      fields: { Last_Name: 'name', CDP_ID: 'cdp_id' },
      constants: { Lead_Source: 'Web Site' },
      marker: 'Submission_Id',
    }),
  ).toEqual([]);
});

test.each<[string, Partial<FormInput>, string, RegExp]>([
  [
    'a mapped field that is not there',
    { fields: { Last_Name: 'n', CDPID: 'cdp_id' } },
    'fields.CDPID',
    /drops it; did you mean CDP_ID/,
  ],
  ['a constant of no field', { constants: { Campaign: 'x' } }, 'constants.Campaign', /is no field of Leads/],
  ['a marker that is not there', { marker: 'Marker' }, 'marker', /drops it: Marker/],
  ['a marker of another type', { marker: 'Lead_Source' }, 'marker', /type picklist/],
  ['a marker too short for an id', { marker: 'Short_Id' }, 'marker', /takes 20 characters/],
  [
    'a field that nobody may write',
    { constants: { Created_Time: 'x' } },
    'constants.Created_Time',
    /lets nobody write/,
  ],
])('%s is named', (_, form, path, message) => {
  expect(found(form)).toEqual([{ path, message: expect.stringMatching(message) }]);
});
