import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod/mini';

const root = resolve(import.meta.dirname, '../..');

/**
 * `import 'node:http'` in an ES module loads undici through its lazy getters and costs tens of milliseconds of every
 * cold start; asking the process for the module does not.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?https?$/ }, ({ path }) => ({
      path: path.replace('node:', ''),
      namespace: 'builtin',
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
      loader: 'js',
    }));
  },
};

/** Packages of the SDK that were written for CommonJS ask for `require`; an ES module has none of its own. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const optionsFor = (name: string, outDir: string) =>
  ({
    entryPoints: { index: join(root, 'functions', name, 'index.ts') },
    outdir: join(outDir, name),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // what is imported only when needed is loaded only then
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node22', // Lambda's 24 and whatever runs the stack on one machine
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
  }) satisfies BuildOptions;

export const functionNames = (): string[] =>
  readdirSync(join(root, 'functions')).filter((name) => existsSync(join(root, 'functions', name, 'index.ts')));

/** `bytes`: what every cold start loads. `chunks`: what is loaded only when it is needed. */
export type BuiltFunction = {
  name: string;
  file: string;
  bytes: number;
  chunks: Array<{ name: string; bytes: number }>;
  inputs: string[];
};

/** The entry, and what it imports outright, is loaded at every start; what is imported on demand is not. */
const loadedAtStart = ({ outputs }: Metafile, entry: string): Set<string> => {
  const loaded = new Set<string>();
  const add = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) if (kind === 'import-statement') add(imported);
  };
  add(entry);
  return loaded;
};

const buildOne = async (name: string, outDir: string): Promise<BuiltFunction> => {
  rmSync(join(outDir, name), { recursive: true, force: true });
  const { metafile } = await build(optionsFor(name, outDir));
  const scripts = Object.keys(metafile.outputs).filter((path) => path.endsWith('.mjs'));
  const atStart = loadedAtStart(metafile, scripts.find((path) => path.endsWith(`${name}/index.mjs`)) ?? '');
  const bytesOf = (path: string): number => metafile.outputs[path]?.bytes ?? 0;
  return {
    name,
    file: join(outDir, name, 'index.mjs'),
    bytes: [...atStart].reduce((sum, path) => sum + bytesOf(path), 0),
    chunks: scripts
      .filter((path) => !atStart.has(path))
      .map((path) => ({ name: basename(path), bytes: bytesOf(path) })),
    inputs: Object.keys(metafile.inputs),
  };
};

/**
 * Bundles functions as they deploy: `<outDir>/<name>/index.mjs`, and chunks beside it.
 * @throws what esbuild throws, with every message of the sources
 */
export const buildFunctions = async ({
  outDir = join(root, '.build'),
  names = functionNames(),
}: {
  outDir?: string;
  names?: string[];
} = {}): Promise<BuiltFunction[]> => {
  // All of them come to their end, so that none writes into a folder that its caller takes away after a failure.
  const results = await Promise.allSettled(names.map((name) => buildOne(name, outDir)));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
};

/** The functions that serverless.yml deploys. */
const deployedNames = (): string[] => {
  const service: unknown = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'));
  return Object.keys(z.object({ functions: z.record(z.string(), z.unknown()) }).parse(service).functions);
};

/**
 * Builds everything that deploys into `.build/` and prints how large each part is.
 * @throws when serverless.yml names a function that has no `functions/<name>/index.ts`
 */
export const buildAll = async (print: (line: string) => void): Promise<void> => {
  const missing = deployedNames().filter((name) => !functionNames().includes(name));
  if (missing.length > 0) throw new Error(`serverless.yml names functions without an index.ts: ${missing.join(', ')}`);
  const outDir = join(root, '.build');
  rmSync(outDir, { recursive: true, force: true });
  const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0).padStart(5)} KB`;
  for (const { name, bytes, chunks } of await buildFunctions({ outDir, names: deployedNames() })) {
    print(`${name.padEnd(16)} ${kilobytes(bytes)}`);
    for (const chunk of chunks.filter(({ bytes }) => bytes >= 1024))
      print(`  └ ${chunk.name.padEnd(26)} ${kilobytes(chunk.bytes)}  when needed`);
  }
};

if (process.argv[1] === import.meta.filename) {
  try {
    await buildAll((line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'the build failed'}\n`);
    process.exit(1);
  }
}
