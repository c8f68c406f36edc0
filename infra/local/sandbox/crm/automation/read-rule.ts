import type { RecordTest } from '../criterion-test.ts';
import type { Module, ModuleName, Modules } from '../modules.ts';
import type { Written } from '../write-records.ts';
import { changeTest, readCriteria, recordTest } from './criteria.ts';
import { isJson, type Json, listAt, missing, moduleAt, objectAt, placeOf, problem, textAt, wrong } from './reading.ts';

/** A rule ready to be asked. Of its conditions the first that holds decides. */
export type WorkflowRule = {
  module: ModuleName;
  active: boolean;
  triggers: (change: Written) => boolean;
  conditions: Array<{ holds: RecordTest; webhookIds: string[] }>;
};

/** Zoho's other triggers for records; nothing of the kind happens in a sandbox. */
const NOT_HERE = [
  'delete',
  'section_update',
  'rollup_summary_update',
  'date_or_datetime',
  'score_increase',
  'score_decrease',
  'score_update',
  'recommendation',
];
const MAX_ACTIONS = 5;

/**
 * Reads one rule of `POST /settings/automation/workflow_rules`. Its actions are webhooks that exist.
 * @throws {ItemProblem}
 */
export const readRule = (
  raw: Json,
  path: string,
  { modules, webhookModule }: { modules: Pick<Modules, 'named'>; webhookModule: (id: string) => string | undefined },
): WorkflowRule => {
  if (/[~#%]/.test(textAt(raw, 'name', path, 100))) throw wrong(placeOf(path, 'name'), 'Special characters found');
  const module = moduleAt(raw, 'module', path, modules);
  const triggers = readTrigger(objectAt(raw, 'execute_when', path), `${path}.execute_when`, module);
  const conditions = listAt(raw, 'conditions', path);
  if (conditions.length === 0) throw missing(placeOf(path, 'conditions'));
  return {
    module: module.name,
    active: !isJson(raw.status) || raw.status.active !== false,
    triggers,
    conditions: conditions.map((condition, index) => {
      const at = `${path}.conditions[${index}]`;
      if (!isJson(condition)) throw wrong({ api_name: 'conditions', json_path: at }, 'Invalid data type');
      return readCondition(condition, at, module, webhookModule);
    }),
  };
};

const readTrigger = (raw: Json, path: string, module: Module): WorkflowRule['triggers'] => {
  const type = textAt(raw, 'type', path, 50);
  if (NOT_HERE.includes(type))
    throw problem('NOT_SUPPORTED', placeOf(path, 'type'), 'nothing triggers that in the sandbox');
  const details = isJson(raw.details) ? raw.details : {};
  const at = `${path}.details`;
  switch (type) {
    case 'create':
      return ({ when }) => when === 'create';
    case 'edit':
    case 'create_or_edit':
      requireRepeat(details, path);
      return ({ when }) => type === 'create_or_edit' || when === 'edit';
    case 'field_update': {
      const criteria = readCriteria(objectAt(details, 'criteria', at), `${at}.criteria`, module);
      if (details.repeat !== undefined) requireRepeat(details, path);
      const holds = changeTest(criteria);
      return ({ when, record, changed }) => when === 'edit' && holds({ record, changed: changed ?? [] });
    }
    default:
      throw wrong(placeOf(path, 'type'), 'The given trigger is not valid');
  }
};

/** Once per record is not remembered here. */
const requireRepeat = (details: Json, path: string): void => {
  const place = placeOf(`${path}.details`, 'repeat');
  if (details.repeat === undefined)
    throw problem(
      'DEPENDENT_FIELD_MISSING',
      { dependee: placeOf(path, 'type'), ...place },
      'Required dependent field is missing',
    );
  if (details.repeat === false) throw problem('NOT_SUPPORTED', place, 'the sandbox repeats every rule');
  if (details.repeat !== true) throw wrong(place, 'Invalid data type', { expected_data_type: 'boolean' });
};

const readCondition = (
  raw: Json,
  path: string,
  module: Module,
  webhookModule: (id: string) => string | undefined,
): WorkflowRule['conditions'][number] => {
  if (!isJson(raw.criteria_details))
    throw missing(placeOf(path, 'criteria_details'), 'please specify criteria details');
  const { criteria } = raw.criteria_details;
  if (criteria !== null && !isJson(criteria))
    throw missing(placeOf(`${path}.criteria_details`, 'criteria'), 'please specify criteria details');
  const holds =
    criteria === null ? () => true : recordTest(readCriteria(criteria, `${path}.criteria_details.criteria`, module));

  const at = `${path}.instant_actions`;
  const actions = isJson(raw.instant_actions) ? listAt(raw.instant_actions, 'actions', at) : [];
  if (actions.length === 0) throw missing(placeOf(at, 'actions'), 'Actions cannot be empty');
  if (actions.length > MAX_ACTIONS)
    throw problem('LIMIT_EXCEEDED', { limit: MAX_ACTIONS, ...placeOf(at, 'actions') }, 'actions limit exceeded');
  return {
    holds,
    webhookIds: actions.map((action, index) => readAction(action, `${at}.actions[${index}]`, module, webhookModule)),
  };
};

const readAction = (
  raw: unknown,
  path: string,
  module: Module,
  webhookModule: (id: string) => string | undefined,
): string => {
  if (!isJson(raw) || raw.type !== 'webhooks') throw wrong(placeOf(path, 'type'));
  const id = raw.id;
  // A webhook is made for one module, and its merge fields are of that module.
  if (typeof id !== 'string' || webhookModule(id) !== module.name)
    throw wrong(placeOf(path, 'id'), 'This given actionid seems to be invalid');
  return id;
};
