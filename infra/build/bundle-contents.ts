import type { Metafile } from 'esbuild';

/** `bytes`: its share of the bundle, after minifying. `importedBy`: the first that asked for it; the entry has none. */
export type BundledModule = { path: string; bytes: number; importedBy?: string };
export type Part = { file: string; bytes: number; modules: BundledModule[] };
export type BundleContents = {
  /** What every cold start loads: the entry and what it imports outright. */
  atStart: { bytes: number; modules: BundledModule[] };
  /** Files that are loaded at start. */
  partsAtStart: number;
  /** What is loaded when it is needed. */
  later: Part[];
  /** Outputs that nothing imports, because the code that would was left out. */
  unused: string[];
};

/** The outputs that loading `entry` brings along, by the kinds of import that count. */
const loadedBy = ({ outputs }: Metafile, entry: string, kinds: ReadonlySet<string>): Set<string> => {
  const loaded = new Set<string>();
  const add = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) if (kinds.has(kind)) add(imported);
  };
  add(entry);
  return loaded;
};
const largestFirst = (a: BundledModule, b: BundledModule): number => b.bytes - a.bytes;
const OUTRIGHT: ReadonlySet<string> = new Set(['import-statement']);
const ANY: ReadonlySet<string> = new Set(['import-statement', 'dynamic-import']);

/** Reads esbuild's own account of a bundle whose entry is the output `entry`. */
export const bundleContents = (metafile: Metafile, entry: string): BundleContents => {
  const importers = new Map<string, string>();
  for (const [importer, { imports }] of Object.entries(metafile.inputs))
    for (const { path } of imports) if (!importers.has(path)) importers.set(path, importer);
  const moduleOf = (path: string, bytes: number): BundledModule => {
    const importedBy = importers.get(path);
    return importedBy === undefined ? { path, bytes } : { path, bytes, importedBy };
  };
  const partOf = (file: string): Part => {
    const { bytes = 0, inputs = {} } = metafile.outputs[file] ?? {};
    const modules = Object.entries(inputs).map(([path, { bytesInOutput }]) => moduleOf(path, bytesInOutput));
    return { file, bytes, modules: modules.filter(({ bytes }) => bytes > 0).sort(largestFirst) };
  };
  const scripts = Object.keys(metafile.outputs).filter((path) => path.endsWith('.mjs'));
  const first = loadedBy(metafile, entry, OUTRIGHT);
  const ever = loadedBy(metafile, entry, ANY);
  const parts = [...first].map(partOf);
  return {
    atStart: {
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      modules: parts.flatMap(({ modules }) => modules).sort(largestFirst),
    },
    partsAtStart: parts.length,
    later: scripts.filter((path) => ever.has(path) && !first.has(path)).map(partOf),
    unused: scripts.filter((path) => !ever.has(path)),
  };
};

/** The npm package a module belongs to, `node:<name>` for Node's own, else our folder. */
export const packageOf = (path: string): string => {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (name !== undefined) return name;
  return path.startsWith('builtin-')
    ? `node:${path.slice(path.indexOf(':') + 1)}`
    : path.split('/').slice(0, 2).join('/');
};
