import { fixedId } from '../ids.ts';
import { accountsFields } from './accounts-fields.ts';
import { contactsFields } from './contacts-fields.ts';
import { dealsFields } from './deals-fields.ts';
import type { Field } from './field.ts';
import { leadsFields } from './leads-fields.ts';

export type ModuleName = 'Leads' | 'Accounts' | 'Contacts' | 'Deals';

export type Module = {
  name: ModuleName;
  singular: string;
  id: string;
  layoutId: string;
  /** Ids of the fields count on from here, those of their options from a hundred times as far. */
  firstFieldId: number;
  fields: Field[];
  fieldsByName: Map<string, Field>;
  /** The field Zoho checks for duplicates without anybody having marked it unique. */
  systemCheckField: string;
  /** API names, in the order in which they were made. */
  uniqueFields: string[];
  convertable: boolean;
};

const define = (
  name: ModuleName,
  singular: string,
  base: number,
  systemCheckField: string,
  fields: Field[],
): Module => ({
  name,
  singular,
  id: fixedId(base),
  layoutId: fixedId(91000 + base),
  firstFieldId: base * 1_000,
  fields: [...fields],
  fieldsByName: new Map(fields.map((field) => [field.apiName, field])),
  systemCheckField,
  uniqueFields: fields.filter((field) => field.unique).map((field) => field.apiName),
  convertable: name === 'Leads',
});

const standard = (): Record<ModuleName, Module> => ({
  Leads: define('Leads', 'Lead', 2175, 'Email', leadsFields),
  Accounts: define('Accounts', 'Account', 2177, 'Account_Name', accountsFields),
  Contacts: define('Contacts', 'Contact', 2179, 'Email', contactsFields),
  Deals: define('Deals', 'Deal', 2181, 'Deal_Name', dealsFields),
});

const demoOrg = standard();

export const moduleNames: readonly ModuleName[] = ['Leads', 'Accounts', 'Contacts', 'Deals'];
export const isModuleName = (name: string): name is ModuleName => Object.hasOwn(demoOrg, name);
/** A module as every new sandbox has it; custom fields made since are known to the sandbox's own `Modules` only. */
export const moduleNamed = (name: ModuleName): Module => demoOrg[name];

/** One sandbox's modules: they begin as everybody's and take further fields. */
export type Modules = {
  named(name: ModuleName): Module;
  addField(name: ModuleName, field: Field): void;
  /** Without the fields that were added. */
  reset(): void;
};

export const createModules = (added: Array<{ module: ModuleName; field: Field }> = []): Modules => {
  let modules = standard();
  const addField = (name: ModuleName, field: Field): void => {
    const module = modules[name];
    module.fields.push(field);
    module.fieldsByName.set(field.apiName, field);
    if (field.unique) module.uniqueFields.push(field.apiName);
  };
  for (const { module, field } of added) addField(module, field);
  return {
    named: (name) => modules[name],
    addField,
    reset() {
      modules = standard();
    },
  };
};
