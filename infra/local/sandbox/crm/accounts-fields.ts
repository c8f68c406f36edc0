import { type Field, field, industries, options, ratings, systemFields } from './field.ts';

const address = (prefix: 'Billing' | 'Shipping'): Field[] =>
  (['Street', 'City', 'State', 'Country', 'Code'] as const).map((part) =>
    field(`${prefix}_${part}`, `${prefix} ${part}`, 'text', part === 'Street' ? 250 : part === 'Code' ? 30 : 100),
  );

export const accountsFields: Field[] = [
  ...systemFields('Account'),
  field('Account_Name', 'Account Name', 'text', 200, { mandatory: true, layoutMandatory: true }),
  field('Parent_Account', 'Parent Account', 'lookup', 120, { lookupModule: 'Accounts' }),
  field('Account_Number', 'Account Number', 'bigint', 18),
  field('Account_Site', 'Account Site', 'text', 80),
  field('Account_Type', 'Account Type', 'picklist', 120, {
    options: options(
      '-None-',
      'Analyst',
      'Competitor',
      'Customer',
      'Distributor',
      'Integrator',
      'Investor',
      'Other',
      'Partner',
      'Press',
      'Prospect',
      'Reseller',
      'Supplier',
      'Vendor',
    ),
  }),
  field('Industry', 'Industry', 'picklist', 120, { options: industries }),
  field('Rating', 'Rating', 'picklist', 120, { options: ratings }),
  field('Phone', 'Phone', 'phone', 30),
  field('Fax', 'Fax', 'text', 30),
  field('Website', 'Website', 'website', 255),
  field('Employees', 'Employees', 'integer', 9),
  field('Annual_Revenue', 'Annual Revenue', 'currency', 16),
  ...address('Billing'),
  ...address('Shipping'),
  field('Description', 'Description', 'textarea', 32000),
];
