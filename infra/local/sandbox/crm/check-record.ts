import { type Cell, checkValue, isEmpty } from './check-value.ts';
import { type ErrorItem, invalidData, mandatoryNotFound, stageNotInPipeline } from './errors.ts';
import type { Field } from './field.ts';
import type { Module } from './modules.ts';
import { user } from './org.ts';

/** A record of a write call, judged. `values` holds what may be stored; fields nobody knows are silently left out. */
export type CheckedRecord = {
  values: Record<string, Cell>;
  namesLayout: boolean;
  append: ReadonlySet<string>;
  errors: ErrorItem[];
};

/**
 * Judges every value of one record. `path` is where the record stands in the body. What is missing is judged by `missingFields`, once it is known what the write
 * does.
 */
export const checkRecord = (module: Module, raw: Record<string, unknown>, path: string): CheckedRecord => {
  const checked: CheckedRecord = {
    values: {},
    namesLayout: false,
    append: fieldsToAppend(raw.$append_values),
    errors: [],
  };
  const pathOf = (name: string) => `${path}.${name}`;

  for (const [name, value] of Object.entries(raw)) {
    const field = module.fieldsByName.get(name);
    if (!field || field.readOnly) continue;
    const outcome = checkValue(field, value);
    if (outcome.status === 'fine') {
      const error = judgeMeaning(field, outcome.value, pathOf(name));
      if (error) checked.errors.push(error);
      else checked.values[name] = shownName(field, outcome.value);
    } else {
      // Zoho names no path for a phone number.
      const where = field.type === 'phone' ? { api_name: name } : { api_name: name, json_path: pathOf(name) };
      checked.errors.push(invalidData({ ...outcome.details, ...where }));
    }
  }
  if (raw.Layout !== undefined) {
    if (layoutIdOf(raw.Layout) === module.layoutId) checked.namesLayout = true;
    else checked.errors.push(invalidData({ api_name: 'Layout', json_path: pathOf('Layout') }));
  }
  return checked;
};

/** Without a layout only what the system demands is asked for ("Insert Records"). */
export const missingFields = (
  module: Module,
  raw: Record<string, unknown>,
  { path, mode, namesLayout }: { path: string; mode: 'insert' | 'update'; namesLayout: boolean },
): ErrorItem[] =>
  module.fields
    .filter(({ mandatory, layoutMandatory }) => mandatory || (namesLayout && layoutMandatory))
    .filter(({ apiName }) => (mode === 'insert' || apiName in raw) && isEmpty(raw[apiName]))
    .map(({ apiName }) => mandatoryNotFound(apiName, `${path}.${apiName}`));

const judgeMeaning = (field: Field, value: Cell, jsonPath: string): ErrorItem | undefined => {
  if (value === null) return undefined;
  if (field.apiName === 'Probability' && typeof value === 'number' && (value < 0 || value > 100))
    return invalidData({ api_name: field.apiName, json_path: jsonPath }, 'Given Probability is not valid');
  if (field.type === 'ownerlookup' && typeof value === 'object' && 'id' in value && value.id !== user.id)
    return invalidData({ api_name: field.apiName, json_path: jsonPath }, 'the id given seems to be invalid');
  if (!field.closed || field.options.some(({ actual }) => actual === value)) return undefined;
  return field.apiName === 'Stage'
    ? stageNotInPipeline(jsonPath)
    : invalidData({ api_name: field.apiName, json_path: jsonPath });
};

const shownName = (field: Field, value: Cell): Cell =>
  field.type === 'ownerlookup' && value !== null ? { id: user.id, name: user.name, email: user.email } : value;

const fieldsToAppend = (raw: unknown): ReadonlySet<string> =>
  new Set(
    typeof raw === 'object' && raw !== null
      ? Object.entries(raw)
          .filter(([, wanted]) => wanted === true)
          .map(([name]) => name)
      : [],
  );

const layoutIdOf = (raw: unknown): unknown =>
  typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined;
