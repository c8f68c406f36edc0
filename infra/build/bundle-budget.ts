import { type BundleContents, type BundledModule, packageOf } from './bundle-contents.ts';

/**
 * What a function may load at a cold start. `kilobytes` (1024 bytes) and `modules` leave a few percent of room over what
 * is there, more where no visitor waits; raise them in the commit that needs it, and say there what for.
 */
export type Budget = {
  kilobytes: number;
  modules: number;
  /** npm packages beyond those that every function has. */
  packages?: string[];
  /** npm packages that are loaded when they are needed. */
  later?: string[];
};

/** Environment and stored items are checked (zod), and the table is asked (parts of the SDK). */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'zod',
  '@aws-sdk/client-dynamodb', // its endpoint rules
  '@aws-sdk/core',
  '@aws-sdk/util-dynamodb',
  '@smithy/core',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
]);

export const budgets: Record<string, Budget> = {
  'submit-lead': { kilobytes: 136, modules: 202, later: ['@fastify/busboy'] },
  'receive-webhook': { kilobytes: 146, modules: 202, packages: ['big.js'], later: ['@fastify/busboy'] },
  'connect-zoho': { kilobytes: 166, modules: 208, later: ['@aws-sdk/client-secrets-manager'] },
  dispatch: { kilobytes: 108, modules: 170, packages: ['@aws-sdk/client-lambda'] },
  'deliver-leads': {
    kilobytes: 360,
    modules: 330,
    packages: ['big.js', 'libphonenumber-js'],
    later: ['@aws-sdk/client-secrets-manager'],
  },
  'deliver-events': {
    kilobytes: 180,
    modules: 240,
    packages: ['big.js'],
    later: ['@aws-sdk/client-secrets-manager'],
  },
};

/** What no bundle may hold anywhere, whoever brings it. */
const NEVER: Array<[pattern: RegExp, why: string]> = [
  [/\/credential-provider-/, 'a credential chain: Lambda has credentials in its environment'],
  [/\/zod\/(index|v3\/|v4\/(index|classic\/|locales\/(?!en\.)))/, 'the whole of zod: import zod/mini'],
  [
    /\/@aws-sdk\/client-[^/]+\/dist-(es|cjs)\/(?!endpoint\/)/,
    'a whole client of the SDK: add the operation to infra/build/sdk',
  ],
  [/^(node_modules\/yaml\/|infra\/(?!build\/sdk\/))/, 'what belongs to the operator’s machine'],
];

/** The accept path needs the table and nothing else: no room that reaches out, now or later. */
const ACCEPTING = /^lib\/(zoho|tokens|leads|destinations|events)\//;

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
const describe = ({ path, bytes, importedBy }: BundledModule): string =>
  `${path} (${kilobytes(bytes)}${importedBy === undefined ? '' : `, by ${importedBy}`})`;

const foreign = (modules: BundledModule[], allowed: ReadonlySet<string>): string[] => {
  const largest = new Map<string, BundledModule>(); // modules come largest first
  const sums = new Map<string, number>();
  for (const module of modules.filter(({ path }) => path.includes('node_modules/'))) {
    const name = packageOf(module.path);
    if (allowed.has(name)) continue;
    if (!largest.has(name)) largest.set(name, module);
    sums.set(name, (sums.get(name) ?? 0) + module.bytes);
  }
  return [...largest].map(
    ([name, module]) => `${name} came in with ${kilobytes(sums.get(name) ?? 0)}, first ${describe(module)}`,
  );
};

/** Every way in which a bundle is over its budget, as a sentence that names what came in and its size. */
export const overBudget = (name: string, { atStart, later }: BundleContents, budget = budgets[name]): string[] => {
  if (budget === undefined) return [`${name}: has no budget: give it one in infra/build/bundle-budget.ts`];
  const { packages = [], later: onDemand = [] } = budget;
  const atStartAllowed = new Set([...EVERYWHERE, ...packages]);
  const laterModules = later.flatMap(({ modules }) => modules);
  const every = [...atStart.modules, ...laterModules];
  const largest = (): string => `; the largest: ${atStart.modules.slice(0, 5).map(describe).join(', ')}`;
  const isOver = atStart.bytes > budget.kilobytes * 1024 || atStart.modules.length > budget.modules;
  const problems = [
    ...foreign(atStart.modules, atStartAllowed),
    ...foreign(laterModules, new Set([...atStartAllowed, ...onDemand])).map((text) => `when needed: ${text}`),
    ...NEVER.flatMap(([pattern, why]) =>
      every.filter(({ path }) => pattern.test(path)).map((module) => `${describe(module)} is ${why}`),
    ),
    ...(name === 'submit-lead' ? every.filter(({ path }) => ACCEPTING.test(path)) : []).map(
      (module) => `${describe(module)} has no place where leads are accepted`,
    ),
    ...(isOver
      ? [
          `${kilobytes(atStart.bytes)} in ${atStart.modules.length} modules at start, of ${budget.kilobytes} KB and ${budget.modules}${largest()}`,
        ]
      : []),
  ];
  return problems.map((problem) => `${name}: ${problem}`);
};
