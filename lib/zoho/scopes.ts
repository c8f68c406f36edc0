/** What a client's administrator is asked to grant, as the API console takes it. */
export const wantedScope = 'ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.coql.READ';

const OPERATIONS: ReadonlySet<string> = new Set(['all', 'read', 'write', 'create', 'update', 'delete']);
/** What lets a thing be done, beside ALL; upsert needs CREATE or WRITE ("Upsert Records"). */
const ALLOWING: Readonly<Record<string, readonly string[]>> = {
  read: ['read'],
  create: ['create', 'write'],
  update: ['update', 'write'],
};
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

type OneScope = { service: string; group: string; entity: string; operation: string };

/** Names compare without case; a scope without an operation (`ZohoCRM.modules.leads`) counts as ALL. */
const readOne = (scope: string): OneScope => {
  const [service = '', group = '', ...rest] = scope.toLowerCase().split('.');
  const last = rest.at(-1);
  const isOperation = last !== undefined && OPERATIONS.has(last);
  return {
    service,
    group,
    entity: (isOperation ? rest.slice(0, -1) : rest)[0] ?? '',
    operation: isOperation ? last : 'all',
  };
};

/** One without a module covers every module, `custom` those of the client's own. */
const covers = (one: OneScope, needed: OneScope): boolean =>
  one.service === needed.service &&
  one.group === needed.group &&
  ['', needed.entity, ...(STANDARD_MODULES.has(needed.entity) ? [] : ['custom'])].includes(one.entity) &&
  ['all', ...(ALLOWING[needed.operation] ?? [])].includes(one.operation);

/** Which of the scopes that are needed a grant does not hold. */
export const lackingScopes = (granted: string, needed: readonly string[]): string[] => {
  const held = parseScope(granted).map(readOne);
  return needed.filter((scope) => {
    const wanted = readOne(scope);
    return !held.some((one) => covers(one, wanted));
  });
};

/** Whether a grant lets records be added to a module. */
export const mayAdd = (scope: string, module: string): boolean =>
  lackingScopes(scope, [`ZohoCRM.modules.${module}.CREATE`]).length === 0;
