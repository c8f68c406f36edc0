/** What a client's administrator is asked to grant, as the API console takes it. */
export const wantedScope = 'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.coql.READ';

const OPERATIONS: ReadonlySet<string> = new Set(['all', 'read', 'write', 'create', 'update', 'delete']);
/** Upsert needs one of them ("Upsert Records"). */
const ADDING: ReadonlySet<string> = new Set(['all', 'create', 'write']);
const STANDARD_MODULES: ReadonlySet<string> = new Set([
  'leads',
  'contacts',
  'accounts',
  'deals',
  'campaigns',
  'tasks',
  'events',
  'calls',
  'products',
  'vendors',
  'cases',
  'solutions',
  'quotes',
  'salesorders',
  'purchaseorders',
  'invoices',
  'pricebooks',
  'notes',
  'activities',
]);

/** Scopes of a grant, one by one: Zoho separates them by blanks in answers and by commas in its console. */
export const parseScope = (scope: string): string[] => scope.split(/[\s,]+/).filter((one) => one !== '');

/**
 * Whether a grant lets records be added to a module. Names compare without case; a scope without an operation
 * (`ZohoCRM.modules.leads`) counts as ALL, one without a module as every module.
 */
export const mayAdd = (scope: string, module: string): boolean =>
  parseScope(scope).some((one) => {
    const [service, group, ...rest] = one.toLowerCase().split('.');
    if (service !== 'zohocrm' || group !== 'modules') return false;
    const last = rest.at(-1);
    const operation = last !== undefined && OPERATIONS.has(last) ? last : undefined;
    const [entity] = operation === undefined ? rest : rest.slice(0, -1);
    const wanted = module.toLowerCase();
    const isTheModule =
      entity === undefined || entity === wanted || (entity === 'custom' && !STANDARD_MODULES.has(wanted));
    return isTheModule && ADDING.has(operation ?? 'all');
  });
