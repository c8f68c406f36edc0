import { type ErrorItem, error, invalidData, mandatoryNotFound } from '../errors.ts';
import { custom, type DataType, type Field, field, type Option } from '../field.ts';
import type { Module } from '../modules.ts';

/** "Create Custom Fields": the types that can be made here and the lengths they may have; the greatest is the default. */
const LENGTHS: Partial<Record<DataType, { min: number; max: number }>> = {
  text: { min: 1, max: 255 },
  email: { min: 1, max: 100 },
  phone: { min: 1, max: 30 },
  website: { min: 1, max: 450 },
  integer: { min: 1, max: 9 },
  bigint: { min: 1, max: 18 },
  currency: { min: 1, max: 16 },
  double: { min: 1, max: 18 },
  textarea: { min: 1, max: 50_000 },
  picklist: { min: 120, max: 120 },
  multiselectpicklist: { min: 2_000, max: 2_000 },
  boolean: { min: 5, max: 5 },
  date: { min: 20, max: 20 },
  datetime: { min: 120, max: 120 },
};
const TEXTAREAS: Partial<Record<string, number>> = { small: 2_000, large: 32_000, rich_text: 50_000 };
const TOOLTIPS: Partial<Record<string, number>> = { static_text: 35, info_icon: 255 };
const CAN_BE_UNIQUE: DataType[] = ['text', 'email', 'phone', 'integer', 'bigint', 'website'];
const CANNOT_BE_EXTERNAL: DataType[] = ['email', 'textarea'];
/** Zoho has these as well; the sandbox does not. */
const NOT_HERE = [
  'autonumber',
  'percent',
  'formula',
  'lookup',
  'userlookup',
  'multiselectlookup',
  'subform',
  'rollup_summary',
  'imageupload',
  'fileupload',
];
const MAX_UNIQUE = 2;

type Judged<Value> = { status: 'fine'; value: Value } | { status: 'wrong'; item: ErrorItem };
const fine = <Value>(value: Value): Judged<Value> => ({ status: 'fine', value });
const wrong = (item: ErrorItem): { status: 'wrong'; item: ErrorItem } => ({ status: 'wrong', item });

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

/** One entry of `fields`, judged against the module it is for. `path`: where it stands in the body. */
export const readNewField = (
  module: Module,
  raw: unknown,
  path: string,
): { status: 'read'; field: Field } | { status: 'wrong'; item: ErrorItem } => {
  if (!isObject(raw)) return wrong(invalidData({ expected_data_type: 'jsonobject', json_path: path }));
  const at = (name: string) => ({ api_name: name, json_path: `${path}.${name}` });

  const label = raw.field_label;
  if (label === undefined || label === null || label === '')
    return wrong(mandatoryNotFound('field_label', `${path}.field_label`));
  if (typeof label !== 'string' || label.trim() === '')
    return wrong(invalidData({ expected_data_type: 'text', ...at('field_label') }));
  if (raw.data_type === undefined) return wrong(mandatoryNotFound('data_type', `${path}.data_type`));
  if (typeof raw.data_type === 'string' && NOT_HERE.includes(raw.data_type))
    return wrong(error('NOT_SUPPORTED', at('data_type'), 'the given data type is not supported here'));
  const type = (Object.keys(LENGTHS) as DataType[]).find((name) => name === raw.data_type);
  if (type === undefined) return wrong(invalidData(at('data_type')));
  if (module.fields.some((known) => known.label.toLowerCase() === label.trim().toLowerCase()))
    return wrong(error('DUPLICATE_DATA', at('field_label'), 'duplicate data'));

  const length = readLength(type, raw, path);
  if (length.status === 'wrong') return length;
  const options = readOptions(type, raw, path);
  if (options.status === 'wrong') return options;
  const unique = readUnique(module, type, raw.unique, `${path}.unique`);
  if (unique.status === 'wrong') return unique;
  const external = raw.external !== undefined && raw.external !== null;
  if (external && CANNOT_BE_EXTERNAL.includes(type))
    return wrong(error('NOT_ALLOWED', at('external'), 'this data type cannot be external'));
  const tooltip = readTooltip(raw.tooltip, `${path}.tooltip`);
  if (tooltip.status === 'wrong') return tooltip;

  return {
    status: 'read',
    field: field(apiNameFor(module, label.trim()), label.trim(), type, length.value, {
      ...custom,
      // Who names records by a field can only mean one of them.
      unique: unique.value || external,
      external,
      options: options.value,
    }),
  };
};

/** From the label: blanks become underscores, a name that is taken gets a number, a label in another script a made-up one. */
export const apiNameFor = (module: Pick<Module, 'fieldsByName'>, label: string): string => {
  const name = label
    .replace(/\s+/g, '_')
    .replace(/[^A-Za-z0-9_]/g, '')
    .replace(/^[^A-Za-z]+/, '');
  const isTaken = (candidate: string): boolean => module.fieldsByName.has(candidate);
  if (name !== '' && !isTaken(name)) return name;
  for (let number = 1; ; number += 1) {
    const candidate = `${name === '' ? 'field' : name}${number}`;
    if (!isTaken(candidate)) return candidate;
  }
};

const readLength = (type: DataType, raw: Record<string, unknown>, path: string): Judged<number> => {
  const { min, max } = LENGTHS[type] ?? { min: 1, max: 255 };
  const where = { api_name: 'length', json_path: `${path}.length` };
  const { length } = raw;
  if (type === 'textarea') {
    const kind = isObject(raw.textarea) ? raw.textarea.type : 'small';
    const fixed = typeof kind === 'string' ? TEXTAREAS[kind] : undefined;
    if (fixed === undefined) return wrong(invalidData({ api_name: 'type', json_path: `${path}.textarea.type` }));
    return length === undefined || length === fixed
      ? fine(fixed)
      : wrong(
          error(
            'DEPENDENT_MISMATCH',
            { dependee: { api_name: 'type', json_path: `${path}.textarea.type` }, ...where },
            'length does not fit the type',
          ),
        );
  }
  if (length === undefined || length === null) return fine(max);
  if (typeof length !== 'number' || !Number.isInteger(length))
    return wrong(invalidData({ expected_data_type: 'integer', ...where }));
  return length >= min && length <= max ? fine(length) : wrong(invalidData({ maximum_length: max, ...where }));
};

const readOptions = (type: DataType, raw: Record<string, unknown>, path: string): Judged<Option[]> => {
  if (type !== 'picklist' && type !== 'multiselectpicklist') return fine([]);
  const where = { api_name: 'pick_list_values', json_path: `${path}.pick_list_values` };
  const values = raw.pick_list_values;
  if (values === undefined || values === null)
    return wrong(
      error(
        'DEPENDENT_FIELD_MISSING',
        { dependee: { api_name: 'data_type', json_path: `${path}.data_type` }, ...where },
        'Dependent Field missing',
      ),
    );
  if (!Array.isArray(values)) return wrong(invalidData({ expected_data_type: 'jsonarray', ...where }));
  const options: Option[] = [];
  for (const [index, value] of values.entries()) {
    const { display_value: display, actual_value: actual = display } = isObject(value) ? value : {};
    if (typeof display !== 'string' || display === '' || typeof actual !== 'string' || actual === '')
      return wrong(mandatoryNotFound('display_value', `${where.json_path}[${index}].display_value`));
    if (options.some((option) => option.actual === actual || option.display === display))
      return wrong(
        error(
          'DUPLICATE_DATA',
          { api_name: 'display_value', json_path: `${where.json_path}[${index}]` },
          'duplicate data',
        ),
      );
    options.push({ actual, display });
  }
  return fine(options);
};

const readUnique = (module: Module, type: DataType, raw: unknown, path: string): Judged<boolean> => {
  if (raw === undefined || raw === null || (isObject(raw) && Object.keys(raw).length === 0)) return fine(false);
  if (!isObject(raw) || raw.case_sensitive !== false)
    return wrong(invalidData({ api_name: 'case_sensitive', json_path: `${path}.case_sensitive` }));
  const where = { api_name: 'unique', json_path: path };
  if (!CAN_BE_UNIQUE.includes(type)) return wrong(error('NOT_ALLOWED', where, 'this data type cannot be unique'));
  return module.uniqueFields.length < MAX_UNIQUE
    ? fine(true)
    : wrong(error('LIMIT_EXCEEDED', { limit: MAX_UNIQUE, ...where }, 'maximum number of unique fields exceeded'));
};

const readTooltip = (raw: unknown, path: string): Judged<undefined> => {
  if (raw === undefined || raw === null) return fine(undefined);
  const { name, value } = isObject(raw) ? raw : {};
  const max = typeof name === 'string' ? TOOLTIPS[name] : undefined;
  if (max === undefined) return wrong(invalidData({ api_name: 'name', json_path: `${path}.name` }));
  const where = { api_name: 'value', json_path: `${path}.value` };
  if (typeof value !== 'string') return wrong(invalidData({ expected_data_type: 'text', ...where }));
  return value.length <= max ? fine(undefined) : wrong(invalidData({ maximum_length: max, ...where }));
};
