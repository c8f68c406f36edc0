/** Zoho's data types, as far as the demo org's fields use them. */
export type DataType =
  | 'text'
  | 'textarea'
  | 'email'
  | 'phone'
  | 'website'
  | 'picklist'
  | 'multiselectpicklist'
  | 'integer'
  | 'bigint'
  | 'currency'
  | 'double'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'lookup'
  | 'ownerlookup'
  | 'tags';

/** `actual` is what is written and stored, `display` what people see; they can differ. */
export type Option = { actual: string; display: string; probability?: number };

export type Field = {
  apiName: string;
  label: string;
  type: DataType;
  /** Characters of a text, digits of a number. */
  length: number;
  /** The API refuses a record without it. */
  mandatory: boolean;
  /** Demanded only by the layout, so only of records that name one. */
  layoutMandatory: boolean;
  unique: boolean;
  /** Its values can name records in calls, in place of their ids. */
  external: boolean;
  custom: boolean;
  readOnly: boolean;
  /** Usable as a webhook's merge field. */
  webhook: boolean;
  options: Option[];
  /** Values outside `options` are refused; elsewhere Zoho takes them. */
  closed: boolean;
  lookupModule?: string;
  /** API name of the field that takes the value when a lead is converted, by module. */
  convertsTo: { Accounts?: string; Contacts?: string; Deals?: string };
};

/** A field from what is particular about it. */
export const field = (
  apiName: string,
  label: string,
  type: DataType,
  length: number,
  more: Partial<Field> = {},
): Field => ({
  apiName,
  label,
  type,
  length,
  mandatory: false,
  layoutMandatory: false,
  unique: false,
  external: false,
  custom: false,
  readOnly: false,
  webhook: true,
  options: [],
  closed: false,
  convertsTo: {},
  ...more,
});

export const readOnly = { readOnly: true };
export const custom = { custom: true };

/** Options whose stored and shown text are the same. */
export const options = (...names: string[]): Option[] => names.map((name) => ({ actual: name, display: name }));

export const leadSources = options(
  '-None-',
  'Advertisement',
  'Cold Call',
  'Employee Referral',
  'External Referral',
  'Online Store',
  'X (Twitter)',
  'Facebook',
  'Partner',
  'Public Relations',
  'Sales Email Alias',
  'Seminar Partner',
  'Internal Seminar',
  'Trade Show',
  'Web Download',
  'Web Research',
  'Chat',
);

export const industries = options(
  '-None-',
  'ASP (Application Service Provider)',
  'Data/Telecom OEM',
  'ERP (Enterprise Resource Planning)',
  'Government/Military',
  'Large Enterprise',
  'ManagementISV',
  'MSP (Management Service Provider)',
  'Network Equipment Enterprise',
  'Non-management ISV',
  'Optical Networking',
  'Service Provider',
  'Small/Medium Enterprise',
  'Storage Equipment',
  'Storage Service Provider',
  'Systems Integrator',
  'Wireless Industry',
);

export const ratings: Option[] = [
  ...options('-None-', 'Acquired', 'Active', 'Market Failed', 'Project Cancelled'),
  { actual: 'ShutDown', display: 'Shut Down' },
];

export const salutations = options('-None-', 'Mr.', 'Mrs.', 'Ms.', 'Dr.', 'Prof.');

/** Fields that every module has and nobody writes. `noun` is the record's name in labels: "Lead Id". */
export const systemFields = (noun: string): Field[] => [
  field('id', `${noun} Id`, 'bigint', 18, readOnly),
  field('Owner', `${noun} Owner`, 'ownerlookup', 120),
  field('Created_By', 'Created By', 'ownerlookup', 120, readOnly),
  field('Modified_By', 'Modified By', 'ownerlookup', 120, readOnly),
  field('Created_Time', 'Created Time', 'datetime', 120, readOnly),
  field('Modified_Time', 'Modified Time', 'datetime', 120, readOnly),
  field('Last_Activity_Time', 'Last Activity Time', 'datetime', 120, readOnly),
  field('Tag', 'Tag', 'tags', 2000),
  field('Record_Status__s', 'Record Status', 'picklist', 120, {
    ...readOnly,
    options: options('Available', 'Draft', 'Trash'),
  }),
  field('Locked__s', 'Locked', 'boolean', 5, readOnly),
];

/** What Zoho's visitor tracking and mailing fill in. */
export const trackingFields: Field[] = [
  field('Unsubscribed_Mode', 'Unsubscribed Mode', 'picklist', 120, {
    ...readOnly,
    options: options('Consent form', 'Manual', 'Unsubscribe link', 'Zoho campaigns'),
  }),
  field('Unsubscribed_Time', 'Unsubscribed Time', 'datetime', 120, readOnly),
  field('First_Visited_URL', 'First Page Visited', 'website', 3000, readOnly),
  field('Referrer', 'Referrer', 'website', 3000, readOnly),
  field('First_Visited_Time', 'First Visit', 'datetime', 120, readOnly),
  field('Last_Visited_Time', 'Most Recent Visit', 'datetime', 120, readOnly),
  field('Visitor_Score', 'Visitor Score', 'bigint', 18, readOnly),
  field('Days_Visited', 'Days Visited', 'integer', 9, readOnly),
  field('Number_Of_Chats', 'Number Of Chats', 'integer', 9, readOnly),
  field('Average_Time_Spent_Minutes', 'Average Time Spent (Minutes)', 'double', 16, readOnly),
];
