/** A template, or any part of one. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Template = { [key: string]: Json };

const ABSENT = Symbol('AWS::NoValue');

const isObject = (value: Json | undefined): value is Template =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const argumentsOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/**
 * The template as CloudFormation would see it with these parameters: each `Fn::If` is replaced by the branch taken, and
 * references to the parameters by their values. The checkers look at both branches, or at neither.
 * Conditions may use `Fn::Equals`, `Fn::Not` and parameters.
 * @throws when a condition is used that is not there, or is written with anything else
 */
export const resolveConditions = (template: Template, parameters: Record<string, string>): Template => {
  const conditions = isObject(template.Conditions) ? template.Conditions : {};

  const isTrue = (condition: Json | undefined): boolean => {
    if (isObject(condition) && 'Fn::Not' in condition) return !isTrue(argumentsOf(condition['Fn::Not'])[0]);
    if (isObject(condition) && 'Fn::Equals' in condition) {
      const [left, right] = argumentsOf(condition['Fn::Equals']).map((side) => resolve(side));
      return left === right;
    }
    throw new Error(`This condition is not understood: ${JSON.stringify(condition)}`);
  };

  const resolve = (value: Json): Json | typeof ABSENT => {
    if (Array.isArray(value)) return value.map(resolve).filter((entry) => entry !== ABSENT);
    if (!isObject(value)) return value;
    if (value.Ref === 'AWS::NoValue') return ABSENT;
    if (typeof value.Ref === 'string' && value.Ref in parameters) return parameters[value.Ref] ?? '';
    if ('Fn::If' in value) {
      const [name, whenTrue = null, whenFalse = null] = argumentsOf(value['Fn::If']);
      return resolve(isTrue(conditions[String(name)]) ? whenTrue : whenFalse);
    }
    const resolved: Template = {};
    for (const [key, entry] of Object.entries(value)) {
      const one = resolve(entry);
      if (one !== ABSENT) resolved[key] = one;
    }
    return resolved;
  };

  const resolved: Template = { ...template };
  for (const section of ['Resources', 'Outputs']) {
    const one = resolve(template[section] ?? {});
    if (one !== ABSENT) resolved[section] = one;
  }
  return resolved;
};
