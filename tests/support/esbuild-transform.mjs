import { transformSync } from 'esbuild';

/** Jest transformer: one TypeScript file in, one ES module with an inline source map out. */
export default {
  process(source, path) {
    const { code } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node22',
      sourcefile: path,
      sourcemap: 'inline',
    });
    return { code };
  },
};
