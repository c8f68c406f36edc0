/**
 * Standard fields of a lead that a Contact has under another name, as Zoho's own lead conversion maps them
 * (Zoho CRM API, "Fields Metadata" of both modules).
 */
const RENAMED: Readonly<Record<string, string>> = {
  Designation: 'Title',
  Street: 'Mailing_Street',
  City: 'Mailing_City',
  State: 'Mailing_State',
  Zip_Code: 'Mailing_Zip',
  Country: 'Mailing_Country',
};

/** Standard fields of a lead that no Contact has. Fields of the client's own are taken to have one name on both. */
const LEADS_ONLY: ReadonlySet<string> = new Set([
  'Company',
  'Lead_Status',
  'Industry',
  'Rating',
  'Annual_Revenue',
  'No_of_Employees',
  'Website',
  'Layout',
]);

/**
 * A lead's record as the Contact of the same person takes it.
 * @returns `dropped`: fields that had a value and no place
 */
export const toContactRecord = (
  lead: Readonly<Record<string, unknown>>,
): { record: Record<string, unknown>; dropped: string[] } => {
  const record: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [field, value] of Object.entries(lead)) {
    if (LEADS_ONLY.has(field)) dropped.push(field);
    else record[Object.hasOwn(RENAMED, field) ? (RENAMED[field] ?? field) : field] = value;
  }
  return { record, dropped };
};
