/** Personal fields of a lead or deal, by parameter name. */
export const personParameters = {
  first_name: 'firstName',
  last_name: 'lastName',
  email: 'email',
  phone: 'phone',
  mobile: 'mobile',
  street: 'street',
  city: 'city',
  state: 'state',
  zip_code: 'zipCode',
  country: 'country',
  title: 'title',
} as const;
export type PersonField = (typeof personParameters)[keyof typeof personParameters];

/** What one webhook call says about one record. Absent values are absent. */
export type StatusChange = {
  module: 'Leads' | 'Deals';
  recordId: string;
  cdpId: string;
  status: string;
  /** The money as Zoho wrote it; read later, by the source's declared format. */
  amountText?: string;
  modifiedBy?: string;
  /** As sent; only one with an offset is of use. */
  modifiedTime?: string;
  person: { [Field in PersonField]?: string };
  clickIds: Record<string, string>;
  extra: Record<string, string>;
};

/** Why a call that could be read makes nothing: nothing of it is remembered, so a later, fuller one still counts. */
export type IgnoredReason =
  | 'module_not_counted'
  | 'missing_lead_id'
  | 'bad_lead_id'
  | 'missing_lead_status'
  | 'bad_lead_status'
  | 'no_cdp_id'
  | 'bad_cdp_id';
