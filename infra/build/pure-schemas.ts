import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * Tells esbuild that making a schema has no effect of its own, which it cannot see through zod's modules: a schema that a
 * function does not use is then left out of its bundle instead of being built at each cold start.
 */
export const pureSchemas: Plugin = {
  name: 'pure-schemas',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/(lib|functions)\/.*\.ts$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const text = readFileSync(path, 'utf8');
      if (!text.includes("import * as z from 'zod/mini'")) return undefined;
      return { contents: text.replaceAll(/(?<![\w.'"`])z\.([a-zA-Z_]+)\(/g, '/* @__PURE__ */ z.$1('), loader: 'ts' };
    });
  },
};
