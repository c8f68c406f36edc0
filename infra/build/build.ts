import { existsSync, readdirSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/**
 * `import 'node:http'` in an ES module loads undici through its lazy getters and costs tens of milliseconds of every
 * cold start; asking the process for the module does not.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?https?$/ }, ({ path }) => ({ path: path.replace('node:', ''), namespace: 'builtin' }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
      loader: 'js',
    }));
  },
};

/** Packages of the SDK that were written for CommonJS ask for `require`; an ES module has none of its own. */
const REQUIRE = "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const optionsFor = (name: string, outDir: string): BuildOptions => ({
  entryPoints: { index: join(root, 'functions', name, 'index.ts') },
  outdir: join(outDir, name),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true, // what is imported only when needed is loaded only then
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  conditions: ['module'],
  minify: true,
  keepNames: false,
  sourcemap: 'linked',
  legalComments: 'none',
  metafile: true,
  banner: { js: REQUIRE },
  plugins: [lazyBuiltins],
  // Lambda hands credentials over in the environment: the chain that also asks files, SSO and containers is not needed.
  alias: { '@aws-sdk/credential-provider-node': join(root, 'infra/build/environment-credentials.ts') },
  logLevel: 'silent',
});

export const functionNames = (): string[] =>
  readdirSync(join(root, 'functions')).filter((name) => existsSync(join(root, 'functions', name, 'index.ts')));

export type BuiltFunction = { name: string; file: string; bytes: number; inputs: string[] };

/**
 * Bundles functions as they deploy: `<outDir>/<name>/index.mjs`, and chunks beside it.
 * @throws what esbuild throws, with every message of the sources
 */
export const buildFunctions = async ({
  outDir = join(root, '.build'),
  names = functionNames(),
}: { outDir?: string; names?: string[] } = {}): Promise<BuiltFunction[]> =>
  Promise.all(
    names.map(async (name) => {
      rmSync(join(outDir, name), { recursive: true, force: true });
      const { metafile } = await build(optionsFor(name, outDir));
      const file = join(outDir, name, 'index.mjs');
      return { name, file, bytes: (await stat(file)).size, inputs: Object.keys(metafile?.inputs ?? {}) };
    }),
  );

if (process.argv[1] === import.meta.filename) {
  const built = await buildFunctions();
  for (const { name, bytes } of built) console.log(`${name.padEnd(16)} ${String(Math.round(bytes / 1024)).padStart(5)} KB`);
}
