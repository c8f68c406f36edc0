import { custom, type Field, field, leadSources, salutations, systemFields, trackingFields } from './field.ts';

const address = (prefix: 'Mailing' | 'Other'): Field[] =>
  (['Street', 'City', 'State', 'Country', 'Zip'] as const).map((part) =>
    field(`${prefix}_${part}`, `${prefix} ${part}`, 'text', part === 'Street' ? 250 : part === 'Zip' ? 30 : 100),
  );

export const contactsFields: Field[] = [
  ...systemFields('Contact'),
  field('Last_Name', 'Last Name', 'text', 80, { mandatory: true, layoutMandatory: true }),
  field('First_Name', 'First Name', 'text', 40),
  field('Full_Name', 'Full Name', 'text', 120, { readOnly: true, webhook: false }),
  field('Salutation', 'Salutation', 'picklist', 25, { options: salutations }),
  field('Account_Name', 'Account Name', 'lookup', 120, { lookupModule: 'Accounts' }),
  field('Title', 'Title', 'text', 100),
  field('Department', 'Department', 'text', 50),
  field('Email', 'Email', 'email', 100),
  field('Secondary_Email', 'Secondary Email', 'email', 100),
  field('Phone', 'Phone', 'phone', 50),
  field('Home_Phone', 'Home Phone', 'phone', 30),
  field('Other_Phone', 'Other Phone', 'phone', 30),
  field('Mobile', 'Mobile', 'phone', 30),
  field('Fax', 'Fax', 'text', 30),
  field('Assistant', 'Assistant', 'text', 50),
  field('Asst_Phone', 'Asst Phone', 'phone', 30),
  field('Lead_Source', 'Lead Source', 'picklist', 120, { options: leadSources }),
  field('Date_of_Birth', 'Date of Birth', 'date', 20),
  ...address('Mailing'),
  ...address('Other'),
  field('Description', 'Description', 'textarea', 32000),
  field('Skype_ID', 'Skype ID', 'text', 50),
  field('Twitter', 'Twitter', 'text', 50),
  field('Email_Opt_Out', 'Email Opt Out', 'boolean', 5),
  ...trackingFields,
  field('CDP_ID', 'CDP ID', 'text', 255, custom),
];
