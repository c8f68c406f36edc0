import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textTable } from '../../infra/cli/text-table.ts';
import { coldStartPlot } from './cold-start/cold-start-plot.ts';
import { type ColdStart, type ColdStarts, measureColdStarts } from './cold-start/measure-cold-starts.ts';
import { describeMachine, isBusy, machineText } from './measure/machine.ts';
import { readBenchOptions } from './measure/options.ts';
import { type Summary, summaryText } from './measure/statistics.ts';

const USAGE = `npm run bench:cold-start -- [--quick] [--json FILE] [--plots FOLDER]

Starts submit-lead in fresh processes beside an empty handler and beside the same handler bundled plainly.
  --quick         5 rounds instead of 21, without the steps between the plain bundle and ours
  --json FILE     writes all figures
  --plots FOLDER  writes cold-start.svg`;

const cell = (summary: Summary | undefined): string | undefined =>
  summary === undefined ? undefined : summaryText(summary);

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const row = (one: ColdStart): Array<string | undefined> => [
  one.label,
  one.kilobytes?.toString(),
  cell(one.importMs),
  one.importCpuMs.median.toFixed(1),
  one.aboveEmpty === undefined ? undefined : `${percent(one.aboveEmpty.clock)} (${percent(one.aboveEmpty.cpu)})`,
  cell(one.firstHttpMs),
  cell(one.firstHttpsMs),
  cell(one.untilAnsweredCpuMs),
  one.rssMb.median.toFixed(0),
];

const table = ({ contenders }: ColdStarts): string =>
  textTable(
    [
      { title: 'handler' },
      { title: 'KB', right: true },
      { title: 'import ms', right: true },
      { title: 'cpu ms', right: true },
      { title: 'above empty (by cpu)', right: true },
      { title: 'first http ms', right: true },
      { title: 'first https ms', right: true },
      { title: 'all cpu ms', right: true },
      { title: 'RSS MB', right: true },
    ],
    [...contenders.values()].map(row),
  );

const { quick, jsonFile, plotsFolder } = readBenchOptions(process.argv.slice(2), USAGE);
const machine = describeMachine(Date.now());
const busyBefore = isBusy();
const results = await measureColdStarts({ rounds: quick ? 5 : 21, levers: !quick });
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

print(machineText(machine));
print(
  `${results.rounds} rounds; medians, with the quartiles in brackets; import above empty as a share of the plain bundle's`,
);
print('cpu ms: the processor’s work while importing; all: until the first answer over https is out\n');
print(table(results));
for (const line of results.skipped) print(`skipped: ${line}`);
if (busyBefore) print('The machine was busy with other things: trust the ratios more than the times.');

if (jsonFile !== undefined)
  writeFileSync(
    jsonFile,
    `${JSON.stringify({ machine, ...results, contenders: Object.fromEntries(results.contenders) }, undefined, 2)}\n`,
  );
if (plotsFolder !== undefined) {
  mkdirSync(plotsFolder, { recursive: true });
  const plot = coldStartPlot(Object.fromEntries(results.contenders), machine);
  writeFileSync(join(plotsFolder, 'cold-start.svg'), plot);
}
