import { logicalId } from '../local/service.ts';
import type { CallerAction } from '../local/test-mode/test-mode.ts';
import type { Grant } from './role-grants.ts';

/** An action that a role allows and no test can show, and why. */
export type UnseenAction = { functions: string[]; actions: string[]; reason: string };

/** AWS ends a secret's ARN with six characters of its own. */
const SECRET_SUFFIX = '-AbCdEf';

/** A seen resource by the name that templates have for it. */
const inTemplate = ({ action, resource }: Pick<CallerAction, 'action' | 'resource'>): string => {
  const [service] = action.split(':');
  if (service === 'lambda') return `<${logicalId(resource)}.Arn>`;
  if (service === 'secretsmanager')
    return `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${resource.replace(/^leadloop\/[^/]+\//, 'leadloop/<stage>/')}${SECRET_SUFFIX}`;
  const [, table = resource, rest = ''] = /^leadloop-[^-]+-([^/]+)(.*)$/.exec(resource) ?? [];
  return `<${table}.Arn>${rest}`;
};

const matches = (pattern: string, text: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
};
const allows = (grant: Grant, seen: CallerAction): boolean =>
  grant.function === seen.caller && matches(grant.action, seen.action) && matches(grant.resource, inTemplate(seen));

const distinct = (lines: string[]): string[] => [...new Set(lines)].sort();

/**
 * Compares what functions were seen doing with what their roles allow.
 * @returns `notAllowed`: seen, and AWS would refuse it. `neverSeen`: allowed, and neither seen nor excepted.
 * `outlived`: exceptions for what is not allowed, or seen after all.
 */
export const judgeRoles = (grants: Grant[], seen: CallerAction[], exceptions: UnseenAction[]) => {
  const excepted = exceptions.flatMap(({ functions, actions }) =>
    functions.flatMap((name) => actions.map((action) => ({ name, action }))),
  );
  const isSeen = (grant: Grant): boolean => seen.some((one) => allows(grant, one));
  return {
    notAllowed: distinct(
      seen
        .filter((one) => !grants.some((grant) => allows(grant, one)))
        .map((one) => `${one.caller}: ${one.action} on ${inTemplate(one)}`),
    ),
    neverSeen: distinct(
      grants
        .filter((grant) => !isSeen(grant))
        .filter((grant) => !excepted.some(({ name, action }) => name === grant.function && action === grant.action))
        .map((grant) => `${grant.function}: ${grant.action} on ${grant.resource}`),
    ),
    outlived: distinct(
      excepted
        .filter(({ name, action }) => {
          const own = grants.filter((grant) => grant.function === name && grant.action === action);
          return own.length === 0 || own.some(isSeen);
        })
        .map(({ name, action }) => `${name}: ${action}`),
    ),
  };
};
