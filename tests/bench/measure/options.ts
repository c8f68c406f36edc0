import { parseArgs } from 'node:util';

/** What every bench takes. */
export type BenchOptions = {
  jsonFile: string | undefined;
  quick: boolean;
  million: boolean;
  plotsFolder: string | undefined;
};

/**
 * @param usage shown for `--help` and for what is not understood
 * @throws nothing: ends the process with 0 after `--help`, with 2 on wrong usage
 */
export const readBenchOptions = (args: string[], usage: string): BenchOptions => {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'string' },
        quick: { type: 'boolean', default: false },
        plots: { type: 'string' },
        million: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    const { json: jsonFile, plots: plotsFolder, quick, million } = values;
    return { jsonFile, quick, million, plotsFolder };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : ''}\n${usage}\n`);
    process.exit(2);
  }
};
