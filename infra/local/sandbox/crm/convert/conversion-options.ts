import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import { badRequest, invalidData } from '../errors.ts';
import { fieldId } from '../field-metadata.ts';
import type { Module, ModuleName, Modules } from '../modules.ts';
import { presentRecord } from '../present-record.ts';
import type { CrmRecord, RecordStore } from '../record-store.ts';
import { convertedValues } from './converted-values.ts';
import { findExisting } from './find-existing.ts';

/** `GET /Leads/{id}/__conversion_options`: the records a conversion would attach to; 204 when it would make new ones. */
export const conversionOptions = (
  { stores, modules }: { stores: Record<ModuleName, RecordStore>; modules: Pick<Modules, 'named'> },
  leadId: string,
): SandboxAnswer => {
  const lead = stores.Leads.get(leadId);
  if (!lead) return badRequest(invalidData({ resource_path_index: 1 }, 'the id given seems to be invalid'));
  const { contacts, contactField, accounts, accountField } = findExisting({ stores, modules }, lead);
  if (lead.converted || (contacts.length === 0 && accounts.length === 0)) return emptyAnswer(1);

  const name = presentRecord(modules.named('Leads'), lead, ['Full_Name']).Full_Name;
  const contactsModule = modules.named('Contacts');
  const accountsModule = modules.named('Accounts');
  const preferred = contacts.length > 0 ? contactsModule : accountsModule;
  return jsonAnswer(
    200,
    {
      __conversion_options: {
        module_preference: { api_name: preferred.name, id: preferred.id },
        Contacts: shown(contactsModule, contacts, CONTACT_KEYS),
        Deals: null,
        Accounts: shown(accountsModule, accounts, ACCOUNT_KEYS),
        preference_field_matched_value: {
          Contacts: matched(contactsModule, contactField, { ...convertedValues(lead, 'Contacts'), Full_Name: name }),
          Deals: null,
          Accounts: matched(accountsModule, accountField, convertedValues(lead, 'Accounts')),
        },
        modules_with_multiple_layouts: null,
      },
    },
    1,
  );
};

const CONTACT_KEYS = [
  'Full_Name',
  'Email',
  'Layout',
  'Account_Name',
  'Locked__s',
  '$editable',
  'id',
  '$approval_state',
];
const ACCOUNT_KEYS = [
  'Phone',
  'Account_Type',
  'Website',
  'Account_Name',
  '$editable',
  'Locked__s',
  '$approval_state',
  'id',
];

const shown = (module: Module, records: CrmRecord[], keys: string[]): unknown =>
  records.length === 0
    ? null
    : records.map((record) => {
        const all = presentRecord(module, record);
        return Object.fromEntries(keys.map((key) => [key, all[key]]));
      });

const matched = (module: Module, fieldName: string | undefined, leadValues: Record<string, unknown>): unknown => {
  const index = module.fields.findIndex(({ apiName }) => apiName === fieldName);
  const field = module.fields[index];
  if (!field) return null;
  return [
    {
      field: {
        api_name: field.apiName,
        field_label: field.label,
        unique: field.unique ? true : null,
        id: fieldId(module, index),
      },
      matched_lead_value: leadValues[field.apiName],
    },
  ];
};
