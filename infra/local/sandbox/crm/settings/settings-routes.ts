import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../../answer.ts';
import type { SandboxRequest } from '../../request.ts';
import { invalidModule, paramMissing } from '../errors.ts';
import { fieldMetadata } from '../field-metadata.ts';
import { moduleMetadata } from '../module-metadata.ts';
import { isModuleName, type Module, moduleNamed } from '../modules.ts';
import { type Operation, READ, type Route } from '../route.ts';
import { listLayouts } from './layouts.ts';
import { listPipelines } from './pipelines.ts';

/** `/settings/…`: what the org is made of. */
export const settingsRoute = ([, what, id, ...rest]: string[], { query }: SandboxRequest): Route | undefined => {
  if (rest.length > 0 || id === '') return undefined;
  switch (what) {
    case 'fields':
      return id === undefined ? { GET: reads('fields', () => ofModule(query, listFields(query))) } : undefined;
    case 'layouts':
      return { GET: reads('layouts', () => ofModule(query, (module) => listLayouts(module, id))) };
    case 'pipeline':
      return { GET: reads('pipeline', () => listPipelines(query, id)) };
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

/** For the calls that name their module in the query. */
const ofModule = (query: URLSearchParams, run: (module: Module) => SandboxAnswer): SandboxAnswer => {
  const name = query.get('module') ?? '';
  if (name === '') return paramMissing('module');
  return isModuleName(name) ? run(moduleNamed(name)) : invalidModule(0);
};

const listFields =
  (query: URLSearchParams) =>
  (module: Module): SandboxAnswer =>
    // No field of the demo org is unused.
    query.get('type') === 'unused' ? emptyAnswer(1) : jsonAnswer(200, { fields: fieldMetadata(module) }, 1);
