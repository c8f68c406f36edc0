import { type Cell, decimalText } from '../crm/check-value.ts';
import type { Field } from '../crm/field.ts';
import type { Module } from '../crm/modules.ts';
import { presentValue } from '../crm/present-record.ts';
import type { CrmRecord } from '../crm/record-store.ts';
import type { SandboxSettings } from '../settings.ts';
import { writeMoney } from './money-format.ts';

/** How values are written, where Zoho says nothing about it. */
export type ValueForms = Pick<SandboxSettings, 'emptyAs' | 'moneyFormat'>;

/**
 * Puts a record's values where the template names them: `${Leads.Lead Status}` by label, as people pick them in Zoho's
 * settings, `${!Leads.Lead_Status}` by API name, as its API does. What cannot be resolved (another module, no such
 * field) stays as it stands. Nothing is escaped: a quotation mark in a name breaks a raw JSON body, as it may at Zoho.
 */
export const fillTemplate = (template: string, module: Module, record: CrmRecord, forms: ValueForms): string =>
  template.replace(/\$\{(!?)(\w+)\.([^${}]+)\}/g, (whole, byApiName: string, moduleName: string, name: string) => {
    if (moduleName !== module.name) return whole;
    const wanted = name.trim();
    const field = module.fields.find((candidate) =>
      candidate.webhook && byApiName === '!'
        ? candidate.apiName === (wanted === 'Id' ? 'id' : wanted)
        : candidate.label === wanted,
    );
    if (!field?.webhook) return whole;
    const text = valueText(presentValue(record, field), field, forms);
    if (text !== '') return text;
    return forms.emptyAs === '${…}' ? whole : forms.emptyAs;
  });

const valueText = (value: Cell, field: Field, { moneyFormat }: ValueForms): string => {
  if (value === null) return '';
  if (typeof value === 'number') return field.type === 'currency' ? writeMoney(value, moneyFormat) : decimalText(value);
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'string' ? item : item.name)).join(';');
  return typeof value === 'object' ? (value.name ?? value.id) : String(value);
};
