import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Modules of Node itself, asked from the process instead of imported. To import one into an ES module reads its every
 * export: for `node:http` that loads undici through lazy getters, tens of milliseconds of each cold start.
 */
export const processBuiltins: Plugin = {
  name: 'process-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z]+)?$/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace('node:', ''), namespace: 'builtin', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
      loader: 'js',
    }));
  },
};
