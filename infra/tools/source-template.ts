import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { logicalId } from '../local/service.ts';
import type { Json, Template } from './resolve-conditions.ts';

const root = resolve(import.meta.dirname, '../..');
/** The stage in `sourceTemplate`. */
export const SOURCE_STAGE = '<stage>';

const read = (file: string): Template => {
  const text = readFileSync(join(root, file), 'utf8');
  return parse(text.replaceAll('${self:service}', 'leadloop').replaceAll('${sls:stage}', SOURCE_STAGE));
};

/** Functions, roles and conditions as they will be packaged, from their sources: it needs no packaging tool. */
export const sourceTemplate = (): Template => {
  const { functions } = read('serverless.yml') as { functions: Record<string, { role: Json }> };
  const lambdas = Object.entries(functions).map(([name, { role }]) => [
    logicalId(name),
    { Type: 'AWS::Lambda::Function', Properties: { FunctionName: `leadloop-${SOURCE_STAGE}-${name}`, Role: role } },
  ]);
  const { Resources } = read('infra/roles.yml') as { Resources: Template };
  const { Conditions = {} } = read('infra/parameters.yml');
  return { Conditions, Resources: { ...Resources, ...Object.fromEntries(lambdas) } };
};
