import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

test('accepting a form loads no phone library, no YAML, no Secrets Manager and no Lambda client', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['functions/submit-lead/index.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    outdir: 'out',
    logLevel: 'silent',
  });
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
  );
  expect(packages).toContain('@aws-sdk/client-dynamodb');
  for (const heavy of [
    'libphonenumber-js',
    'yaml',
    'big.js',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-lambda',
  ])
    expect(packages).not.toContain(heavy);
  expect(
    Object.keys(metafile.inputs).filter((path) => /^lib\/(zoho|tokens|leads|destinations|events)\//.test(path)),
  ).toEqual([]);
});

test('the multipart parser is loaded only when a multipart form comes', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['functions/submit-lead/index.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outdir: 'out',
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  expect(imports.filter(({ path }) => path === '@fastify/busboy').map(({ kind }) => kind)).toEqual(['dynamic-import']);
});
