import type { WebhookSettings } from '../sources/webhook-settings.ts';
import { decodeParameters } from './decode-parameters.ts';
import { normaliseName } from './parameter-name.ts';
import { type IgnoredReason, personParameters, type StatusChange } from './status-change.ts';
import { MAX_BODY_BYTES, type Parameter, type WebhookCall } from './webhook-body.ts';

/** `unreadable`: the call is to be kept as it came. `empty`: it held no parameter at all. */
export type ParsedCall =
  | { status: 'change'; change: StatusChange }
  | { status: 'ignored'; reason: IgnoredReason }
  | { status: 'unreadable'; reason: 'too_large' | 'unreadable_body' | 'damaged_text' }
  | { status: 'empty' };

/** "", `null`, `-None-` and a merge field Zoho could not resolve say that there is no value. */
const isFilled = (value: string): boolean =>
  value !== '' && value !== 'null' && !/^-none-$/i.test(value) && !/^\$\{[^}]*\}$/.test(value);

/** Filled values by normalised name; of several, the first counts. */
const filled = (...sources: Array<readonly Parameter[]>): Map<string, string> => {
  const values = new Map<string, string>();
  for (const [name, raw] of sources.flat()) {
    const key = normaliseName(name);
    const value = raw.toWellFormed().trim();
    if (isFilled(value) && !values.has(key)) values.set(key, value);
  }
  return values;
};

const ignored = (reason: IgnoredReason): ParsedCall => ({ status: 'ignored', reason });

/** The module a call is about, in whatever case it is named; undefined when the source does not count it. */
const moduleOf = (values: Map<string, string>, { statuses }: WebhookSettings): StatusChange['module'] | undefined => {
  const named = values.get('module') ?? (values.has('deal_id') ? 'Deals' : 'Leads');
  const module = (['Leads', 'Deals'] as const).find((known) => known.toLowerCase() === named.toLowerCase());
  return module === undefined || (statuses !== undefined && statuses[module] === undefined) ? undefined : module;
};

const amountParameter = (module: string, { amountField }: WebhookSettings): string => {
  if (typeof amountField === 'string') return module === 'Deals' ? 'amount' : amountField;
  return module === 'Deals' ? amountField.Deals : amountField.Leads;
};

const CLICK_ID = /^(gclid|gbraid|wbraid|fbclid|fbc|fbp|ttclid|msclkid|li_fat_id|utm_[a-z_]{1,32})$/;

const collect = (
  values: Map<string, string>,
  names: Iterable<readonly [parameter: string, field: string]>,
): Record<string, string> =>
  Object.fromEntries(
    [...names].flatMap(([parameter, field]) => {
      const value = values.get(parameter);
      return value === undefined ? [] : [[field, value]];
    }),
  );

/** Characters, as code points. */
const MAX_CDP_ID = 255;
/** Longer than any picklist value Zoho takes. */
const MAX_STATUS = 255;
/** Stands for bytes that were no text: nothing may be joined or counted by such a value. */
const DAMAGE = '\ufffd';

const judge = (values: Map<string, string>, settings: WebhookSettings): ParsedCall => {
  const module = moduleOf(values, settings);
  if (module === undefined) return ignored('module_not_counted');
  const isDeal = module === 'Deals';
  const recordId = (isDeal ? values.get('deal_id') : undefined) ?? values.get('lead_id');
  const status = (isDeal ? values.get('stage') : undefined) ?? values.get('lead_status');
  const cdpId = values.get('cdp_id');
  const amountText = values.get(amountParameter(module, settings));
  if (recordId === undefined) return ignored('missing_lead_id');
  if (!/^\d{1,20}$/.test(recordId)) return ignored('bad_lead_id');
  if (status === undefined) return ignored('missing_lead_status');
  if (cdpId === undefined) return ignored('no_cdp_id');
  if ([status, cdpId, amountText ?? ''].some((value) => value.includes(DAMAGE)))
    return { status: 'unreadable', reason: 'damaged_text' };
  if ([...status].length > MAX_STATUS) return ignored('bad_lead_status');
  if ([...cdpId].length > MAX_CDP_ID) return ignored('bad_cdp_id');

  const optional = collect(values, [
    ['modified_by', 'modifiedBy'],
    ['modified_time', 'modifiedTime'],
  ]);
  const clickIds = [...values.keys()].filter((name) => CLICK_ID.test(name)).map((name) => [name, name] as const);
  const change: StatusChange = {
    module,
    recordId,
    cdpId,
    status,
    ...(amountText === undefined ? {} : { amountText }),
    ...optional,
    person: collect(values, Object.entries(personParameters)),
    clickIds: collect(values, clickIds),
    extra: collect(
      values,
      settings.extra.map((name) => [name, name] as const),
    ),
  };
  return { status: 'change', change };
};

/** Reads one webhook call by a source's settings. Of body and query the body wins, parameter by parameter. */
export const parseStatusChange = async (call: WebhookCall, settings: WebhookSettings): Promise<ParsedCall> => {
  if (call.body.length > MAX_BODY_BYTES) return { status: 'unreadable', reason: 'too_large' };
  const isBlank = /^[\ufeff\s&]*$/.test(call.body.toString('utf8'));
  const parameters = isBlank ? [] : await decodeParameters(call.body, call.contentType);
  if (parameters === undefined) return { status: 'unreadable', reason: 'unreadable_body' };
  if (parameters.length === 0 && call.query.length === 0) return { status: 'empty' };
  return judge(filled(parameters, call.query), settings);
};
