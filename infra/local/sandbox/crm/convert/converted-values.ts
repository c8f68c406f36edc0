import type { Cell } from '../check-value.ts';
import { moduleNamed } from '../modules.ts';
import type { CrmRecord } from '../record-store.ts';

/** A lead's values under the names they have after conversion, by each field's `convert_mapping`; the rest stays behind. */
export const convertedValues = (lead: CrmRecord, target: 'Accounts' | 'Contacts' | 'Deals'): Record<string, Cell> => {
  const values: Record<string, Cell> = {};
  for (const { apiName, convertsTo } of moduleNamed('Leads').fields) {
    const name = convertsTo[target];
    const value = lead.values[apiName] ?? null;
    if (name !== undefined && value !== null) values[name] = value;
  }
  return values;
};
