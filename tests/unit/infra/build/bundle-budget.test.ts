import { describe, expect, test } from '@jest/globals';
import { type Budget, overBudget } from '../../../../infra/build/bundle-budget.ts';
import type { BundleContents, BundledModule } from '../../../../infra/build/bundle-contents.ts';

const budget: Budget = { kilobytes: 10, modules: 3, later: ['@fastify/busboy'] };
const OWN: BundledModule = { path: 'functions/submit-lead/index.ts', bytes: 2048 };
const contents = (atStart: BundledModule[], later: BundledModule[] = []): BundleContents => ({
  atStart: { bytes: [OWN, ...atStart].reduce((sum, { bytes }) => sum + bytes, 0), modules: [OWN, ...atStart] },
  later: [{ file: 'chunks/a.mjs', bytes: 1, modules: later }],
  partsAtStart: 1,
  unused: [],
});
const problems = (atStart: BundledModule[], later?: BundledModule[], name = 'submit-lead') =>
  overBudget(name, contents(atStart, later), budget);

describe('the budget of a bundle', () => {
  test('has nothing to say about what is allowed', () => {
    expect(
      problems(
        [{ path: 'node_modules/zod/v4/mini/schemas.js', bytes: 3000 }],
        [{ path: 'node_modules/@fastify/busboy/index.js', bytes: 50_000 }],
      ),
    ).toEqual([]);
  });

  test('names the package that came in, its size and who brought it', () => {
    expect(
      problems([
        { path: 'node_modules/yaml/dist/parse.js', bytes: 2048, importedBy: 'lib/sources/load-source.ts' },
        { path: 'node_modules/left-pad/index.js', bytes: 512, importedBy: 'lib/platform/html.ts' },
      ]),
    ).toEqual([
      'submit-lead: yaml came in with 2.0 KB, first node_modules/yaml/dist/parse.js (2.0 KB, by lib/sources/load-source.ts)',
      'submit-lead: left-pad came in with 0.5 KB, first node_modules/left-pad/index.js (0.5 KB, by lib/platform/html.ts)',
      expect.stringContaining('node_modules/yaml/dist/parse.js'),
    ]);
  });

  test('counts bytes and modules, and shows the largest when there are too many', () => {
    expect(problems([{ path: 'lib/submissions/huge.ts', bytes: 20 * 1024 }])).toEqual([
      'submit-lead: 22.0 KB in 2 modules at start, of 10 KB and 3; the largest: functions/submit-lead/index.ts (2.0 KB), lib/submissions/huge.ts (20.0 KB)',
    ]);
    expect(problems(['a', 'b', 'c'].map((name) => ({ path: `lib/platform/${name}.ts`, bytes: 1 })))).toEqual([
      expect.stringContaining('2.0 KB in 4 modules at start'),
    ]);
  });

  test.each([
    ['node_modules/@aws-sdk/credential-provider-node/dist-es/index.js', 'credential chain'],
    ['node_modules/zod/v4/classic/schemas.js', 'import zod/mini'],
    ['node_modules/zod/index.js', 'import zod/mini'],
    ['node_modules/@aws-sdk/client-dynamodb/dist-es/DynamoDBClient.js', 'whole client'],
    ['infra/cli/ask.ts', 'operator'],
    ['lib/zoho/upsert.ts', 'where leads are accepted'],
  ])('refuses %s even where it is loaded on demand', (path, why) => {
    expect(problems([], [{ path, bytes: 10 }]).join('\n')).toContain(why);
  });

  test('is there for every function', () => {
    expect(overBudget('new-function', contents([]))).toEqual([
      'new-function: has no budget: give it one in infra/build/bundle-budget.ts',
    ]);
  });
});
