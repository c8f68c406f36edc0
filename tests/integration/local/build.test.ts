import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BuiltFunction, buildFunctions, functionNames } from '../../../infra/build/build.ts';
import { readService } from '../../../infra/local/service.ts';

const outDir = mkdtempSync(join(tmpdir(), 'leadloop-build-'));
let built: BuiltFunction[];
beforeAll(async () => {
  built = await buildFunctions({ outDir });
});
afterAll(() => rmSync(outDir, { recursive: true }));

const inputsOf = (name: string): string[] => built.find((one) => one.name === name)?.inputs ?? [];
const scriptsOf = ({ name }: BuiltFunction): string[] =>
  readdirSync(join(outDir, name), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.mjs'));
const read = ({ name }: BuiltFunction, paths: string[]): string =>
  paths.map((path) => readFileSync(join(outDir, name, path), 'utf8')).join('\n');

describe('the bundles', () => {
  test('are those that serverless.yml deploys', () => {
    expect(functionNames().sort()).toEqual(
      readService()
        .functions.map(({ name }) => name)
        .sort(),
    );
    for (const { file } of built) expect(existsSync(file)).toBe(true);
  });

  test('hold no credential chain but the environment, and load node:http without what hangs on its import', () => {
    for (const one of built) {
      expect(one.inputs.filter((path) => /credential-provider-(node|sso|ini|process|web-identity)/.test(path))).toEqual(
        [],
      );
      expect(read(one, scriptsOf(one))).not.toMatch(/(from|import)\s*["'](node:)?https?["']/);
    }
  });

  test('load at a cold start no more than they need', () => {
    for (const { name, bytes } of built) expect([name, bytes < 450 * 1024]).toEqual([name, true]);
    for (const one of built) {
      const isLater = (path: string): boolean => one.chunks.some(({ name }) => path.endsWith(name));
      expect(
        read(
          one,
          scriptsOf(one).filter((path) => !isLater(path)),
        ),
      ).not.toContain('secretsmanager');
    }
    // The check means something only if the client is there at all, in a part of its own.
    const holders = built.filter((one) => read(one, scriptsOf(one)).includes('secretsmanager'));
    expect(holders.map(({ name }) => name).sort()).toEqual(['connect-zoho', 'deliver-events', 'deliver-leads']);
  });

  test('the accept path holds no phone library, no Secrets Manager and nothing that calls Zoho', () => {
    const accept = inputsOf('submit-lead').filter((path) => !path.startsWith('(disabled)'));
    expect(
      accept.filter((path) => /libphonenumber|client-secrets-manager|client-lambda|lib\/(zoho|tokens)\//.test(path)),
    ).toEqual([]);
  });

  test('only the dispatcher holds the Lambda client', () => {
    const holders = built.filter(({ inputs }) => inputs.some((path) => path.includes('@aws-sdk/client-lambda/')));
    expect(holders.map(({ name }) => name)).toEqual(['dispatch']);
  });
});
