import type { Cell } from '../check-value.ts';
import { type ModuleName, type Modules, moduleNamed } from '../modules.ts';
import { presentValue } from '../present-record.ts';
import type { CrmRecord, RecordStore } from '../record-store.ts';
import { convertedValues } from './converted-values.ts';

type FindDeps = { stores: Record<ModuleName, RecordStore>; modules: Pick<Modules, 'named'> };

/** Records a lead may belong to, oldest first, and the field that told. */
export type Existing = {
  contacts: CrmRecord[];
  contactField: string | undefined;
  accounts: CrmRecord[];
  accountField: string | undefined;
};

/**
 * "Convert Lead": unique fields first, contacts' before accounts'; then the lead's e-mail against those of the contacts,
 * then its company against the names of accounts, and its name against those of contacts only if neither was found.
 */
export const findExisting = (deps: FindDeps, lead: CrmRecord): Existing => {
  const { stores } = deps;
  const contact = byUniqueField(deps, 'Contacts', lead) ?? byEmail(stores.Contacts, lead);
  const account = byUniqueField(deps, 'Accounts', lead) ?? byCompany(stores.Accounts, lead);
  const found = contact ?? (account ? undefined : byName(stores.Contacts, lead));
  return {
    contacts: found?.records ?? [],
    contactField: found?.field,
    accounts: account?.records ?? [],
    accountField: account?.field,
  };
};

type Found = { records: CrmRecord[]; field: string } | undefined;

const found = (records: CrmRecord[], field: string): Found => (records.length === 0 ? undefined : { records, field });

const byUniqueField = ({ stores, modules }: FindDeps, target: 'Contacts' | 'Accounts', lead: CrmRecord): Found => {
  const values = convertedValues(lead, target);
  for (const field of modules.named(target).uniqueFields) {
    const record = stores[target].find(field, values[field] ?? null);
    if (record) return { records: [record], field };
  }
  return undefined;
};

const lower = (value: Cell | undefined): string => (typeof value === 'string' ? value.toLowerCase() : '');

const byEmail = (contacts: RecordStore, lead: CrmRecord): Found => {
  const email = lower(lead.values.Email);
  if (email === '') return undefined;
  return found(
    contacts.all().filter(({ values }) => [lower(values.Email), lower(values.Secondary_Email)].includes(email)),
    'Email',
  );
};

const byCompany = (accounts: RecordStore, lead: CrmRecord): Found => {
  const company = lower(lead.values.Company);
  if (company === '') return undefined;
  return found(
    accounts.all().filter(({ values }) => lower(values.Account_Name) === company),
    'Account_Name',
  );
};

const byName = (contacts: RecordStore, lead: CrmRecord): Found => {
  const field = moduleNamed('Contacts').fieldsByName.get('Full_Name');
  if (!field) return undefined;
  const name = lower(presentValue(lead, field));
  return found(
    contacts.all().filter((contact) => lower(presentValue(contact, field)) === name),
    'Full_Name',
  );
};
