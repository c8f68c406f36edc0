import { type Json, resolveConditions, type Template } from './resolve-conditions.ts';

/** One thing a function's role allows: an action and a resource, both as the template writes them, `*` included. */
export type Grant = { function: string; action: string; resource: string };

const isObject = (value: Json | undefined): value is Template =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: Json | undefined): Json[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const at = (value: Json | undefined, ...path: string[]): Json | undefined =>
  path.reduce<Json | undefined>((part, key) => (isObject(part) ? part[key] : undefined), value);

/** What only AWS knows stands in angle brackets: `<RecordsTable.Arn>/index/work`. */
const asText = (value: Json | undefined): string => {
  if (typeof value === 'string') return value;
  const [attribute, ref, sub] = [at(value, 'Fn::GetAtt'), at(value, 'Ref'), at(value, 'Fn::Sub')];
  if (attribute !== undefined) return `<${list(attribute).join('.')}>`;
  if (typeof ref === 'string') return `<${ref}>`;
  if (typeof sub === 'string') return sub.replace(/\$\{([^}]+)\}/g, '<$1>');
  throw new Error(`This value is not understood: ${JSON.stringify(value)}`);
};

/**
 * What each function's own role allows, from a packaged template or one put together from its sources, without a key of
 * one's own. `<stage>` stands for the stage's name.
 * @throws when a role is written in a way that is not understood: a guess would pass what AWS refuses
 */
export const roleGrants = (template: Template, stage: string): Grant[] => {
  const { Resources } = resolveConditions(template, { KmsKeyArn: '', AlarmTopicArn: '' });
  const withoutStage = (text: string): string =>
    text.replaceAll(`leadloop-${stage}-`, 'leadloop-<stage>-').replaceAll(`leadloop/${stage}/`, 'leadloop/<stage>/');
  const resources = isObject(Resources) ? Resources : {};

  const grantsOf = (functionName: string, role: Json | undefined): Grant[] =>
    list(at(role, 'Properties', 'Policies'))
      .flatMap((policy) => list(at(policy, 'PolicyDocument', 'Statement')))
      .flatMap((statement) => {
        if (at(statement, 'Effect') !== 'Allow' || at(statement, 'Condition') !== undefined)
          throw new Error(`This statement is not understood: ${JSON.stringify(statement)}`);
        return list(at(statement, 'Action')).flatMap((action) =>
          list(at(statement, 'Resource')).map((resource) => ({
            function: functionName,
            action: asText(action),
            resource: withoutStage(asText(resource)),
          })),
        );
      });

  return Object.values(resources)
    .filter((resource) => at(resource, 'Type') === 'AWS::Lambda::Function')
    .flatMap((one) => {
      const name = withoutStage(asText(at(one, 'Properties', 'FunctionName'))).replace('leadloop-<stage>-', '');
      const [roleId] = list(at(one, 'Properties', 'Role', 'Fn::GetAtt'));
      const role = typeof roleId === 'string' ? resources[roleId] : undefined;
      if (role === undefined) throw new Error(`The function ${name} has no role of its own`);
      return grantsOf(name, role);
    });
};
