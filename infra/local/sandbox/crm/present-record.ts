import type { Cell } from './check-value.ts';
import type { Field } from './field.ts';
import type { Module } from './modules.ts';
import { org, orgTime, user } from './org.ts';
import type { CrmRecord } from './record-store.ts';

const person = { name: user.name, id: user.id, email: user.email };

const fullName = ({ values }: CrmRecord): string | null =>
  [values.First_Name, values.Last_Name].filter((part) => typeof part === 'string' && part !== '').join(' ') || null;

const expectedRevenue = ({ values }: CrmRecord): number | null =>
  typeof values.Amount === 'number' && typeof values.Probability === 'number'
    ? (values.Amount * values.Probability) / 100
    : null;

const emptyValue = (field: Field): Cell => (field.type === 'boolean' ? false : field.type === 'tags' ? [] : null);

/** One field's value as reads show it. */
export const presentValue = (record: CrmRecord, field: Field): Cell => {
  switch (field.apiName) {
    case 'id':
      return record.id;
    case 'Created_Time':
      return orgTime(record.createdAtMs);
    case 'Modified_Time':
    case 'Last_Activity_Time':
      return orgTime(record.modifiedAtMs);
    case 'Owner':
    case 'Created_By':
    case 'Modified_By':
      return person;
    case 'Full_Name':
      return fullName(record);
    case 'Expected_Revenue':
      return expectedRevenue(record);
    case 'Record_Status__s':
      return 'Available';
    case 'Locked__s':
      return record.locked === true;
    case 'Converted__s':
      return record.converted;
    default:
      return record.values[field.apiName] ?? emptyValue(field);
  }
};

const convertedDetail = ({ converted, values }: CrmRecord): Record<string, unknown> =>
  converted
    ? {
        contact: idIn(values.Converted_Contact),
        account: idIn(values.Converted_Account),
        deal: idIn(values.Converted_Deal),
        convert_date: values.Converted_Date_Time ?? null,
        converted_by: user.id,
      }
    : {};

const idIn = (value: Cell | undefined): string | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value.id : null;

/** A record with every field of its module and Zoho's `$` keys, or with the named fields and its id. */
export const presentRecord = (
  module: Module,
  record: CrmRecord,
  names?: readonly string[],
): Record<string, unknown> => {
  const shown =
    names === undefined
      ? module.fields
      : module.fields.filter(({ apiName }) => apiName === 'id' || names.includes(apiName));
  const values = Object.fromEntries(shown.map((field) => [field.apiName, presentValue(record, field)]));
  if (names !== undefined) return values;
  return {
    ...values,
    Layout: { name: 'Standard', id: module.layoutId },
    ...(module.convertable ? { $converted: record.converted, $converted_detail: convertedDetail(record) } : {}),
    $currency_symbol: org.currency_symbol,
    $approval_state: 'approved',
    $editable: true,
    $in_merge: false,
    $field_states: null,
    $approval: { delegate: false, approve: false, reject: false, resubmit: false },
  };
};
