import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, isBusy, machineText } from './measure/machine.ts';
import { readBenchOptions } from './measure/options.ts';
import { measureAll } from './measures/measure-all.ts';
import { contendersOf, measuredOf } from './report/contenders.ts';
import { plotsOf } from './report/plots.ts';
import { reportText } from './report/tables.ts';

const USAGE = `npm run bench -- [--quick] [--million] [--json FILE] [--plots FOLDER]

Measures leadloop beside the way it replaces, beside Zoho's SDK, and beside what cannot be beaten.
  --quick         less of everything, under a minute
  --million       also a stream of a million leads: a quarter of an hour and 8 GB of memory
  --json FILE     writes all figures
  --plots FOLDER  writes credits-per-lead.svg, drain.svg and cold-start.svg`;

const { quick, million, jsonFile, plotsFolder } = readBenchOptions(process.argv.slice(2), USAGE);
const machine = describeMachine(Date.now());
const busyBefore = isBusy();
const results = await measureAll({ quick, million }, (what) => process.stderr.write(`… ${what}\n`));

process.stdout.write(`${machineText(machine)}\n\n${reportText(results)}\n`);
if (busyBefore)
  process.stdout.write('\nThe machine was busy with other things: trust ratios and virtual time more than times.\n');

if (jsonFile !== undefined) {
  const { coldStarts, ...rest } = results;
  const [contenders, spread] = [contendersOf(results), measuredOf(results)];
  const starts = { ...coldStarts, contenders: Object.fromEntries(coldStarts.contenders) };
  writeFileSync(
    jsonFile,
    `${JSON.stringify({ machine, contenders, spread, ...rest, coldStarts: starts }, undefined, 2)}\n`,
  );
}
if (plotsFolder !== undefined) {
  mkdirSync(plotsFolder, { recursive: true });
  for (const [name, plot] of plotsOf(results, machine)) writeFileSync(join(plotsFolder, name), plot);
}
