import { type ErrorItem, error, invalidData } from '../errors.ts';
import { type Module, type Modules, moduleNames } from '../modules.ts';

export type Json = Record<string, unknown>;

/** What is wrong with an item, thrown from wherever in it that is found. */
export class ItemProblem extends Error {
  override readonly name = 'ItemProblem';
  readonly item: ErrorItem;
  constructor(item: ErrorItem) {
    super(item.message);
    this.item = item;
  }
}

/** Runs a reader and gives what it threw as an outcome. */
export const judged = <Value>(
  read: () => Value,
): { status: 'fine'; value: Value } | { status: 'wrong'; item: ErrorItem } => {
  try {
    return { status: 'fine', value: read() };
  } catch (thrown) {
    if (thrown instanceof ItemProblem) return { status: 'wrong', item: thrown.item };
    throw thrown;
  }
};

export const isJson = (raw: unknown): raw is Json => typeof raw === 'object' && raw !== null && !Array.isArray(raw);

export const problem = (code: string, details: Json, message: string): ItemProblem =>
  new ItemProblem(error(code, details, message));

/** One key of an object, and where it stands. */
export type Place = { api_name: string; json_path: string };
export const placeOf = (path: string, name: string): Place => ({ api_name: name, json_path: `${path}.${name}` });

export const missing = (place: Place, message = 'Required field is missing'): ItemProblem =>
  problem('MANDATORY_NOT_FOUND', place, message);
export const wrong = (place: Place, message = 'invalid data', more: Json = {}): ItemProblem =>
  new ItemProblem(invalidData({ ...more, ...place }, message));

const wrongType = (place: Place, type: string): ItemProblem =>
  wrong(place, 'Invalid data type', { expected_data_type: type });

export const objectAt = (parent: Json, name: string, path: string): Json => {
  const value = parent[name];
  if (value === undefined || value === null) throw missing(placeOf(path, name));
  if (!isJson(value)) throw wrongType(placeOf(path, name), 'jsonobject');
  return value;
};

export const textAt = (parent: Json, name: string, path: string, maxLength: number): string => {
  const value = parent[name];
  if (value === undefined || value === null) throw missing(placeOf(path, name));
  if (typeof value !== 'string') throw wrongType(placeOf(path, name), 'text');
  if (value === '') throw wrong(placeOf(path, name), 'Empty value is not allowed');
  if (value.length > maxLength) throw wrong(placeOf(path, name), 'Invalid data', { maximum_length: maxLength });
  return value;
};

export const listAt = (parent: Json, name: string, path: string): unknown[] => {
  const value = parent[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(placeOf(path, name), 'jsonarray');
  return value;
};

/** `{ api_name, id }` of a module; one of them is enough, and both must mean the same. */
export const moduleAt = (parent: Json, name: string, path: string, modules: Pick<Modules, 'named'>): Module => {
  const given = objectAt(parent, name, path);
  const at = `${path}.${name}`;
  const places = [placeOf(at, 'api_name'), placeOf(at, 'id')];
  const { api_name: apiName, id } = given;
  if (apiName === undefined && id === undefined)
    throw problem('EXPECTED_FIELD_MISSING', { expected_fields: places }, 'Specify atleast one field');
  const candidates = moduleNames.map((one) => modules.named(one));
  const byName = candidates.find((module) => module.name === apiName);
  const byId = candidates.find((module) => module.id === id);
  if ((apiName !== undefined && !byName) || (id !== undefined && !byId))
    throw wrong(placeOf(path, name), 'the module name given seems to be invalid');
  if (byName && byId && byName !== byId)
    throw problem('AMBIGUITY_DURING_PROCESSING', { ambiguity_due_to: places }, 'Ambiguity during processing');
  const module = byName ?? byId;
  if (!module) throw wrong(placeOf(path, name), 'the module name given seems to be invalid');
  return module;
};
