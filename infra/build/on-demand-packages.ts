import { build, type Plugin } from 'esbuild';
import { processBuiltins } from './process-builtins.ts';

/**
 * A package that is imported on demand becomes one file of its own, helpers included. Else a CommonJS package would
 * leave the helpers that wrap it in a part it shares with the entry, one more file to load at every start. Such a
 * package is reached by its default export.
 */
export const onDemandPackages: Plugin = {
  name: 'on-demand-packages',
  setup: ({ onResolve, onLoad, resolve, initialOptions }) => {
    const { mainFields = [], conditions = [], minify = false, target = [] } = initialOptions;
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      const isOurs = !resolveDir.includes('node_modules');
      if (kind !== 'dynamic-import' || !isOurs || pluginData === onDemandPackages) return undefined;
      const found = await resolve(path, { kind, resolveDir, pluginData: onDemandPackages });
      return found.errors.length > 0 ? found : { path: found.path, namespace: 'on-demand' };
    });
    onLoad({ filter: /.*/, namespace: 'on-demand' }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'node',
        mainFields,
        conditions,
        minify,
        target,
        plugins: [processBuiltins],
        logLevel: 'silent',
      });
      return { contents: outputFiles[0]?.text ?? '' };
    });
  },
};
