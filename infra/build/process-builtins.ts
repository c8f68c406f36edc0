import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Modules of Node itself, asked from the process instead of imported. To import one into an ES module reads its every
 * export: for `node:http` that loads undici through lazy getters, tens of milliseconds of each cold start.
 */
export const processBuiltins: Plugin = {
  name: 'process-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z]+)?$/ }, ({ path, kind }) =>
      // A namespace for each kind of import, so that what is loaded at start shares no part with what is loaded later:
      // each file more costs a millisecond or two.
      isBuiltin(path)
        ? { path: path.replace('node:', ''), namespace: `builtin-${kind}`, sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin-require-call' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
    onLoad({ filter: /.*/, namespace: 'builtin-dynamic-import' }, ({ path }) => ({
      contents: `export default process.getBuiltinModule('node:${path}');`,
    }));
    onLoad({ filter: /.*/, namespace: 'builtin-import-statement' }, ({ path }) => ({ contents: asModule(path) }));
  },
};

/** Only what somebody uses of it stays in the bundle; its other properties, getters among them, are never read. */
const asModule = (path: string): string => {
  const names = Object.keys(Object.getOwnPropertyDescriptors(process.getBuiltinModule(`node:${path}`)));
  const exported = names
    .filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default')
    .map(
      (name, index) => `const _${index} = /* @__PURE__ */ (() => builtin.${name})();\nexport { _${index} as ${name} };`,
    );
  return `const builtin = process.getBuiltinModule('node:${path}');\nexport default builtin;\n${exported.join('\n')}`;
};
