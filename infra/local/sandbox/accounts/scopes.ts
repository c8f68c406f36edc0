/** What a call needs: one operation on one thing of one group, as in `ZohoCRM.modules.leads.READ`. */
export type Need = {
  /** ZohoCRM unless it says otherwise. */
  service?: 'ZohoSearch';
  group: 'modules' | 'settings' | 'org' | 'coql' | 'users' | 'apis' | 'securesearch';
  /** Only of the groups that are about several things. */
  entity?: string;
  operations: readonly string[];
};

const OPERATIONS: ReadonlySet<string> = new Set(['all', 'read', 'write', 'create', 'update', 'delete']);

/** Everything a connection of this kind may ask for. */
export const DEFAULT_SCOPE = [
  'ZohoCRM.modules.ALL',
  'ZohoCRM.settings.fields.ALL',
  'ZohoCRM.settings.modules.READ',
  'ZohoCRM.settings.currencies.READ',
  'ZohoCRM.org.READ',
  'ZohoCRM.coql.READ',
  'ZohoSearch.securesearch.READ',
  'ZohoCRM.notifications.ALL',
  'ZohoCRM.settings.automation_actions.ALL',
  'ZohoCRM.settings.workflow_rules.ALL',
  'ZohoCRM.users.READ',
].join(',');

/** Comma-separated, as the API console takes them; blanks around do not matter. */
export const parseScopes = (text: string): string[] => text.split(/[\s,]+/).filter((scope) => scope !== '');

const CRM_GROUPS: ReadonlySet<string> = new Set(
  'modules settings org users coql notifications bulk apis files features send_mail share templates mass_update'.split(
    ' ',
  ),
);

/** A misspelt scope is refused where the code is made; one that is only missing shows up later, at the call. */
export const isKnownScope = (scope: string): boolean => {
  const [service = '', group = '', ...rest] = scope.toLowerCase().split('.');
  if (!/^[a-z]+(\.[a-z0-9_]+){1,4}$/.test(scope.toLowerCase())) return false;
  if (service === 'zohocrm')
    return CRM_GROUPS.has(group) && (rest.length < 2 || OPERATIONS.has(rest[rest.length - 1] ?? ''));
  return service === 'zohosearch' || service === 'zohofiles';
};

/**
 * Whether one of the granted scopes covers the need. Names compare without case; an absent operation reads as ALL;
 * an absent entity covers them all (`ZohoCRM.modules.ALL`).
 */
export const covers = (granted: readonly string[], need: Need): boolean =>
  granted.some((scope) => {
    const [service, group, ...rest] = scope.toLowerCase().split('.');
    if (service !== (need.service ?? 'ZohoCRM').toLowerCase() || group !== need.group) return false;
    const last = rest[rest.length - 1];
    const hasOperation = last !== undefined && OPERATIONS.has(last);
    const operation = hasOperation ? last : 'all';
    const entity = (hasOperation ? rest.slice(0, -1) : rest).join('.');
    if (entity !== '' && entity !== need.entity?.toLowerCase()) return false;
    return operation === 'all' || need.operations.some((needed) => needed.toLowerCase() === operation);
  });
