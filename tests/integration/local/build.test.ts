import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BuiltFunction, buildFunctions, functionNames } from '../../../infra/build/build.ts';
import { budgets, overBudget } from '../../../infra/build/bundle-budget.ts';
import { readService } from '../../../infra/local/service.ts';

const outDir = mkdtempSync(join(tmpdir(), 'leadloop-build-'));
let built: BuiltFunction[];
beforeAll(async () => {
  built = await buildFunctions({ outDir });
});
afterAll(() => rmSync(outDir, { recursive: true }));

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

  test('stay within their budgets of bytes, modules and packages', () => {
    expect(built.flatMap((one) => overBudget(one.name, one))).toEqual([]);
    expect(Object.keys(budgets).sort()).toEqual(functionNames().sort());
  });

  test('would be over their budgets with a careless import', () => {
    const [submitLead] = built.filter(({ name }) => name === 'submit-lead');
    const tight = { ...budgets['submit-lead'], kilobytes: 20, modules: 5 };
    expect(overBudget('submit-lead', submitLead as BuiltFunction, tight).join()).toContain('zod/v4/core/schemas.js');
  });

  test('ask the process for what is part of Node, and hold no part that nothing imports', () => {
    for (const one of built) {
      const scripts = scriptsOf(one);
      expect(read(one, scripts)).not.toMatch(/(from|import|require)\s*\(?["'](node:)?(https?|crypto|stream|fs)["']/);
      expect(scripts).toHaveLength(one.later.length + one.partsAtStart);
    }
  });

  test('are one file where a visitor waits, with schemas of their own use alone', () => {
    for (const one of built.filter(({ name }) => ['submit-lead', 'receive-webhook'].includes(name))) {
      expect([one.name, one.partsAtStart]).toEqual([one.name, 1]);
      // Of work items they write some and read none: what would check one is not there.
      expect(read(one, ['index.mjs'])).not.toContain('unclearEnds');
    }
  });

  test('load the secrets store’s client only when a secret is needed', () => {
    const holders = built.filter((one) => read(one, scriptsOf(one)).includes('secretsmanager'));
    expect(holders.map(({ name }) => name).sort()).toEqual(['connect-zoho', 'deliver-events', 'deliver-leads']);
    for (const { atStart } of built)
      expect(atStart.modules.filter(({ path }) => path.includes('secrets-manager'))).toEqual([]);
  });
});
