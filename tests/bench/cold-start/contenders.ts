import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { buildFunctions } from '../../../infra/build/build.ts';
import { processBuiltins } from '../../../infra/build/process-builtins.ts';
import { root } from '../../support/start-process.ts';

/** `takesRequests`: whether it answers a form post. `warmUp`: has to be started once before it counts. */
export type ColdStarter = { label: string; file: string; kilobytes: number; takesRequests: boolean; warmUp?: boolean };
export type ContenderName = 'bound' | 'leadloop' | 'leadloop-cached' | 'plain' | 'scriptlet' | 'sdk' | LeverName;
export type LeverName = 'cjs' | 'split' | 'environment-credentials' | 'process-builtins';

const ENTRY = 'functions/submit-lead/index.ts';
/** Packages written for CommonJS ask for `require`, which a plain ES module has not. */
const REQUIRE = "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);";

/** All scripts, those that are loaded on demand included. */
const kilobytesOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?js$/.test(name))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1024;

/** What anybody would write: esbuild, one ES module, minified, and the SDK as it comes. */
const plainly = async (folder: string, options: BuildOptions = {}): Promise<string> => {
  await build({
    absWorkingDir: root,
    entryPoints: { index: ENTRY },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    minify: true,
    banner: { js: REQUIRE },
    logLevel: 'silent',
    ...options,
  });
  return join(folder, options.format === 'cjs' ? 'index.cjs' : 'index.mjs');
};

/** The SDK's chain of credential providers, replaced by what reads two variables. */
const environmentCredentials = {
  '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'default-provider.ts'),
};

const starter = (label: string, file: string, takesRequests = true): ColdStarter => ({
  label,
  file,
  kilobytes: kilobytesOf(join(file, '..')),
  takesRequests,
});

/** It calls Zoho for every post, so it is only started. */
const scriptlet = (folder: string): Promise<string> =>
  plainly(folder, { entryPoints: { index: 'tests/bench/contenders/scriptlet-entry.ts' } });

const bound = (folder: string): ColdStarter => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index.mjs');
  writeFileSync(file, 'export const handler = async () => ({ statusCode: 202, body: "" });\n');
  return starter('an empty handler', file);
};

/** Loads the bundle through V8's compile cache. It is filled here, so it fits this machine's Node and nothing else. */
const cached = (leadloop: ColdStarter, folder: string): ColdStarter => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index.mjs');
  const cache = JSON.stringify(join(folder, 'cache'));
  writeFileSync(
    file,
    `process.getBuiltinModule('node:module').enableCompileCache(${cache});
const bundle = await import(${JSON.stringify(leadloop.file)});
process.getBuiltinModule('node:module').flushCompileCache();
export const { handler } = bundle;\n`,
  );
  return { ...leadloop, label: 'leadloop, with a compile cache', file, warmUp: true };
};

const SDK_PACKAGE = '@zohocrm/typescript-sdk-8.0';
const SDK_FOLDER = join(root, 'infra/tools/node_modules', SDK_PACKAGE);

/** Zoho's SDK as its guide has it: it cannot be bundled, so the whole package is loaded. It answers no posts. */
const zohoSdk = (folder: string): ColdStarter | undefined => {
  if (!existsSync(SDK_FOLDER)) return undefined;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index.mjs');
  writeFileSync(
    file,
    `import { createRequire } from 'node:module';
const sdk = createRequire(${JSON.stringify(`${SDK_FOLDER}/`)})('${SDK_PACKAGE}');
export const handler = async () => ({ statusCode: sdk === undefined ? 500 : 202 });\n`,
  );
  return { label: 'Zoho’s SDK alone', file, kilobytes: Number.NaN, takesRequests: false };
};

/**
 * Builds everything that is compared into `folder`.
 * @param levers also the steps between the plain bundle and ours
 */
export const buildColdStarters = async (
  folder: string,
  { levers = false }: { levers?: boolean } = {},
): Promise<Map<ContenderName, ColdStarter>> => {
  const at = (name: string): string => join(folder, name);
  const [built] = await buildFunctions({ outDir: at('leadloop'), names: ['submit-lead'] });
  const leadloop = starter('leadloop', built?.file ?? '');
  const sdk = zohoSdk(at('sdk'));
  const starters = new Map<ContenderName, ColdStarter>([
    ['bound', bound(at('bound'))],
    ['leadloop', leadloop],
    ['leadloop-cached', cached(leadloop, at('cached'))],
    ['plain', starter('the same handler, bundled plainly', await plainly(at('plain')))],
    ['scriptlet', starter('the scriptlet', await scriptlet(at('scriptlet')), false)],
  ]);
  if (sdk !== undefined) starters.set('sdk', sdk);
  if (!levers) return starters;
  const cjs: BuildOptions = {
    format: 'cjs',
    mainFields: ['main', 'module'],
    outExtension: { '.js': '.cjs' },
    banner: {},
  };
  starters.set('cjs', starter('plainly, as CommonJS', await plainly(at('cjs'), cjs)));
  const split: BuildOptions = { splitting: true };
  starters.set('split', starter('plainly, on-demand parts apart', await plainly(at('split'), split)));
  const credentials: BuildOptions = { ...split, alias: environmentCredentials };
  starters.set(
    'environment-credentials',
    starter('+ environment credentials', await plainly(at('credentials'), credentials)),
  );
  const builtins: BuildOptions = { ...credentials, plugins: [processBuiltins] };
  starters.set('process-builtins', starter('+ Node’s modules by process', await plainly(at('builtins'), builtins)));
  return starters;
};
