/**
 * What a standard field takes. `text` may be cut: most of a long message is better than none. Of `exact` values (an
 * address, a link, an option) a part means something else, so they are left out. `phone` has a form of its own.
 */
export type FieldLimit = { kind: 'text' | 'exact' | 'phone'; max: number };

const text = (max: number): FieldLimit => ({ kind: 'text', max });
const exact = (max: number): FieldLimit => ({ kind: 'exact', max });
const phone: FieldLimit = { kind: 'phone', max: 30 };

const person = {
  Last_Name: text(80),
  First_Name: text(40),
  Email: exact(100),
  Secondary_Email: exact(100),
  Phone: phone,
  Mobile: phone,
  Salutation: exact(25),
  Lead_Source: exact(120),
  Description: text(32_000),
};

/** Zoho CRM API, "Fields Metadata" of a fresh organisation. Fields that are not here are the client's own. */
const limits: Record<string, Record<string, FieldLimit>> = {
  Leads: {
    ...person,
    Company: text(200),
    Designation: text(100),
    Fax: exact(30),
    Website: exact(255),
    Lead_Status: exact(120),
    Industry: exact(120),
    Rating: exact(120),
    Street: text(250),
    City: text(100),
    State: text(100),
    Country: text(100),
    Zip_Code: exact(30),
    Skype_ID: exact(50),
    Twitter: exact(50),
    First_Visited_URL: exact(3000),
    Referrer: exact(3000),
  },
  Contacts: person,
  Deals: { Deal_Name: text(120), Lead_Source: exact(120), Description: text(32_000) },
};

/** Undefined for a field whose limit is not known. */
export const fieldLimit = (module: string, field: string): FieldLimit | undefined => {
  const fields = Object.hasOwn(limits, module) ? limits[module] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
};
