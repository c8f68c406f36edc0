import { fixedId } from '../ids.ts';
import { type Module, moduleNamed, moduleNames } from './modules.ts';

const describe = (module: Module, index: number) => ({
  api_name: module.name,
  module_name: module.name,
  plural_label: module.name,
  singular_label: module.singular,
  actual_plural_label: module.name,
  actual_singular_label: module.singular,
  id: module.id,
  generated_type: 'default',
  api_supported: true,
  creatable: true,
  editable: true,
  viewable: true,
  deletable: true,
  convertable: module.convertable,
  visibility: 1,
  show_as_tab: true,
  status: 'visible',
  sequence_number: index + 1,
  profiles: [
    { name: 'Administrator', id: fixedId(26011) },
    { name: 'Standard', id: fixedId(26014) },
  ],
});

/** `GET /settings/modules`, or one of them: every key of Zoho's sample ("Modules Metadata"). */
export const moduleMetadata = (only?: string): unknown[] =>
  moduleNames
    .map((name, index) => describe(moduleNamed(name), index))
    .filter(({ api_name: name }) => only === undefined || name === only);
