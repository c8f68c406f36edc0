import { addressProblem } from '../../webhooks/webhook-address.ts';
import type { ModuleName, Modules } from '../modules.ts';
import { isJson, type Json, listAt, missing, moduleAt, objectAt, placeOf, problem, textAt, wrong } from './reading.ts';

type Pair = { name: string; value: string };
/** A webhook as the rules that name it send it. */
export type WebhookAction = { module: ModuleName; url: string; headers: Pair[] } & (
  | { type: 'form_data'; parameters: Pair[] }
  | { type: 'raw'; body: string }
);

const FEATURES = [
  'workflow',
  'approval_process',
  'blueprint_transition',
  'blueprint_state',
  'assignment_rules',
  'kiosk',
  'commandcenter_service',
];
const FORMATS = ['JSON', 'XML', 'HTML', 'Text'];
const MAX_MODULE_PARAMETERS = 25;
const MAX_CUSTOM_PARAMETERS = 10;

/**
 * Reads one webhook of `POST /settings/automation/webhooks`. Only POST is sent from here, and only without a connection.
 * @throws {ItemProblem}
 */
export const readWebhook = (
  raw: Json,
  path: string,
  { modules, allowLoopback }: { modules: Pick<Modules, 'named'>; allowLoopback: boolean },
): WebhookAction => {
  const name = textAt(raw, 'name', path, 250);
  if (/[~#%]/.test(name)) throw wrong(placeOf(path, 'name'), 'Special characters found');
  if (raw.description !== undefined && raw.description !== null && raw.description !== '')
    textAt(raw, 'description', path, 500);
  const module = moduleAt(raw, 'module', path, modules);
  const url = textAt(raw, 'url', path, 2_000);
  if (addressProblem(url, allowLoopback) !== undefined) throw wrong(placeOf(path, 'url'), 'please enter a valid URL');
  const method = textAt(raw, 'http_method', path, 10);
  if (!['POST', 'GET', 'PUT', 'DELETE'].includes(method)) throw wrong(placeOf(path, 'http_method'));
  if (method !== 'POST')
    throw problem('NOT_SUPPORTED', placeOf(path, 'http_method'), 'the sandbox sends webhooks by POST only');
  if (!FEATURES.includes(textAt(raw, 'feature_type', path, 50)))
    throw wrong(placeOf(path, 'feature_type'), 'the given feature name is invalid');
  const authentication = objectAt(raw, 'authentication', path);
  if (textAt(authentication, 'type', `${path}.authentication`, 20) !== 'general')
    throw wrong(placeOf(`${path}.authentication`, 'type'), 'Invalid data', { supported_values: ['general'] });
  if (listAt(raw, 'url_parameters', path).length > 0)
    throw problem(
      'DEPENDENT_MISMATCH',
      { dependee: placeOf(path, 'http_method'), ...placeOf(path, 'url_parameters') },
      'Dependent Field is not matching',
    );
  const headers = raw.headers === undefined ? [] : parametersIn(objectAt(raw, 'headers', path), `${path}.headers`);
  if (headers.some((header) => header.name.toLowerCase() === 'host'))
    throw wrong(placeOf(path, 'headers'), 'header Host is not allowed');
  return { module: module.name, url, headers, ...readBody(raw, path) };
};

const readBody = (
  raw: Json,
  webhookPath: string,
): { type: 'form_data'; parameters: Pair[] } | { type: 'raw'; body: string } => {
  if (raw.body === undefined) return { type: 'form_data', parameters: [] };
  const body = objectAt(raw, 'body', webhookPath);
  const path = `${webhookPath}.body`;
  const type = textAt(body, 'type', path, 10);
  if (type === 'none') return { type: 'form_data', parameters: [] };
  if (type === 'form_data') {
    if (!isJson(body.form_data_content))
      throw problem(
        'DEPENDENT_FIELD_MISSING',
        { dependee: placeOf(path, 'type'), ...placeOf(path, 'form_data_content') },
        'form data content key is mandatory for form body type',
      );
    return { type, parameters: parametersIn(body.form_data_content, `${path}.form_data_content`) };
  }
  if (type !== 'raw') throw wrong(placeOf(path, 'type'), 'invalid body type passed');
  if (body.format === undefined) throw missing(placeOf(path, 'format'));
  if (!FORMATS.includes(textAt(body, 'format', path, 10)))
    throw wrong(placeOf(path, 'format'), 'invalid format passed in body');
  if (body.raw_data_content === undefined)
    throw problem(
      'DEPENDENT_FIELD_MISSING',
      { dependee: placeOf(path, 'format'), ...placeOf(path, 'raw_data_content') },
      'raw data content key is mandatory for raw body type',
    );
  return { type, body: textAt(body, 'raw_data_content', path, 10_000) };
};

/** Parameters of the module and of one's own together, each name once. */
const parametersIn = (raw: Json, path: string): Pair[] => {
  const lists: Array<[name: string, max: number]> = [
    ['module_parameters', MAX_MODULE_PARAMETERS],
    ['custom_parameters', MAX_CUSTOM_PARAMETERS],
  ];
  const names = new Set<string>();
  return lists.flatMap(([listName, max]) => {
    const list = listAt(raw, listName, path);
    if (list.length > max)
      throw problem('LIMIT_EXCEEDED', { limit: max, ...placeOf(path, listName) }, 'parameters limit exceeded');
    return list.map((entry, index) => {
      const at = `${path}.${listName}[${index}]`;
      if (!isJson(entry)) throw wrong({ api_name: listName, json_path: at }, 'Invalid data type');
      const name = textAt(entry, 'name', at, 250);
      if (names.has(name)) throw problem('DUPLICATE_DATA', placeOf(at, 'name'), 'duplicate parameter name found');
      names.add(name);
      if (typeof entry.value !== 'string') throw missing(placeOf(at, 'value'));
      return { name, value: entry.value };
    });
  });
};
