import { jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import { fixedId } from '../../ids.ts';
import { badRequest, invalidData } from '../errors.ts';
import { describeField, fieldId } from '../field-metadata.ts';
import { type Module, moduleNamed } from '../modules.ts';
import { org, user } from '../org.ts';

const self = { name: user.name, id: user.id };

/** `GET /settings/layouts?module=…`, or one of them by its id: each module has one, "Standard". */
export const listLayouts = (module: Module, id?: string): SandboxAnswer =>
  id === undefined || id === module.layoutId
    ? jsonAnswer(200, { layouts: [layoutOf(module)] }, 1)
    : badRequest(invalidData({ resource_path_index: 2 }, 'the id given seems to be invalid'));

const layoutOf = (module: Module) => ({
  id: module.layoutId,
  name: 'Standard',
  api_name: 'Standard__s',
  display_label: 'Standard',
  display_type: 0,
  generated_type: 'default',
  source: 'crm',
  mode: 'edit',
  status: 'active',
  visible: true,
  show_business_card: true,
  has_more_profiles: false,
  subform_properties: null,
  created_for: null,
  created_time: org.created_time,
  created_by: self,
  modified_time: null,
  modified_by: null,
  profiles: [profile('Administrator', 26011), profile('Standard', 26014)],
  actions_allowed: {
    edit: true,
    rename: true,
    clone: true,
    downgrade: false,
    delete: false,
    deactivate: false,
    set_layout_permissions: true,
  },
  convert_mapping: module.convertable ? convertMapping() : null,
  sections: [sectionOf(module)],
});

const profile = (name: string, offset: number) => ({
  default: true,
  name,
  id: fixedId(offset),
  _default_view: { name: 'Standard View', id: fixedId(offset + 500_000), type: 'classic' },
  _default_assignment_view: { name: 'Standard View', id: fixedId(offset + 500_000), type: 'classic' },
});

/** All of a module's fields stand in one section. `required` is what the layout demands. */
const sectionOf = (module: Module) => {
  const name = `${module.singular} Information`;
  return {
    display_label: name,
    sequence_number: 1,
    isSubformSection: false,
    tab_traversal: 'down',
    api_name: name.replace(' ', '_'),
    column_count: 2,
    name,
    generated_type: 'default',
    id: fixedId(92_000 + Number(module.firstFieldId / 1_000)),
    type: 'used',
    properties: null,
    fields: module.fields.map((field, index) => ({
      ...describeField(module, field, index),
      required: field.mandatory || field.layoutMandatory,
      sequence_number: index + 1,
      section_id: 1,
      validation_rule: null,
      default_value: null,
    })),
  };
};

/** What a conversion asks for in the module it makes. */
const convertMapping = () => {
  const deals = moduleNamed('Deals');
  const layout = (module: Module) => ({ name: 'Standard', id: module.layoutId });
  return {
    Contacts: layout(moduleNamed('Contacts')),
    Deals: {
      ...layout(deals),
      fields: deals.fields.flatMap((field, index) =>
        field.layoutMandatory
          ? [{ api_name: field.apiName, field_label: field.label, id: fieldId(deals, index), required: true }]
          : [],
      ),
    },
    Accounts: layout(moduleNamed('Accounts')),
    Invoices: null,
    SalesOrders: null,
  };
};
