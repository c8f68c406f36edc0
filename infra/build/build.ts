import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { type BundleContents, bundleContents } from './bundle-contents.ts';
import { onDemandPackages } from './on-demand-packages.ts';
import { processBuiltins } from './process-builtins.ts';
import { pureSchemas } from './pure-schemas.ts';
import { leanSdk } from './sdk/lean-sdk.ts';

const root = resolve(import.meta.dirname, '../..');

/** What makes a bundle start fast, beyond what esbuild does by itself. */
export const bundlePlugins: Plugin[] = [processBuiltins, leanSdk, pureSchemas, onDemandPackages];

const optionsFor = (name: string, outDir: string) =>
  ({
    absWorkingDir: root,
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
    plugins: bundlePlugins,
    logLevel: 'silent',
  }) satisfies BuildOptions;

export const functionNames = (): string[] =>
  readdirSync(join(root, 'functions')).filter((name) => existsSync(join(root, 'functions', name, 'index.ts')));

export type BuiltFunction = BundleContents & { name: string; file: string };

const buildOne = async (name: string, outDir: string): Promise<BuiltFunction> => {
  rmSync(join(outDir, name), { recursive: true, force: true });
  const { metafile } = await build(optionsFor(name, outDir));
  const file = join(outDir, name, 'index.mjs');
  const contents = bundleContents(metafile, relative(root, file));
  for (const unused of contents.unused)
    for (const path of [unused, `${unused}.map`]) rmSync(join(root, path), { force: true });
  return { name, file, ...contents };
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
  for (const { name, atStart, later } of await buildFunctions({ outDir, names: deployedNames() })) {
    print(`${name.padEnd(16)} ${kilobytes(atStart.bytes)}`);
    for (const part of later.filter(({ bytes }) => bytes >= 1024))
      print(`  └ ${basename(part.file).padEnd(26)} ${kilobytes(part.bytes)}  when needed`);
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
