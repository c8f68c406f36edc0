import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import { badRequest, bodyIsNoObject, type ErrorItem, error, invalidData, mandatoryNotFound } from '../errors.ts';
import type { Module } from '../modules.ts';
import type { OrgState } from '../org-state.ts';
import { parseObject } from '../read-write-body.ts';

const KEY = 'duplicate_check_preference';
const wrapped = (status: number, item: unknown): SandboxAnswer => jsonAnswer(status, { [KEY]: item }, 1);
const success = (message: string): SandboxAnswer =>
  wrapped(200, { code: 'SUCCESS', details: {}, message, status: 'success' });

/** Leads have it, because they can be converted. */
const notSupported = (module: Module): SandboxAnswer | undefined =>
  module.convertable
    ? undefined
    : badRequest(error('NOT_SUPPORTED', { param_name: 'module' }, 'the given module is not supported for this api'));

/** `GET /settings/duplicate_check_preference?module=Leads`: 204 while nothing is switched on. */
export const getDuplicateCheck = (module: Module, state: OrgState): SandboxAnswer =>
  notSupported(module) ??
  (state.get().checksConverted ? wrapped(200, { type: 'converted_records', type_configurations: [] }) : emptyAnswer(1));

/** `POST` of the same: unique values of converted leads count as taken too. */
export const enableDuplicateCheck = (module: Module, state: OrgState, body: Buffer): SandboxAnswer => {
  const refused = notSupported(module);
  if (refused) return refused;
  const read = readType(body);
  if (read.status === 'refused') return read.answer;
  if (read.type === 'mapped_module_records') return badRequest(noUniqueField());
  state.set({ ...state.get(), checksConverted: true });
  return success('Duplicate check enabled for converted_records successfully.');
};

/** `PUT` of the same: there is nothing to change about converted records, and mapped ones cannot be switched on. */
export const updateDuplicateCheck = (module: Module, body: Buffer): SandboxAnswer => {
  const refused = notSupported(module);
  if (refused) return refused;
  const read = readType(body);
  if (read.status === 'refused') return read.answer;
  return wrapped(403, notEnabled(read.type));
};

/** `DELETE` of the same. */
export const disableDuplicateCheck = (module: Module, state: OrgState): SandboxAnswer => {
  const refused = notSupported(module);
  if (refused) return refused;
  if (!state.get().checksConverted) return jsonAnswer(403, notEnabled('converted_records'), 1);
  state.set({ ...state.get(), checksConverted: false });
  return success('Duplicate check disabled for converted_records successfully.');
};

const notEnabled = (type: string): ErrorItem =>
  error(
    'FEATURE_NOT_ENABLED',
    {},
    `The DuplicateCheckPreference for ${type} feature is not yet enabled. Please enable it before doing this action.`,
  );

/** The demo org's contacts have no unique field, and only unique fields can be mapped to each other. */
const noUniqueField = (): ErrorItem =>
  error(
    'NOT_ALLOWED',
    { api_name: 'mapped_field', json_path: `$.${KEY}.type_configurations[0].field_mappings[0].mapped_field` },
    'the given mapped_field API name is not a unique field API name.',
  );

const TYPES = ['converted_records', 'mapped_module_records'] as const;

const readType = (
  body: Buffer,
): { status: 'read'; type: (typeof TYPES)[number] } | { status: 'refused'; answer: SandboxAnswer } => {
  const refused = (answer: SandboxAnswer) => ({ status: 'refused', answer }) as const;
  const sent = parseObject(body);
  if (!sent) return refused(bodyIsNoObject());
  const preference = sent[KEY];
  if (preference === undefined || preference === null) return refused(badRequest(mandatoryNotFound(KEY, `$.${KEY}`)));
  if (typeof preference !== 'object' || !('type' in preference))
    return refused(badRequest(mandatoryNotFound('type', `$.${KEY}.type`)));
  const type = TYPES.find((name) => name === preference.type);
  return type === undefined
    ? refused(badRequest(invalidData({ api_name: 'type', json_path: `$.${KEY}.type` })))
    : { status: 'read', type };
};
