import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type BuiltFunction, buildFunctions } from '../../infra/build/build.ts';
import { budgets, overBudget } from '../../infra/build/bundle-budget.ts';
import { type BundledModule, packageOf } from '../../infra/build/bundle-contents.ts';
import { textTable } from '../../infra/cli/text-table.ts';
import { readBenchOptions } from './measure/options.ts';

const USAGE = `npm run bench:bundle -- [--json FILE]

Shows what each function loads at a cold start, by package, beside its budget.
  --json FILE  writes it with every module`;

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(1);

/** Bytes by package, the largest first. */
const byPackage = (modules: BundledModule[]): Array<[name: string, bytes: number]> => {
  const sums = new Map<string, number>();
  for (const { path, bytes } of modules) sums.set(packageOf(path), (sums.get(packageOf(path)) ?? 0) + bytes);
  return [...sums].sort((a, b) => b[1] - a[1]);
};

const overview = (built: BuiltFunction[]): string =>
  textTable(
    [
      { title: 'function' },
      { title: 'KB at start', right: true },
      { title: 'budget', right: true },
      { title: 'modules', right: true },
      { title: 'budget', right: true },
      { title: 'KB when needed', right: true },
    ],
    built.map(({ name, atStart, later }) => [
      name,
      kilobytes(atStart.bytes),
      budgets[name]?.kilobytes,
      atStart.modules.length,
      budgets[name]?.modules,
      kilobytes(later.reduce((sum, { bytes }) => sum + bytes, 0)),
    ]),
  );

const largestPackages = ({ name, atStart, later }: BuiltFunction): string => {
  const shown = byPackage(atStart.modules).filter(([, bytes]) => bytes >= 512);
  const onDemand = later
    .filter(({ bytes }) => bytes >= 512)
    .map(({ file, bytes, modules }) => [`when needed: ${basename(file)}`, kilobytes(bytes), modules[0]?.path]);
  return textTable(
    [{ title: name }, { title: 'KB', right: true }, { title: 'largest module' }],
    [
      ...shown.map(([name, bytes]) => {
        const largest = atStart.modules.find(({ path }) => packageOf(path) === name);
        return [name, kilobytes(bytes), `${largest?.path} (${kilobytes(largest?.bytes ?? 0)})`];
      }),
      ...onDemand,
    ],
  );
};

const asJson = (built: BuiltFunction[]) => ({
  functions: Object.fromEntries(
    built.map(({ name, atStart, later }) => [
      name,
      {
        bytes: atStart.bytes,
        modules: atStart.modules.length,
        budget: budgets[name],
        packages: Object.fromEntries(byPackage(atStart.modules)),
        atStart: atStart.modules,
        later: later.map(({ file, bytes, modules }) => ({ file: basename(file), bytes, modules })),
      },
    ]),
  ),
});

const { jsonFile } = readBenchOptions(process.argv.slice(2), USAGE);
const folder = mkdtempSync(join(tmpdir(), 'leadloop-bundle-'));
try {
  const built = await buildFunctions({ outDir: folder });
  process.stdout.write(`${[overview(built), ...built.map(largestPackages)].join('\n\n')}\n`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(asJson(built), undefined, 2)}\n`);
  const problems = built.flatMap((one) => overBudget(one.name, one));
  if (problems.length > 0) process.stdout.write(`\nOver budget:\n${problems.join('\n')}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
