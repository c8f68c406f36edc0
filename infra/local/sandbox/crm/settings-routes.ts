import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import { invalidModule, paramMissing } from './errors.ts';
import { fieldMetadata } from './field-metadata.ts';
import { moduleMetadata } from './module-metadata.ts';
import { isModuleName, moduleNamed } from './modules.ts';
import { type Operation, READ, type Route } from './route.ts';

/** `/settings/…`: what the org is made of. */
export const settingsRoute = ([, what, name, ...rest]: string[], request: SandboxRequest): Route | undefined => {
  if (rest.length > 0) return undefined;
  if (what === 'fields' && name === undefined) return { GET: reads('fields', () => listFields(request.query)) };
  if (what !== 'modules') return undefined;
  const isKnown = name === undefined || isModuleName(name);
  const list = reads('modules', () => jsonAnswer(200, { modules: moduleMetadata(name) }, 1));
  return { GET: isKnown ? list : { ...list, needs: undefined, moduleIndex: 2 } };
};

const reads = (entity: string, run: () => SandboxAnswer): Operation => ({
  needs: [{ group: 'settings', entity, operations: READ }],
  run,
});

const listFields = (query: URLSearchParams): SandboxAnswer => {
  const name = query.get('module') ?? '';
  if (name === '') return paramMissing('module');
  if (!isModuleName(name)) return invalidModule(0);
  // No field of the demo org is unused.
  return query.get('type') === 'unused'
    ? emptyAnswer(1)
    : jsonAnswer(200, { fields: fieldMetadata(moduleNamed(name)) }, 1);
};
