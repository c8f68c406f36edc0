import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildFunctions } from '../../infra/build/build.ts';

const root = resolve(import.meta.dirname, '../..');
/** Whatever a bundle is made of, or made by. */
const MADE_OF = ['functions', 'lib', 'infra/build', 'package-lock.json', 'serverless.yml'];

const filesOf = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((name) => filesOf(join(path, name)))
    : [path];

const fingerprint = (): string => {
  const hash = createHash('sha256').update(root);
  for (const file of MADE_OF.flatMap((path) => filesOf(join(root, path)))) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 20);
};

/** The bundles that deploy, built once for all test files as long as their sources stay as they are. */
export const builtFunctions = async (): Promise<string> => {
  const folder = join(tmpdir(), `leadloop-bundles-${fingerprint()}`);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(join(tmpdir(), 'leadloop-bundles-making-'));
  await buildFunctions({ outDir: making });
  try {
    renameSync(making, folder); // whole or not at all
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another test file was faster
  }
  return folder;
};
