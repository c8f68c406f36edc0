import { fixedId } from '../ids.ts';
import type { DataType, Field } from './field.ts';
import type { Module } from './modules.ts';

const JSON_TYPES: Record<DataType, string> = {
  text: 'string',
  textarea: 'string',
  email: 'string',
  phone: 'string',
  website: 'string',
  picklist: 'string',
  multiselectpicklist: 'jsonarray',
  integer: 'integer',
  bigint: 'string',
  currency: 'double',
  double: 'double',
  boolean: 'boolean',
  date: 'string',
  datetime: 'string',
  lookup: 'jsonobject',
  ownerlookup: 'jsonobject',
  tags: 'jsonarray',
};

const profiles = (permission: 'read_write' | 'read_only') => [
  { permission_type: permission, name: 'Administrator', id: fixedId(26011) },
  { permission_type: permission, name: 'Standard', id: fixedId(26014) },
];

/** `GET /settings/fields`. */
export const fieldMetadata = (module: Module): unknown[] =>
  module.fields.map((field, index) => describeField(module, field, index));

/** Every key of Zoho's sample ("Fields Metadata"). `index`: the field's place in the module. */
export const describeField = (module: Module, field: Field, index: number) => {
  const writable = !field.readOnly;
  return {
    id: fieldId(module, index),
    api_name: field.apiName,
    field_label: field.label,
    display_label: field.label,
    data_type: field.type === 'tags' ? 'text' : field.type,
    json_type: JSON_TYPES[field.type],
    length: field.length,
    decimal_place: field.type === 'currency' || field.type === 'double' ? 2 : null,
    system_mandatory: field.mandatory,
    custom_field: field.custom,
    read_only: field.readOnly,
    field_read_only: field.readOnly,
    visible: true,
    webhook: field.webhook,
    searchable: field.type !== 'tags',
    filterable: true,
    sortable: field.type !== 'textarea' && field.type !== 'multiselectpicklist',
    unique: field.unique ? { case_sensitive: false } : {},
    external: field.external ? { show: false, type: 'org' } : null,
    operation_type: { web_update: writable, api_create: writable, web_create: writable, api_update: writable },
    view_type: { view: true, edit: writable, quick_create: field.mandatory, create: writable },
    profiles: profiles(writable ? 'read_write' : 'read_only'),
    pick_list_values: field.options.map((option, position) => ({
      display_value: option.display,
      actual_value: option.actual,
      reference_value: option.actual,
      sequence_number: position + 1,
      colour_code: null,
      id: optionId(module, index, position),
      type: 'used',
    })),
    convert_mapping: module.convertable ? convertMapping(field) : null,
    lookup:
      field.lookupModule === undefined
        ? {}
        : { display_label: field.label, api_name: null, module: { api_name: field.lookupModule } },
    currency: field.type === 'currency' ? { rounding_option: 'normal', precision: 2 } : {},
    formula: {},
    multiselectlookup: {},
    auto_number: {},
    tooltip: null,
    created_source: field.custom ? 'crm' : 'default',
    type: 'used',
    crypt: null,
    history_tracking: null,
  };
};

export const fieldId = (module: Module, index: number): string => fixedId(module.firstFieldId + index * 2);

export const optionId = (module: Module, index: number, position: number): string =>
  fixedId((module.firstFieldId + index) * 100 + position);

/** API names of the fields that take the value when a lead is converted. */
const convertMapping = ({ convertsTo }: Field): Record<string, string | null> => ({
  Contacts: convertsTo.Contacts ?? null,
  Deals: convertsTo.Deals ?? null,
  Accounts: convertsTo.Accounts ?? null,
});
