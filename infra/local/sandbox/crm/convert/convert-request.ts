import { checkRecord, missingFields } from '../check-record.ts';
import type { Cell } from '../check-value.ts';
import { type ErrorItem, invalidData, invalidId, mandatoryNotFound, oneItem } from '../errors.ts';
import type { Module, ModuleName, Modules } from '../modules.ts';
import { user } from '../org.ts';
import type { CrmRecord, RecordStore } from '../record-store.ts';

type Target = 'Accounts' | 'Contacts' | 'Deals';

/** What a conversion is asked to do, judged. */
export type ConvertRequest = {
  /** Existing records also take the lead's values, and the contact its company. */
  overwrite: boolean;
  /** The record to attach to, named by its id; undefined to look for one. */
  account: CrmRecord | undefined;
  contact: CrmRecord | undefined;
  /** Undefined for a conversion without a deal. */
  deal: Record<string, Cell> | undefined;
  tags: Partial<Record<Target, string[]>>;
};

const PATH = '$.data[0]';

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

/** Judges the one entry of `data`. Every key may be absent; a deal needs its name, closing date and stage. */
export const readConvertRequest = (
  { stores, modules }: { stores: Record<ModuleName, RecordStore>; modules: Pick<Modules, 'named'> },
  raw: unknown,
): { status: 'read'; request: ConvertRequest } | { status: 'wrong'; item: ErrorItem } => {
  if (!isObject(raw))
    return { status: 'wrong', item: invalidData({ expected_data_type: 'jsonobject', json_path: PATH }) };
  const errors: ErrorItem[] = [];

  const named = (module: 'Accounts' | 'Contacts'): CrmRecord | undefined => {
    const reference = raw[module];
    if (reference === undefined || reference === null) return undefined;
    const path = `${PATH}.${module}`;
    if (!isObject(reference)) {
      errors.push(invalidData({ expected_data_type: 'jsonobject', api_name: module, json_path: path }));
      return undefined;
    }
    if (reference.id === undefined) {
      errors.push(mandatoryNotFound('id', `${path}.id`));
      return undefined;
    }
    const record = typeof reference.id === 'string' ? stores[module].get(reference.id) : undefined;
    if (!record) errors.push(invalidId(`${path}.id`));
    return record;
  };

  for (const name of ['overwrite', 'notify_lead_owner', 'notify_new_entity_owner'])
    if (raw[name] !== undefined && typeof raw[name] !== 'boolean')
      errors.push(invalidData({ expected_data_type: 'boolean', api_name: name, json_path: `${PATH}.${name}` }));
  const account = named('Accounts');
  const contact = named('Contacts');
  if (raw.assign_to !== undefined && !(isObject(raw.assign_to) && raw.assign_to.id === user.id))
    errors.push(invalidData({ api_name: 'Owner', json_path: `${PATH}.Owner` }, 'Non Subordinate User Found'));
  const tags = readTags(raw.carry_over_tags, errors);
  const deal =
    raw.Deals === undefined || raw.Deals === null ? undefined : readDeal(modules.named('Deals'), raw.Deals, errors);

  const [first, ...rest] = errors;
  if (first) return { status: 'wrong', item: oneItem(first, ...rest) };
  return { status: 'read', request: { overwrite: raw.overwrite === true, account, contact, deal, tags } };
};

const readDeal = (module: Module, raw: unknown, errors: ErrorItem[]): Record<string, Cell> => {
  const path = `${PATH}.Deals`;
  if (!isObject(raw)) {
    errors.push(invalidData({ expected_data_type: 'jsonobject', api_name: 'Deals', json_path: path }));
    return {};
  }
  const checked = checkRecord(module, raw, path);
  // A conversion asks for what the layout asks for: the closing date too.
  errors.push(...missingFields(module, raw, { path, mode: 'insert', namesLayout: true }), ...checked.errors);
  return checked.values;
};

const readTags = (raw: unknown, errors: ErrorItem[]): ConvertRequest['tags'] => {
  if (raw === undefined || raw === null) return {};
  const path = `${PATH}.carry_over_tags`;
  if (!isObject(raw)) {
    errors.push(invalidData({ expected_data_type: 'jsonobject', api_name: 'carry_over_tags', json_path: path }));
    return {};
  }
  const tags: ConvertRequest['tags'] = {};
  for (const module of ['Accounts', 'Contacts', 'Deals'] as const) {
    const names = raw[module];
    if (names === undefined || names === null) continue;
    if (Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '')) tags[module] = names;
    else
      errors.push(invalidData({ expected_data_type: 'jsonarray', api_name: module, json_path: `${path}.${module}` }));
  }
  return tags;
};
