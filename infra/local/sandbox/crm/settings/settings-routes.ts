import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import type { SandboxRequest } from '../../request.ts';
import { automationRoute } from '../automation/automation-routes.ts';
import { invalidModule, paramMissing } from '../errors.ts';
import type { Field } from '../field.ts';
import { fieldMetadata } from '../field-metadata.ts';
import { moduleMetadata } from '../module-metadata.ts';
import { isModuleName, type Module, type ModuleName } from '../modules.ts';
import { addedField } from '../org-state.ts';
import { type CrmDeps, DELETE, INSERT, type Operation, READ, type Route, UPDATE } from '../route.ts';
import { createFields } from './create-fields.ts';
import {
  disableDuplicateCheck,
  enableDuplicateCheck,
  getDuplicateCheck,
  updateDuplicateCheck,
} from './duplicate-check.ts';
import { listLayouts } from './layouts.ts';
import { listPipelines } from './pipelines.ts';

/** `/settings/…`: what the org is made of. */
export const settingsRoute = (
  deps: CrmDeps,
  [, what, id, ...rest]: string[],
  request: SandboxRequest,
): Route | undefined => {
  if (what === 'automation') return automationRoute(deps, id === undefined ? [] : [id, ...rest], request);
  if (rest.length > 0 || id === '') return undefined;
  const { orgState, modules } = deps;
  const { query, body } = request;
  const ofModule = (run: (module: Module) => SandboxAnswer): SandboxAnswer => {
    const name = query.get('module') ?? '';
    if (name === '') return paramMissing('module');
    return isModuleName(name) ? run(modules.named(name)) : invalidModule(0);
  };
  switch (what) {
    case 'fields':
      return id === undefined
        ? {
            GET: reads('fields', () => ofModule(listFields(query))),
            POST: {
              needs: [{ group: 'settings', entity: what, operations: INSERT }],
              run: () =>
                ofModule((module) => createFields(module, body, (field) => addField(deps, module.name, field))),
            },
          }
        : undefined;
    case 'layouts':
      return { GET: reads('layouts', () => ofModule((module) => listLayouts(module, id))) };
    case 'pipeline':
      return { GET: reads('pipeline', () => listPipelines(query, id)) };
    case 'duplicate_check_preference': {
      const operation = (operations: string[], run: (module: Module) => SandboxAnswer): Operation => ({
        needs: [{ group: 'settings', entity: what, operations }],
        run: () => ofModule(run),
      });
      return id === undefined
        ? {
            GET: operation(READ, (module) => getDuplicateCheck(module, orgState)),
            POST: operation(INSERT, (module) => enableDuplicateCheck(module, orgState, body)),
            PUT: operation(UPDATE, (module) => updateDuplicateCheck(module, body)),
            DELETE: operation(DELETE, (module) => disableDuplicateCheck(module, orgState)),
          }
        : undefined;
    }
    case 'modules': {
      const list = reads('modules', () => jsonAnswer(200, { modules: moduleMetadata(id) }, 1));
      return { GET: id === undefined || isModuleName(id) ? list : { ...list, needs: undefined, moduleIndex: 2 } };
    }
    default:
      return undefined;
  }
};

const reads = (entity: string, run: () => SandboxAnswer): Operation => ({
  needs: [{ group: 'settings', entity, operations: READ }],
  run,
});

const addField = ({ modules, stores, orgState }: CrmDeps, module: ModuleName, field: Field): void => {
  modules.addField(module, field);
  if (field.unique) stores[module].indexBy(field.apiName);
  const { apiName, label, type, length, unique, external, options } = field;
  const added = addedField.parse({ module, apiName, label, type, length, unique, external, options });
  orgState.set({ ...orgState.get(), fields: [...(orgState.get().fields ?? []), added] });
};

const listFields =
  (query: URLSearchParams) =>
  (module: Module): SandboxAnswer =>
    // No field of the demo org is unused.
    query.get('type') === 'unused' ? emptyAnswer(1) : jsonAnswer(200, { fields: fieldMetadata(module) }, 1);
