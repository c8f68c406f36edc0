import { type Machine, machineText } from '../measure/machine.ts';
import { barPlot } from '../plots/bar-plot.ts';
import type { ColdStart } from './measure-cold-starts.ts';

/**
 * The contenders as bars, the fastest first, by processor time: what else a machine does disturbs it least. Zoho's SDK
 * is several times as long as all others and stands in the note.
 */
export const coldStartPlot = (contenders: Record<string, ColdStart>, machine: Machine): string => {
  const { sdk, ...others } = contenders;
  const bars = Object.values(others)
    .sort((a, b) => a.importCpuMs.median - b.importCpuMs.median)
    .map(({ label, importCpuMs, untilAnsweredCpuMs }) => ({
      label,
      values: untilAnsweredCpuMs === undefined ? [importCpuMs] : [importCpuMs, untilAnsweredCpuMs],
    }));
  const besides = sdk === undefined ? '' : ` · to import Zoho’s SDK alone: ${sdk.importCpuMs.median.toFixed(0)} ms`;
  return barPlot({
    title: 'Cold start of submit-lead, processor time',
    unit: 'ms',
    series: ['import', 'import and first answer, https'],
    bars,
    note: `${machineText(machine)}${besides}`,
  });
};
