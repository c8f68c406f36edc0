import type { Source } from '../../lib/sources/source.ts';

/** One parameter of the webhook and what to fill it with, as Zoho's settings write merge fields. */
export type Parameter = { name: string; value: string };
export type ModuleParameters = { module: string; needed: Parameter[]; further: Parameter[] };

const PERSON = 'first_name last_name email phone mobile street city state zip_code country title'.split(' ');

/** `annual_revenue` as Zoho labels the field: Annual Revenue. */
const labelOf = (parameter: string): string =>
  parameter === 'cdp_id'
    ? 'CDP ID'
    : parameter
        .split('_')
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join(' ');

const leadParameters = (amount: string, extra: string[]): ModuleParameters => ({
  module: 'Leads',
  ...merged(
    'Leads',
    ['lead_id', 'cdp_id', 'lead_status', amount, 'modified_by'],
    ['modified_time', ...PERSON, ...extra],
  ),
});

const dealParameters = (amount: string, extra: string[]): ModuleParameters => ({
  module: 'Deals',
  ...merged('Deals', ['deal_id', 'cdp_id', 'stage', amount, 'modified_by'], ['modified_time', ...extra]),
});

/** Any other module has an id and a status of its own naming, and must say which module it is. */
const otherParameters = (module: string, extra: string[]): ModuleParameters => {
  const { needed, further } = merged(module, ['cdp_id', 'modified_by'], ['modified_time', ...extra]);
  const own = [
    { name: 'module', value: module },
    { name: 'lead_id', value: 'the record’s id' },
    { name: 'lead_status', value: 'the field whose change counts' },
  ];
  return { module, needed: [...own, ...needed], further };
};

const merged = (module: string, needed: string[], further: string[]): { needed: Parameter[]; further: Parameter[] } => {
  const withMergeField = (names: string[]): Parameter[] =>
    [...new Set(names)].map((name) => ({ name, value: `\${${module}.${labelOf(name)}}` }));
  return { needed: withMergeField(needed), further: withMergeField(further) };
};

/** The parameters to set up in Zoho, for each module whose status changes the source counts. */
export const webhookParameters = ({ webhook }: Source): ModuleParameters[] => {
  const modules = webhook?.statuses === undefined ? ['Leads', 'Deals'] : Object.keys(webhook.statuses);
  const amountField = webhook?.amountField ?? 'annual_revenue';
  const [forLeads, forDeals] =
    typeof amountField === 'string' ? [amountField, 'amount'] : [amountField.Leads, amountField.Deals];
  const extra = webhook?.extra ?? [];
  return modules.map((module) => {
    if (module === 'Leads') return leadParameters(forLeads, extra);
    return module === 'Deals' ? dealParameters(forDeals, extra) : otherParameters(module, extra);
  });
};
